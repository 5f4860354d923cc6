"""Vouchers: a service that was paid for, to be used once at the producer's or the store's."""
