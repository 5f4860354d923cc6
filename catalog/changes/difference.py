"""What differs between two texts, word by word, so that a moderator reads only what is new.

Lines are matched first, words only within lines that changed: a long story stays quick to compare.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

SAME: Final = "same"
OLD: Final = "del"
NEW: Final = "ins"

#: Words a side beyond which two changed passages are shown whole, one after the other.
_MOST_WORDS: Final = 3_000
_TOKENS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")


class Piece(NamedTuple):
    """A run of text: ``same`` in both, ``del`` only in the old one, ``ins`` only in the new one."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Both texts as one run of pieces: leaving out ``ins`` gives the old text, leaving out ``del`` the new one."""
    old, new = _LINES.findall(before), _LINES.findall(after)
    found: list[Piece] = []
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            found.append(Piece(SAME, "".join(old[i1:i2])))
        else:
            found += _words("".join(old[i1:i2]), "".join(new[j1:j2]))
    return _joined(found)


def has(pieces: Iterable[Piece], kind: str) -> bool:
    """Whether a run holds a piece of that kind."""
    return any(piece.kind == kind for piece in pieces)


def _words(before: str, after: str) -> list[Piece]:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS or not old or not new:
        return [Piece(OLD, before), Piece(NEW, after)]
    found: list[Piece] = []
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            found.append(Piece(SAME, "".join(old[i1:i2])))
        else:
            found += [Piece(OLD, "".join(old[i1:i2])), Piece(NEW, "".join(new[j1:j2]))]
    return _bridged(found)


def _bridged(pieces: Sequence[Piece]) -> list[Piece]:
    """A lone space between two changes belongs to both, so that three changed words read as one change."""
    found: list[Piece] = []
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1 and piece.kind == SAME and not piece.text.strip(" ")
        found += [Piece(OLD, piece.text), Piece(NEW, piece.text)] if between else [piece]
    return _sorted_runs(found)


def _sorted_runs(pieces: Sequence[Piece]) -> list[Piece]:
    """Within a run of changes: what went, then what came."""
    found: list[Piece] = []
    gone, come = "", ""
    for kind, text in [*pieces, Piece(SAME, "")]:
        if kind == OLD:
            gone += text
        elif kind == NEW:
            come += text
        else:
            found += [Piece(OLD, gone), Piece(NEW, come), Piece(SAME, text)]
            gone, come = "", ""
    return found


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
