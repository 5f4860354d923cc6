"""A stand-in for Stripe's API: a server of its own that the unmodified SDK talks to. It refuses live keys.

``python -m tests.fakes.stripe`` starts it. It speaks Checkout Sessions with a payable page, PaymentIntents, Refunds
and Events, keeps Idempotency-Keys as the real one does, sends signed webhooks, and breaks on command.
"""
