"""How long a mandate may be, what its parts allow, and how it stands on a day: plain values."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final

from catalog.mandates.models import Mandate

#: Posts whose holders may be asked to act: others come by registering (`agent`).
_agents: dict[str, None] = {"reporter": None, "certifier": None}

#: What every mandate lets see, so that the work can be found.
SEEN: Final = frozenset(
    {
        "desk.enter", "producing.enter", "products.read", "products.why", "listings.read", "photos.read",
        "changes.read", "prices.read",
    }
)  # fmt: skip
#: What each part lets do. Nothing here touches certificates, papers, fairs, money, people or other mandates.
PARTS: Final[dict[str, frozenset[str]]] = {
    "listings": frozenset({"listings.edit", "changes.propose"}),
    "photos": frozenset({"photos.edit"}),
    "prices": frozenset({"prices.set"}),
}


class State(StrEnum):
    """How a mandate stands on a day."""

    WAITING = "waiting"
    COMING = "coming"
    HOLDS = "holds"
    OVER = "over"
    ENDED = "ended"


def agent(role: str) -> None:
    """Let holders of this role be asked to act for producers."""
    _agents[role] = None


def agents() -> list[str]:
    """The roles whose holders may be asked."""
    return list(_agents)


def last_day(from_on: date) -> date:
    """The latest last day of a mandate that begins then: twelve months, less a day."""
    leap = (from_on.month, from_on.day) == (2, 29)
    year_later = from_on.replace(year=from_on.year + 1, **({"day": 28} if leap else {}))
    return year_later if leap else date.fromordinal(year_later.toordinal() - 1)


def parts_of(mandate: Mandate) -> list[str]:
    """What it is for."""
    held = {"listings": mandate.is_for_listings, "photos": mandate.is_for_photos, "prices": mandate.is_for_prices}
    return [name for name, is_held in held.items() if is_held]


def actions_of(parts: Collection[str]) -> frozenset[str]:
    """The only actions under it."""
    return SEEN.union(*(PARTS[name] for name in parts))


def state_of(mandate: Mandate, on: date) -> State:
    """How it stands on the day. Ended counts from the instant, whatever the day."""
    if mandate.ended_at is not None:
        return State.ENDED
    if on > mandate.until_on:
        return State.OVER
    if mandate.confirmed_at is None:
        return State.WAITING
    return State.HOLDS if on >= mandate.from_on else State.COMING
