"""How well a listing answers: one formula for every engine, so that changing the engine changes no order.

A word counts by the best place in which it stands: the name, what the listing is about (producer, places, kind), or
its small print. A short name says more by one word than a long one. A clause counts by its best term, a listing by
the sum of its clauses; one more satisfied clause outranks everything else.
"""

from collections.abc import Iterable
from typing import Final

#: What a term in the name counts: so much, and a share that shrinks with the words of the name.
NAME: Final = 5.0
SHORT_NAME: Final = 10.0
#: What it counts in producer, places and kind, and in the small print.
ABOUT: Final = 1.0
WORDS: Final = 0.5
#: One more satisfied clause.
CLAUSE: Final = 1000.0

#: While typing: a word of the name, the same with its marks, a name that begins with what was typed.
TYPED: Final = 1.0
MARKS: Final = 3.0
BEGINS: Final = 2.0

#: The least share of common runs of three letters for a name to resemble a text.
RESEMBLES: Final = 0.3


def name_worth(words: int) -> float:
    """What a term counts in a name of so many words."""
    return NAME + SHORT_NAME / (2 + words)


def brevity(words: int) -> float:
    """While typing: of two equal names the shorter one first. Less than anything else counts."""
    return 1.0 / (2 + words)


def grams(words: Iterable[str]) -> set[str]:
    """The runs of three letters of folded words, each framed by two spaces before and one behind (as pg_trgm does).

    >>> sorted(grams(["ong"]))
    ['  o', ' on', 'ng ', 'ong']
    """
    framed = (f"  {word} " for word in words)
    return {one[at : at + 3] for one in framed for at in range(len(one) - 2)}
