"""What a query finds now, and would find with a group as it stands on the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.listings.queries import cards
from catalog.search.service import Query, search
from catalog.search.synonyms import trying
from catalog.search.wordbook.queries import groups_in_force
from catalog.search.wordbook.rules import faults_of
from catalog.search.words import Group
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.errors import Invalid

#: So many names are shown of each list.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Found:
    """How many open products a query finds, and the first of them."""

    total: int
    names: list[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """A query before and after."""

    q: str
    before: Found
    after: Found
    added: list[str]
    lost: list[str]


def try_out(
    by: Actor, q: str, on: date, *, writings: Sequence[str] | None = None, is_one_way: bool = False, code: str = ""
) -> Trial:
    """Search twice, alcohol included: with the wordbook as it is, and with this group in place of the one of `code`.

    Raises Invalid when the writings make no group. Nothing is written.
    """
    authorize(by, "synonyms.read")
    if writings is not None and (faults := faults_of(writings)):
        raise Invalid({"writings": faults})
    query = Query(text=q, is_adult=True)
    before = search(query, on).listing_ids
    groups = groups_in_force(besides=code if writings is not None else "")
    mine = [Group(tuple(writings), is_one_way)] if writings is not None else []
    with trying([*groups.values(), *mine]):
        after = search(query, on).listing_ids
    added = [one for one in after if one not in set(before)]
    lost = [one for one in before if one not in set(after)]
    lists = (before[:SHOWN], after[:SHOWN], added[:SHOWN], lost[:SHOWN])
    named = {card.listing_id: card.name for card in cards(sorted({one for some in lists for one in some}), on)}
    first, then, new, gone = ([named[one] for one in some if one in named] for some in lists)
    return Trial(q, Found(len(before), first), Found(len(after), then), new, gone)
