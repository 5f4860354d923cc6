"""What a change of one product's certificate would bring about, as the desks' forms show it."""

from datetime import date

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from catalog.certificates.rules import Status
from catalog.consequences.port import Change, Happening, foresee, sentence


def of_ending(found: Certificate, happening: Happening, on: date, today: date) -> list[tuple[str, str]]:
    """What closes when this certificate ends on a day; nothing when another one carries the product on."""
    carrying = governing([found.product_id], max(on, today)).get(found.product_id)
    if carrying is not None and carrying.certificate_id != found.id:
        return []
    return foreseen(Change(happening, (found.product_id,), on, today))


def of_verification(found: Certificate, status: Status, today: date) -> list[tuple[str, str]]:
    """What opens with a second reading. Says nothing of stars: the reader has not told hers yet."""
    if status.is_open:
        return []
    return foreseen(Change(Happening.RENEWAL, (found.product_id,), max(found.valid_from, today), today))


def foreseen(change: Change) -> list[tuple[str, str]]:
    """Each effect as its figure and the words after it."""
    return [_in_figures(sentence(effect)) for effect in foresee(change)]


def _in_figures(text: str) -> tuple[str, str]:
    number, _space, rest = text.partition(" ")
    return (number, rest) if number.isdecimal() else ("•", text)
