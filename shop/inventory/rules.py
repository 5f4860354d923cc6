"""Pure rules of stock: what may be sold, which lot goes first, which way each reason moves stock.

Quantities are integers: pieces, or grams for goods sold by weight.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Reason(StrEnum):
    """Why stock moved."""

    RECEIPT = "receipt"
    SALE = "sale"
    RETURN = "return"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    COUNT = "count"
    DAMAGE = "damage"
    TASTING = "tasting"
    EXPIRY = "expiry"
    RECALL = "recall"
    PRODUCER_RETURN = "producer_return"


#: Reasons that add stock, and reasons that take it; ``count`` may do either.
ADDS = frozenset({Reason.RECEIPT, Reason.RETURN, Reason.TRANSFER_IN})
TAKES = frozenset(Reason) - ADDS - {Reason.COUNT}
#: What a person may book by hand; the others come with their own document.
BY_HAND = (
    Reason.COUNT,
    Reason.DAMAGE,
    Reason.TASTING,
    Reason.EXPIRY,
    Reason.RECALL,
    Reason.PRODUCER_RETURN,
)


class LotState(StrEnum):
    """``ok`` can be sold; ``blocked`` waits (star, shelf life, quality); ``recalled`` never comes back."""

    OK = "ok"
    BLOCKED = "blocked"
    RECALLED = "recalled"


class Ground(StrEnum):
    """Why a lot is blocked or recalled."""

    CERTIFICATE = "certificate"
    EXPIRED = "expired"
    QUALITY = "quality"
    RECALL = "recall"


@dataclass(frozen=True)
class LevelView:
    """One lot at one place of a store, with what is free of it (on hand less held, in units)."""

    level_id: int
    lot_id: int
    state: str
    expires_on: date | None
    free: int
    #: As on the label; the rules do not ask for it.
    lot_code: str = ""


@dataclass(frozen=True)
class Pick:
    """So many units from one level."""

    level_id: int
    lot_id: int
    quantity: int


def is_sellable(state: str, expires_on: date | None, on: date) -> bool:
    """Whether a lot may be sold on a day: state ``ok`` and not past its HSD.

    The HSD is the last day of use (NĐ 43/2017, Art. 14), so the lot is still sold on that day
    and never after it. A lot without HSD does not expire.
    """
    return state == LotState.OK and (expires_on is None or expires_on >= on)


def may_leave(state: str, ground: str | None, expires_on: date | None, on: date) -> bool:
    """Whether units that were promised earlier may still be handed over on a day.

    A lot blocked for its star may not be sold anew, but what was decided while it was valid ships
    (decision 5). Recalled goods, goods in quarantine and goods past their HSD never leave.
    """
    fit = state == LotState.OK or (state == LotState.BLOCKED and ground == Ground.CERTIFICATE)
    return fit and (expires_on is None or expires_on >= on)


def pick_lots(levels: Iterable[LevelView], quantity: int, on: date) -> list[Pick]:
    """First expired, first out: up to ``quantity`` units over as many lots as it takes.

    Never from an expired, blocked or recalled lot. Equal HSD: the earlier received lot, then the
    lower level. The sum of the picks is less than ``quantity`` exactly when stock is short.
    """
    fit = [view for view in levels if view.free > 0 and is_sellable(view.state, view.expires_on, on)]
    picks: list[Pick] = []
    missing = quantity
    for view in sorted(fit, key=_fefo):
        if missing <= 0:
            break
        taken = min(view.free, missing)
        picks.append(Pick(view.level_id, view.lot_id, taken))
        missing -= taken
    return picks


def fits(reason: Reason, delta: int) -> bool:
    """Whether a movement of ``delta`` units may carry this reason: the sign must match, zero never does."""
    if delta == 0:
        return False
    return reason == Reason.COUNT or (delta > 0) == (reason in ADDS)


def receipt_warnings(
    made_on: date | None, expires_on: date | None, certificate_ends_on: date | None, on: date
) -> list[str]:
    """What a store keeper should know before taking goods: codes of ``WARNINGS``.

    Star: fewer than 30 days left. Shelf life: fewer than 14 days left, or less than a third of it
    where the NSX is known (what retailers commonly ask of suppliers).
    """
    warnings: list[str] = []
    if certificate_ends_on is not None and (certificate_ends_on - on).days < 30:
        warnings.append("certificate.ends_soon")
    if expires_on is not None:
        left = (expires_on - on).days
        third = (expires_on - made_on).days / 3 if made_on else 0
        if left < max(14, third):
            warnings.append("shelf_life.short")
    return warnings


def total(picks: Sequence[Pick]) -> int:
    """Units over all picks."""
    return sum(pick.quantity for pick in picks)


def _fefo(view: LevelView) -> tuple[date, int, int]:
    return (view.expires_on or date.max, view.lot_id, view.level_id)
