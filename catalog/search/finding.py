"""From a query to what is open: ever wider readings, corrections, and names while one types.

Nothing but what is open on the day is ever answered, offered as a correction or suggested (decision 14). The first
reading that finds something open is taken; most queries cost one question to the engine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, pairwise

import numpy as np

from catalog.search.analysis import exact_words, folded_words
from catalog.search.engine import ask
from catalog.search.keystrokes import begun, decode, runs
from catalog.search.nearness import Lexicon, lexicon
from catalog.search.port import Wanted
from catalog.search.scoring import CLAUSE, WORDS
from catalog.search.synonyms import synonyms
from catalog.search.understanding import (
    MOST_WORDS,
    Near,
    Understood,
    Word,
    leading,
    loose,
    meanings_at,
    moved,
    named,
    partly,
    strict,
    understand,
    widened,
    widened_by_letters,
)
from catalog.showcase.day import Day, Rows
from core.text import fold

#: So many names are asked of the index, since some of them may not be open today.
_CANDIDATES = 300
#: So few answers, to so many words at most, are doubted when no name holds the words.
_FEW, _MOST_DOUBTED = 5, 4
#: So many names need no other answers beside them.
_ENOUGH = 10
#: So many of the best rows are looked at by name.
_BEST = 200
#: Below this share of the best answer's worth an answer is weak.
_WEAK = 0.1


@dataclass(frozen=True, slots=True)
class Found:
    """Open rows that the words asked for, best first."""

    rows: Rows
    #: The query as it was taken in the end: as words alone when a name holds what else would be a wish.
    understood: Understood
    #: Whether words had to be guessed at.
    is_guess: bool = False
    #: So many of the rows answer well; what follows holds the words in its small print only.
    strong: int = 0


def find(understood: Understood, day: Day) -> Found:
    """The first reading of a query that finds something open: as typed, by letters, near words, in part."""
    if understood.literal and _is_a_name(understood, day):
        understood = understood.literal
    if not understood.words:
        rows = day.open_rows() if understood.asks_for_all else day.open_among([])
        return Found(rows, understood, strong=len(rows))
    for reading, is_guess in _readings(understood):
        rows, strong = _open_and_strong(reading(), day)
        if len(rows):
            return Found(_heads_first(rows, understood.words, day), understood, is_guess, strong)
    rows = _in_part(understood, day)
    return Found(rows, understood, is_guess=True, strong=len(rows))


def _open_and_strong(wanted: Wanted, day: Day) -> tuple[Rows, int]:
    """Open rows, and how many of them answer well: one word or phrase outside of small print, several a tenth as well
    as the best, beyond being there.
    """
    hits = ask(lambda index: index.find(wanted))
    worth = hits.scores - CLAUSE * len(wanted.clauses)
    least = WORDS * 1.01 if len(wanted.clauses) == 1 else worth[:1].sum() * _WEAK
    strong = int(np.count_nonzero(worth >= least))
    return day.open_among(hits.ids), len(day.open_among(hits.ids[:strong]))


def did_you_mean(found: Found, day: Day, rows: Rows) -> str | None:
    """A better writing of a query that had to be guessed at, when it finds what it promises by itself; else None.

    rows: what is shown, best first. A few answers of which no name holds all the words (`nuoc nam` is in places) are
    doubtful too: then a name that holds them but for one slip is what was meant.
    """
    if not len(rows):
        return None
    best = rows[:1] if found.is_guess else _doubted(found, day)
    typed = " ".join(word.folded for word in found.understood.words)
    for row in best.tolist():
        for text in _corrections(found.understood.words, exact_words(day.faces[row].name)):
            meant = understand(text)
            if fold(text) != typed and meant.words and row in _open(partial(strict, meant, synonyms()), day):
                return text
    return None


def _doubted(found: Found, day: Day) -> Rows:
    """The best row that holds all words but one in its name, and near to that one; none when there is no doubt."""
    words = found.understood.words
    letters = {fold(word.meant) for word in words}
    names = (set(_words_of(day.faces[row].name)[1]) for row in found.rows.tolist())
    if not 1 < len(words) <= _MOST_DOUBTED or len(found.rows) > _FEW or any(letters <= name for name in names):
        return found.rows[:0]
    known, others = lexicon(ask(lambda index: index.known_words())), synonyms()
    for word in words:
        rows = _open(partial(widened_by_letters, found.understood, _near(found.understood, known, [word]), others), day)
        if len(rows):
            return rows[:1]
    return found.rows[:0]


def complete(text: str, day: Day) -> Rows:
    """Open rows to offer while one types: names that hold the words, the last of them perhaps unfinished, then other
    good answers (another writing of the words, a producer, a place); best first.

    When no name holds the words: keys that are still being typed, words typed as one, slips.
    """
    typed = [word.meant for word in map(_word_of, exact_words(text)[:MOST_WORDS])]
    rows = day.open_among([])
    for words in _beginnings(typed):
        rows = day.open_among(ask(lambda index, words=words: index.begin_with(words, _CANDIDATES)).ids)
        if len(rows):
            break
    understood = understand(text)
    if not understood.words or len(rows) >= _ENOUGH:
        return rows
    if not len(rows):
        found = find(understood, day)
        return found.rows[: found.strong]
    more, strong = _open_and_strong(strict(understood, synonyms()), day)
    return np.concatenate([rows, more[:strong][~np.isin(more[:strong], rows)]])


def _word_of(exact: str) -> Word:
    return Word(exact, fold(exact), decode(exact))


def _open(reading: Callable[[], Wanted], day: Day) -> Rows:
    return day.open_among(ask(lambda index: index.find(reading())).ids)


def _is_a_name(understood: Understood, day: Day) -> bool:
    """Whether an open product's name holds all that was typed, side by side; where no word would remain to look for,
    whether it is the name: `5 sao` asks for stars though some name holds it.
    """
    literal = understood.literal
    if literal is None or not literal.words:
        return False
    rows = _open(lambda: named(literal), day)
    if understood.words:
        return len(rows) > 0
    typed = [word.folded for word in literal.words]
    return any([fold(word) for word in exact_words(day.faces[row].name)] == typed for row in rows.tolist())


def _readings(understood: Understood) -> Iterator[tuple[Callable[[], Wanted], bool]]:
    """Ever wider readings, each made only when the one before has found nothing; and whether it guesses."""
    others = synonyms()
    yield partial(strict, understood, others), False
    yield partial(loose, understood, others), False
    elsewhere = moved(understood)
    if elsewhere:
        yield lambda: elsewhere, False
    known = lexicon(ask(lambda index: index.known_words()))
    right = [_is_known(word, known) for word in understood.words]
    likely = [is_right or known.is_slip(one.folded) for one, is_right in zip(understood.words, right, strict=True)]
    if _is_worth_guessing(understood.words, likely, known):
        unknown = [word for word, is_right in zip(understood.words, right, strict=True) if not is_right]
        near = _near(understood, known, unknown)
        yield partial(widened, understood, near, others), True
        yield partial(widened_by_letters, understood, near, others), True
        yield partial(widened, understood, near, others, in_name=False), True
        for one in () if unknown else understood.words:  # all are words, so one of them is the wrong one
            yield partial(widened, understood, _near(understood, known, [one]), others), True


def _is_known(word: Word, known: Lexicon) -> bool:
    """Whether a word, its keys, or every syllable of it is a word of the index."""
    return (
        word.folded in known.known
        or fold(word.decoded or "") in known.known
        or any(all(part in known.known for part in parts) for parts in runs(word.exact))
    )


def _is_worth_guessing(words: Sequence[Word], right: Sequence[bool], known: Lexicon) -> bool:
    """One word alone, or at least half of them known or all but known, counting two that are one word of the index."""
    joined = {at for at, (one, other) in enumerate(pairwise(words)) if one.folded + other.folded in known.known}
    count = sum(is_right or at in joined or at - 1 in joined for at, is_right in enumerate(right))
    return len(words) == 1 or count * 2 >= len(words)


def _near(understood: Understood, known: Lexicon, wrong: Sequence[Word]) -> Near:
    """What each of the wrong words may have meant."""
    words = understood.words
    following = {one.folded: other.folded for one, other in pairwise(words)}
    doubtful = {word.folded for word in wrong}

    def near(folded: str) -> Sequence[tuple[str, ...]]:
        if folded not in doubtful:
            return []
        return known.near(folded, following.get(folded, ""), is_alone=len(words) == 1)

    return near


def _in_part(understood: Understood, day: Day) -> Rows:
    """What most of the words find and the first of them name, then what either does alone."""
    if len(understood.words) < 3:
        return day.open_among([])
    most, first = _open(partial(partly, understood, synonyms()), day), _open(partial(leading, understood), day)
    both = most[np.isin(most, first)]
    return np.concatenate([both, first[~np.isin(first, both)], most[~np.isin(most, both)]])


def _heads_first(rows: Rows, words: Sequence[Word], day: Day) -> Rows:
    """Of the best rows, those whose names begin with what was typed, then those that begin with another writing of it.

    Vietnamese names the thing first, so a name that begins so is the thing and no kind or ingredient of another: `ca`
    is `Cá mòi kho` before `Mắc ca`, and `dứa` is `Thơm sấy dẻo` before `Kẹo lá dứa`.
    """
    typed = tuple(word.meant for word in words)
    is_exact = all(word.bears_marks for word in words)
    begins = typed if is_exact else tuple(map(fold, typed))
    part, meanings = meanings_at(words, 0, synonyms())
    others = [(*one, *typed[len(part) :]) for _, writings in meanings for one in writings]
    best, rest = rows[:_BEST], rows[_BEST:]
    tiers = np.array([_tier(day.faces[row].name, begins, others, is_exact) for row in best.tolist()], np.intp)
    return np.concatenate([best[np.argsort(tiers, kind="stable")], rest])


def _tier(name: str, typed: tuple[str, ...], others: Sequence[tuple[str, ...]], is_exact: bool) -> int:
    """0: the name begins with the typed words, 1: with another writing of them, 2: with something else."""
    exact, letters = _words_of(name)
    if (exact if is_exact else letters)[: len(typed)] == typed:
        return 0
    return 1 if any(exact[: len(one)] == one or letters[: len(one)] == one for one in others) else 2


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name's words with marks and by letters: the same names are looked at again and again."""
    return tuple(exact_words(name)), tuple(folded_words(name))


