"""Applications to a fair: sent by producers, decided by organizers."""
