"""What ends in the months to come, where each renewal stands, and the money that hangs on it."""
