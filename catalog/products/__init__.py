"""Products: the thing itself, in one of the 26 product sets; whether it may be sold is not said here."""