def _corrections(words: Sequence[Word], name: Sequence[str]) -> Iterator[str]:
    """Writings of a query after the name of what was found: its unknown words corrected; where all words are known,
    one after the other corrected.
    """
    known = lexicon(ask(lambda index: index.known_words()))
    shown = {fold(one): one for one in reversed(name)}
    close = Lexicon(dict.fromkeys(shown, 1))
    wrong = [at for at, word in enumerate(words) if word.folded not in shown and not _is_known(word, known)]
    every = [at for at, word in enumerate(words) if word.folded not in shown]
    for places in [wrong] if wrong else [[at] for at in every]:
        writings = [shown.get(word.folded) or shown.get(fold(word.meant)) or word.meant for word in words]
        for at in places:
            near = next(iter(close.near(words[at].folded)), None) or next(iter(known.near(words[at].folded)), ())
            writings[at] = " ".join(shown.get(part, part) for part in near) or writings[at]
        yield " ".join(writings)


def _beginnings(typed: Sequence[str]) -> Iterator[list[str]]:
    """Words to complete: as typed, by the keys so far, parted, corrected; each tried when those before found none."""
    if not typed:
        return
    *first, last = typed
    yield [*first, last]
    if begun(last) != fold(last):
        yield [*first, begun(last)]
    parted = [part for word in typed for part in next(iter(runs(word)), (word,))]
    if len(parted) > len(typed):
        yield parted
    known = lexicon(ask(lambda index: index.known_words()))
    corrected = [part for word in first for part in _nearest(fold(word), known)]
    end = (last,) if known.begins(fold(last)) else _nearest(fold(last), known)
    if [*corrected, *end] != [fold(word) for word in typed]:
        yield [*corrected, *end]


def _nearest(folded: str, known: Lexicon) -> tuple[str, ...]:
    return (folded,) if folded in known.known else next(iter(islice(known.near(folded), 1)), (folded,))
