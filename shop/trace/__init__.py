"""Trace: the public page behind the code on a lot's label."""
