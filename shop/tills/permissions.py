"""Who may do what at a till and behind it, each in the scope of a store."""

from core.accounts.permissions import permit

permit("till.sell", "cashier", "store_manager", "admin")
permit("till.read", "cashier", "store_manager", "auditor", "admin")
permit("till.approve", "store_manager", "admin")
# What should be in a drawer that is still open: whoever counts it is not told.
permit("till.cash", "store_manager", "auditor", "admin")
permit("till.manage", "store_manager", "admin")
permit("till.decide", "store_manager", "admin")

#: What a session by PIN may do: the work at a counter, and nothing of the person's own account.
AT_THE_TILL = "till.sell till.read till.cash stock orders products.why"
