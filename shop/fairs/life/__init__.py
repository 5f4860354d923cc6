"""The life of a fair: its facts, other days, called off, copied."""
