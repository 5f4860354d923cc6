"""Analyzers of the Whoosh index: words with their marks, and words folded.

Whoosh pickles analyzers into the index by their module path, so these classes keep this name and place for
ever (stack.md trap d); the schema is handed over at each opening besides.
"""

import re
from collections.abc import Generator
from typing import Any

from whoosh.analysis import RegexTokenizer

from core.text import fold, normalise

#: A word: letters, digits and marks that did not compose. Everything else parts words.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def exact_words(text: str) -> list[str]:
    """The words of a text, lower-cased, marks kept, one spelling for the two placements of a tone."""
    return WORD.findall(normalise(text).lower())


def folded_words(text: str) -> list[str]:
    """The words of a text by their letters alone."""
    return WORD.findall(fold(text))


class ExactTokenizer(RegexTokenizer):
    """Words as `exact_words` gives them."""

    def __init__(self) -> None:
        super().__init__(expression=WORD)

    def __call__(self, value: str, *args: Any, **kwargs: Any) -> Generator[Any, Any, None]:
        """Yield Whoosh's tokens."""
        yield from super().__call__(normalise(value).lower(), *args, **kwargs)


class FoldedTokenizer(RegexTokenizer):
    """Words as `folded_words` gives them."""

    def __init__(self) -> None:
        super().__init__(expression=WORD)

    def __call__(self, value: str, *args: Any, **kwargs: Any) -> Generator[Any, Any, None]:
        """Yield Whoosh's tokens."""
        yield from super().__call__(fold(value), *args, **kwargs)
