"""Vietnamese text: one spelling to compare by, a folded form to find by, slugs, and alphabetical order.

A word of Vietnamese reaches us in many shapes: composed or decomposed Unicode, the tone on either vowel of
`oa`, `oe`, `uy` (hoà, hòa), with or without marks. What is stored keeps its writer's spelling; what is
compared goes through here, and nothing else in the project strips or places marks itself.
"""

import re
import unicodedata
from functools import lru_cache

#: The five combining tone marks in the order of a dictionary: huyền, hỏi, ngã, sắc, nặng.
TONES = "\u0300\u0309\u0303\u0301\u0323"
_LEVEL = 0
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(0x100 + place) for place, letter in enumerate(_ALPHABET)}
_TONE_RANK = {tone: chr(0x11 + place) for place, tone in enumerate(TONES)}

_WHITE = re.compile(r"\s+")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
# An open syllable in oa, oe or uy that carries its tone on the second vowel (the "new" placement). `quy` is
# left alone: there the u belongs to the consonant, so the tone has one place only.
_NEW_TONE = re.compile(
    rf"(?<!q)(?P<first>[ou])(?P<second>[aey])(?P<tone>[{TONES}])(?![\w\u0300-\u036f])", re.IGNORECASE
)
_PAIRS = {"oa", "oe", "uy"}


def compose(text: str) -> str:
    """Give the text in composed Unicode (NFC): what every stored text is."""
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """Compose, drop signs without width, and make every run of white space (no-break too) one plain space."""
    return _WHITE.sub(" ", _UNSEEN.sub("", compose(text))).strip()


def _old_placement(found: re.Match[str]) -> str:
    """Move the tone of one syllable to its first vowel: `hoà` becomes `hòa`; other pairs stay as they are."""
    first, second, tone = found["first"], found["second"], found["tone"]
    return first + tone + second if (first + second).lower() in _PAIRS else found[0]


def normalise(text: str) -> str:
    """Give one spelling to words that are the same word.

    Composed, spaces squeezed, the tone of open oa, oe and uy on the first vowel; case and all marks are kept,
    so `Hoà` gives `Hòa`.
    """
    return compose(_NEW_TONE.sub(_old_placement, unicodedata.normalize("NFD", squeeze(text))))


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Give the letters alone: lower case, no marks, đ as d, ligatures and full-width forms taken apart.

    >>> fold('Mật ong Đắk')
    'mat ong dak'
    """
    parts = unicodedata.normalize("NFKD", squeeze(text).casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return bare.replace("đ", "d")


def slugify(text: str, limit: int = 80) -> str:
    """Give the address form: folded words joined by hyphens, at most `limit` signs, cut between words.

    A text without a single letter or digit gives an empty slug; the caller decides what then.
    """
    slug = _NOT_SLUG.sub("-", fold(text)).strip("-")
    if len(slug) <= limit:
        return slug
    head = slug[: limit + 1]
    return (head[: head.rfind("-")] if "-" in head else head[:limit]).strip("-")


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> str:
    """Give a string whose plain comparison is the order of a Vietnamese dictionary.

    First the letters decide (a ă â b c d đ e ê …, spaces before digits before letters), then the tones
    (level, huyền, hỏi, ngã, sắc, nặng), so that `ma` < `mà` < `mả` < `mã` < `má` < `mạ` < `mă`.
    """
    letters: list[str] = []
    tones: list[str] = []
    for sign in unicodedata.normalize("NFD", normalise(text).casefold()):
        if sign in _TONE_RANK:
            tones[-1:] = [_TONE_RANK[sign]]
        elif unicodedata.combining(sign) and letters:
            joined = compose(_letter(letters[-1]) + sign)
            letters[-1] = _RANK.get(joined, letters[-1])
        else:
            letters.append(_RANK.get(sign, sign if sign < "\x80" else "\u01ff" + sign))
            tones.append(chr(0x10 + _LEVEL))
    return "".join(letters) + "\x01" + "".join(tones)  # not NUL: PostgreSQL stores none


_LETTER = {rank: letter for letter, rank in _RANK.items()}


def _letter(rank: str) -> str:
    """Give back the letter behind a rank of `sort_key`, or the sign itself where it has none."""
    return _LETTER.get(rank, rank)
