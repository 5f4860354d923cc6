"""Who runs a fair and who shows there."""

from flask_babel import lazy_gettext as _l

from core.accounts.permissions import Scope, permit, role, scope
from shop.fairs.models import Fair
from shop.fairs.queries import find_fair, list_all


def scope_of(fair: Fair) -> Scope:
    """The scope in which the organizers of a fair hold their role."""
    return Scope("fair", fair.slug)


def _name(slug: str) -> str | None:
    fair = find_fair(slug)
    return fair.name if fair else None


def _choices() -> list[tuple[str, str]]:
    return [(fair.slug, fair.name) for fair in list_all()]


scope("fair", _l("Hội chợ"), _name, _choices)
role(
    "fair_organizer", scope="fair", label=_l("Ban tổ chức hội chợ"), gives=("fair_organizer", "fair_steward"),
    asks_code=True,
)  # fmt: skip

permit("fairs.create", "fair_organizer", "admin")
permit("fairs.manage", "fair_organizer", "admin")
permit("fairs.read", "fair_organizer", "auditor", "admin")
permit("fairs.people", "fair_organizer", "admin")
permit("moves.choose", "producer", "fair_organizer", "admin")
permit("applications.submit", "producer", "admin")
permit("applications.read", "producer", "fair_organizer", "auditor", "admin")
permit("applications.decide", "fair_organizer", "admin")
permit("bookings.manage", "fair_organizer", "admin")
permit("bookings.check_in", "fair_organizer", "admin")
permit("bookings.answer", "producer", "admin")
permit("bookings.read", "producer", "fair_organizer", "auditor", "admin")
permit("products.why", "fair_organizer")
permit("documents.read", "fair_organizer")
permit("documents.keep", "fair_organizer")
