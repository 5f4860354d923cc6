"""What a change of a certificate does to everything else: a table, its doing once, and its foresight."""
