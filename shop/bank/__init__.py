"""Bank lines: every credit seen at a seller's account, what it pays, and what a person still has to decide."""
