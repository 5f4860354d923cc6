"""What people must do after a certificate changed: contact buyers and exhibitors, print shelf labels anew."""
