"""Foresight: what a change would bring about. Each feature answers for its own objects; nobody imports upward.

    @foresees("cart")
    def carts(change: Change) -> Iterable[Effect]: ...

    for effect in foresee(Change(Happening.REVOCATION, (7, 9), date(2026, 12, 1))):
        sentence(effect)   # "5 giỏ hàng không thanh toán được sản phẩm này"

The number of statements does not depend on how many products change.
"""

from collections.abc import Callable, Iterable

from catalog.consequences.rules import OBJECTS, Change, Effect, Happening
from catalog.consequences.words import sentence

__all__ = ["Change", "Effect", "Happening", "foresee", "foresees", "sentence"]

Foreseer = Callable[[Change], Iterable[Effect]]

_foreseers: dict[str, list[Foreseer]] = {}


def foresees(kind: str) -> Callable[[Foreseer], Foreseer]:
    """Register who answers for one kind of object, such as ``cart``."""

    def register(answer: Foreseer) -> Foreseer:
        held = _foreseers.setdefault(kind, [])
        if answer not in held:
            held.append(answer)
        return answer

    return register


def foresee(change: Change) -> list[Effect]:
    """Everything that the change would bring about, in the order of the table; what touches nothing is left out.

    Only reads.
    """
    if not change.product_ids:
        return []
    answers = (effect for kind in OBJECTS for answer in _foreseers.get(kind, ()) for effect in answer(change))
    return [effect for effect in answers if effect.count]


def foreseen_kinds() -> set[str]:
    """The kinds of objects for which somebody answers."""
    return set(_foreseers)
