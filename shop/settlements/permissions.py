"""Who reads settlements, and who draws up, approves and pays them.

Producers read their own. A settlement belongs to its producer and to the stores of its seller. The office closes and
pays; a manager of the seller's stores may be the second person, whom every step asks for.
"""

from collections.abc import Sequence

from core.accounts.actor import Scope
from core.accounts.permissions import permit
from shop.payouts.permissions import scopes_of as scopes_of_seller
from shop.settlements.models import Settlement

permit("settlements.read", "producer", "store_manager", "admin", "auditor")
permit("settlements.desk", "store_manager", "admin", "auditor")
permit("settlements.close", "admin")
permit("settlements.approve", "store_manager", "admin")
permit("settlements.pay", "admin")
permit("settlements.adjust", "store_manager", "admin")
permit("settlements.account", "store_manager", "admin")


def scopes_of(settlement: Settlement) -> Sequence[Scope]:
    """To whom a settlement belongs."""
    return [Scope("producer", settlement.producer.code), *scopes_of_seller(settlement.period.seller_id)]
