"""Who gives out coupons."""

from core.accounts.permissions import permit

permit("coupons.read", "admin", "auditor")
permit("coupons.edit", "admin")
