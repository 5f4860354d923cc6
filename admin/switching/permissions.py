"""Who may bring a store's files along; what each line may change is asked of the verb that changes it."""

from core.accounts.permissions import permit

permit("switching.run", "store_manager", "admin")
