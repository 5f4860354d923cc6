"""Booths of a fair: offered, held, paid, changed, given up; the waiting list."""
