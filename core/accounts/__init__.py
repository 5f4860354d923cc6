"""People: accounts, grants, sessions, tokens, and what each may do."""
