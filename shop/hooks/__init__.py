"""Outgoing webhooks: what happens is told to programs elsewhere, signed, retried, never to a closed address."""
