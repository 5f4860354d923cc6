"""What a query finds now, and would find with a group as it stands on the form."""

from collections.abc import Iterable, Mapping, Sequence
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
    by: Actor,
    texts: Iterable[str],
    on: date,
    *,
    writings: Sequence[str] | None = None,
    is_one_way: bool = False,
    code: str = "",
) -> list[Trial]:
    """Search each text twice, alcohol included: with the wordbook as it is, and with this group in place of `code`'s.

    Raises Invalid when the writings make no group. Nothing is written.
    """
    authorize(by, "synonyms.read")
    if writings is not None and (faults := faults_of(writings)):
        raise Invalid({"writings": faults})
    now = groups_in_force()
    then = {key: group for key, group in now.items() if writings is None or key != code}
    mine = [Group(tuple(writings), is_one_way)] if writings is not None else []
    queries = [Query(text=text, is_adult=True) for text in texts]
    before, after = _found(queries, now.values(), on), _found(queries, [*then.values(), *mine], on)
    shown = {one for found in (*before, *after) for one in found[:SHOWN]}
    shown |= {one for pair in zip(before, after, strict=True) for one in _changed(*pair)}
    names = {card.listing_id: card.name for card in cards(sorted(shown), on)}
    return [_trial(q.text, first, then, names) for q, first, then in zip(queries, before, after, strict=True)]


def _found(queries: Iterable[Query], groups: Iterable[Group], on: date) -> list[list[int]]:
    with trying(groups):
        return [search(query, on).listing_ids for query in queries]


def _changed(before: Sequence[int], after: Sequence[int]) -> list[int]:
    """The first of those that only one of the two found."""
    added, lost = _without(after, before), _without(before, after)
    return added[:SHOWN] + lost[:SHOWN]


def _without(some: Sequence[int], others: Sequence[int]) -> list[int]:
    known = set(others)
    return [one for one in some if one not in known]


def _trial(q: str, before: Sequence[int], after: Sequence[int], names: Mapping[int, str]) -> Trial:
    def named(ids: Sequence[int]) -> list[str]:
        return [names[one] for one in ids[:SHOWN] if one in names]

    return Trial(
        q, Found(len(before), named(before)), Found(len(after), named(after)), named(_without(after, before)),
        named(_without(before, after)),
    )  # fmt: skip
