"""Which searches are counted, and as what. Pure.

Counted is the text, never the person. What looks as if it could be somebody's (a telephone number, an address of
mail, a number of a card or of an identity paper, a link) is not kept at all, not even shortened.
"""

import hashlib
import hmac
import re

from catalog.search.analysis import exact_words, folded_words
from core.text import squeeze

#: Signs of a text that are kept; whole words.
MOST_SIGNS = 60
#: Signs of a search that are looked at; search itself reads fewer.
MOST_READ = 200
#: Different visitors who must have asked before a text is shown to anybody (docs/decisions).
LEAST_VISITORS = 3
#: Boxes that visitors fall into.
BOXES = 16
#: So many digits, prices left out, make a telephone number or a number of a paper.
_MANY_DIGITS = 6

_PRICE = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[.,]?000){1,3}(?![\d.,]*\d)")
_ADDRESS = re.compile(r"@|://|\bwww\.|\.(?:com|vn|net|org)\b", re.IGNORECASE)
#: Programs that say what they are: crawlers, makers of previews, watchers.
_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiv|preview|facebookexternalhit|lighthouse|pingdom|uptime|monitor", re.IGNORECASE
)


def kept_text(typed: str) -> tuple[str, str] | None:
    """A search as it is counted: its words with their marks, and by their letters. None: it is not kept."""
    text = squeeze(typed[:MOST_READ])[:MOST_READ]
    digits = sum(sign.isdecimal() for sign in _PRICE.sub(" ", text))
    if digits >= _MANY_DIGITS or _ADDRESS.search(text):
        return None
    words = exact_words(text)
    while words and len(" ".join(words)) > MOST_SIGNS:
        words.pop()
    shown = " ".join(words)
    letters = " ".join(folded_words(shown))[:MOST_SIGNS]
    return (shown, letters) if any(sign.isalpha() for sign in letters) else None


def is_program(user_agent: str, purpose: str) -> bool:
    """Whether this is no person's search: a crawler, a preview, or a page fetched in advance."""
    return not user_agent or bool(_BOT.search(user_agent)) or "prefetch" in purpose.lower()


def box_of(visitor: str, letters: str, secret: str) -> int:
    """The bit of the box that a visitor falls into for a text: sixteen boxes, so that a box names nobody."""
    keyed = hmac.new(secret.encode(), f"search\0{letters}\0{visitor}".encode(), hashlib.sha256).digest()
    return 1 << (keyed[0] % BOXES)


def change_of(now: int, before: int) -> int | None:
    """The change against the period before in whole percent; None where there was nothing before."""
    return round((now - before) * 100 / before) if before else None
