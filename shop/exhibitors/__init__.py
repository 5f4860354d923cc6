"""Who comes to a fair and how: invitations, delegations, shared booths, exhibitors from outside, scores, messages."""
