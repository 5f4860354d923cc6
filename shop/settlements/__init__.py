"""What a store owes its producers for consigned goods: a statement a month, approved, paid, never changed."""
