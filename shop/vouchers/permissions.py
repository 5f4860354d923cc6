"""Who reads, takes and takes back vouchers: in the scope of the store that sold them or of the producer who serves."""

from core.accounts.permissions import permit

permit("vouchers.read", "cashier", "store_manager", "producer", "admin", "auditor")
permit("vouchers.redeem", "cashier", "store_manager", "producer", "admin")
permit("vouchers.give_back", "store_manager", "admin")
