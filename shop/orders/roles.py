"""Who may do what with orders and with money, each in the scope of a store."""

from core.accounts.permissions import permit

STAFF = ("cashier", "store_manager", "admin")

permit("orders.read", *STAFF, "auditor")
permit("orders.pack", *STAFF)
permit("orders.ship", *STAFF)
permit("orders.hand_over", *STAFF)
permit("payments.confirm", "store_manager", "admin")
permit("orders.call_off", "store_manager", "admin")
permit("orders.refund", "store_manager", "admin")
