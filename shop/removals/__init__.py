"""Goods that leave a store unsold: written off with a second person, or given back to their producer."""
