"""What people searched for: counted by day, without anybody in it."""
