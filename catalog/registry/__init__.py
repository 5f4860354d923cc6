"""The registry: producers, products and certificates as a file for a provincial or national database, and back."""
