"""Money that goes back to accounts and over the counter: what the buyer names, files for the bank, what it answered."""
