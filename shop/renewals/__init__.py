"""What the shop gives to a renewal: proof of sales from its own ledger, a calendar, and the stores to remind."""
