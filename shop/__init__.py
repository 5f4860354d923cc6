"""What is sold, held, paid and booked: stores, stock, carts, payments, orders, fairs."""

from flask import Flask

from core.web.assets import Assets, add_stylesheet
from shop.assignment import setup as assignment
from shop.bank import setup as bank
from shop.baskets import setup as baskets
from shop.cards import setup as cards
from shop.carts import setup as carts
from shop.cases import setup as cases
from shop.counts import setup as counts
from shop.coupons import setup as coupons
from shop.delivery import setup as delivery
from shop.exhibitors import setup as exhibitors
from shop.fairdays import setup as fairdays
from shop.fairs import setup as fairs
from shop.front import setup as front
from shop.hooks import setup as hooks
from shop.inventory import setup as inventory
from shop.invoices import setup as invoices
from shop.labels import setup as labels
from shop.meetings import setup as meetings
from shop.orders import setup as orders
from shop.payments import setup as payments
from shop.payouts import setup as payouts
from shop.privacy import setup as privacy
from shop.proof import setup as proof
from shop.recalls import setup as recalls
from shop.remittances import setup as remittances
from shop.removals import setup as removals
from shop.renewals import setup as renewals
from shop.replenish import setup as replenish
from shop.returns import setup as returns
from shop.reviews import setup as reviews
from shop.settlements import setup as settlements
from shop.stores import setup as stores
from shop.tills import setup as tills
from shop.trace import setup as trace
from shop.transfers import setup as transfers
from shop.vouchers import setup as vouchers
from shop.waiting import setup as waiting

#: Features in their order; each joins itself in its ``setup.py``.
FEATURES = (
    stores, inventory, transfers, removals, counts, delivery, coupons, carts, payments, payouts, cards, bank,
    orders, fairs, tills, exhibitors, assignment, returns, trace, reviews, waiting, baskets, invoices,
    remittances, vouchers, replenish, fairdays, meetings, front, proof, cases, renewals, privacy, hooks,
    recalls, labels, settlements,
)  # fmt: skip

assets = Assets("shop", __name__, static_folder="static", static_url_path="/static/shop")


def init_app(app: Flask) -> None:
    """Join the features to the application, in their order."""
    app.register_blueprint(assets)
    add_stylesheet("css/shop.css", "shop")
    for feature in FEATURES:
        feature.init_app(app)
