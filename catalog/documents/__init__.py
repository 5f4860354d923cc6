"""Scans and papers, kept in the database: decisions, declarations, orders."""
