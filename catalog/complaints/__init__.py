"""Complaints about products and certificates, each with its log."""
