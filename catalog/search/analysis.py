"""What a word is, for every engine: words with their marks, and words by their letters alone. Pure."""

import re

from core.text import fold, normalise

#: A word: letters, digits and marks that did not compose. Everything else parts words.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def exact_words(text: str) -> list[str]:
    """The words of a text, lower-cased, marks kept, one spelling for the two placements of a tone."""
    return WORD.findall(normalise(text).lower())


def folded_words(text: str) -> list[str]:
    """The words of a text by their letters alone."""
    return WORD.findall(fold(text))
