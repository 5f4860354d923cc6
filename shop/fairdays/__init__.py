"""The days of a fair: badges, arrivals, the live board, stalls that sell, incidents, lists for contractors."""
