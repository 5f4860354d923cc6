"""People: accounts, grants, sessions, tokens, and what each may do.

Joined to the application in ``setup.py``, not here: the audit trail imports ``actor`` from this package,
so importing this package must import nothing else (a circle otherwise).
"""
