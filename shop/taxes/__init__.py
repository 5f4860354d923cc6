"""Value added tax of a sale: which rate, or which kind without a rate, on a day; and the sums by rate."""
