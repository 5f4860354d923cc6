"""Stocktakes (kiểm kê): counted blind, counted again where it differs, approved by another person."""
