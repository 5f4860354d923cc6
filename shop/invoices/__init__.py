"""Invoices of sales: drafts at the transfer of goods, numbers without a gap, corrections that never delete."""
