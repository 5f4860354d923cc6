"""Demonstration data: a shop of Hải Phòng that looks used, made by running the real verbs under a past clock."""
