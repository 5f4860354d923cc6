"""The words of the table: what may happen to a certificate, what it does to which object. Values only.

Source: decisions 4 to 6; the table itself is ``data/consequences.csv``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from catalog.certificates.rules import Term, covers
from core.clock import today

_ONE_DAY = timedelta(days=1)


class Happening(StrEnum):
    """What may happen to a product's certificate."""

    APPROACHING = "approaching"  #: thirty days or fewer are left
    LAPSE = "lapse"  #: the day after its last one
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    DOWNRATING = "downrating"  #: a new certificate of the product brings another star, fewer or more
    RENEWAL = "renewal"  #: a certificate begins, or comes back after a suspension or by an extension


#: What closes the doors of a product.
ENDINGS = frozenset({Happening.LAPSE, Happening.REVOCATION, Happening.SUSPENSION})


#: What a certificate holds up, in the order in which the table and every answer name it.
OBJECTS = (
    "listing", "basket", "cart", "payment", "order", "sold", "voucher", "lot", "label", "consigned", "transfer",
    "application", "booking", "fair", "settlement",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Something that is about to happen to the certificates of these products, from the day ``on``.

    A day that is past takes effect today: nothing that was done is undone (decision 5), but what was sold since
    becomes a case. ``today`` is read once, when the change is made.
    """

    happening: Happening
    product_ids: tuple[int, ...]
    on: date
    today: date = field(default_factory=today)

    @property
    def day(self) -> date:
        """The first day on which it can change anything."""
        return max(self.on, self.today)

    @property
    def judged_on(self) -> date:
        """The day on which to look what stands open: of a lapse, the last one before it."""
        is_lapse = self.happening is Happening.LAPSE
        return max(self.on - _ONE_DAY, self.today) if is_lapse else self.day


@dataclass(frozen=True)
class Effect:
    """So many objects of one kind, and what becomes of them.

    ``units`` are pieces or grams, ``stores`` how many stores they lie in, ``money_vnd`` what they are worth
    in đồng: stock at what it is sold for, orders and bookings at their price.
    """

    object: str
    act: str
    count: int
    units: int = 0
    stores: int = 0
    money_vnd: int = 0


@dataclass(frozen=True)
class Paused:
    """A suspension, or a stop of the product, as stored: ``until_on`` on the day before ``from_on`` means that it
    was lifted on its first day.
    """

    id: int
    from_on: date
    until_on: date | None
    #: How its two occasions are called in their keys.
    words: tuple[str, str] = ("suspension", "resumption")


@dataclass(frozen=True)
class Corrected:
    """A correction that a second person confirmed, and whether it changed the star."""

    id: int
    on: date
    is_other_star: bool


@dataclass(frozen=True)
class Story:
    """All that ever happened to one certificate, as far as consequences depend on it."""

    term: Term
    #: Stars of the certificate that governed the product before it; None when it is the first.
    stars_before: int | None = None
    pauses: tuple[Paused, ...] = ()
    corrections: tuple[Corrected, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """One change of one certificate: what, from which day, and the key that tells it from others."""

    happening: Happening
    on: date
    key: str


def occasions(story: Story, today: date) -> list[Occasion]:
    """Every change of a certificate, past and planned, in the order of their days.

    The key tells a second suspension from the first, and the lapse after an extension from the one before it.
    Empty while it is not verified. A certificate that a newer one replaced has no lapse of its own.
    """
    term = story.term
    if term.verified_on is None:
        return []
    found = [*_began(story), *_paused(story), *_ended(story), *_corrected(story, today)]
    return sorted(found, key=lambda one: one.on)


def still_told(found: Sequence[Occasion], day: date) -> list[Occasion]:
    """What is worth drawing consequences from on a day: every end, and beginnings that no later end has undone."""
    ends = [place for place, one in enumerate(found) if one.happening in ENDINGS and one.on <= day]
    last = max(ends, default=-1)
    return [one for place, one in enumerate(found) if one.happening in ENDINGS or place > last]


def _began(story: Story) -> list[Occasion]:
    term = story.term
    found = [Occasion(Happening.RENEWAL, term.starts_on, f"beginning:{term.starts_on}")]
    if story.stars_before is not None and story.stars_before != term.stars:
        found.append(Occasion(Happening.DOWNRATING, term.starts_on, f"star:{term.starts_on}"))
    if term.extended_until is not None:
        on = term.valid_until + _ONE_DAY
        found.append(Occasion(Happening.RENEWAL, on, f"extension:{term.extended_until}"))
    return found


def _paused(story: Story) -> list[Occasion]:
    found: list[Occasion] = []
    for pause in story.pauses:
        back_on = pause.until_on + _ONE_DAY if pause.until_on is not None else None
        if back_on is not None and back_on < pause.from_on:
            continue  # lifted before its first day
        begins, ends = pause.words
        found.append(Occasion(Happening.SUSPENSION, pause.from_on, f"{begins}:{pause.id}"))
        if back_on is not None:
            found.append(Occasion(Happening.RENEWAL, back_on, f"{ends}:{pause.id}/{back_on}"))
    return found


def _ended(story: Story) -> list[Occasion]:
    term, found = story.term, list[Occasion]()
    if term.revoked_on is not None:
        found.append(Occasion(Happening.REVOCATION, term.revoked_on, f"revocation:{term.revoked_on}"))
    if term.ends_on == term.lasts_until:
        on = max(term.lasts_until + _ONE_DAY, term.starts_on)
        found.append(Occasion(Happening.LAPSE, on, f"lapse:{on}"))
    return found


def _corrected(story: Story, today: date) -> list[Occasion]:
    """What a correction means is judged by what the certificate says now."""
    kind = Happening.RENEWAL if covers(story.term, today) else Happening.LAPSE
    found = [Occasion(kind, one.on, f"correction:{one.id}") for one in story.corrections]
    starred = [one for one in story.corrections if one.is_other_star]
    return found + [Occasion(Happening.DOWNRATING, one.on, f"correction-star:{one.id}") for one in starred]
