"""What a shopper typed, as clauses: our own small grammar, without wildcards, fields, ranges or regex.

Pure. Words are letters and digits; every other sign parts words and means nothing. A word typed with marks is
looked for with its marks first; one typed without finds every word of the same letters. Ever wider readings are
offered; the service takes the first that finds something on sale.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from catalog.search.analysis import exact_words
from catalog.search.intents import SAYINGS, Saying, read
from catalog.search.keystrokes import decode, is_plain_syllable, runs
from catalog.search.port import Clause, Term, Wanted
from catalog.search.words import Meaning, Phrase, Synonyms, base_synonyms, provinces
from core.text import compose, fold, squeeze

#: More signs are refused by the API and cut on pages.
MOST_SIGNS = 100
#: Words beyond these are left out.
MOST_WORDS = 10

#: Gives the words of the index that one typed word may have meant, nearest first.
Near = Callable[[str], Sequence[tuple[str, ...]]]

_SYNONYM = 0.5
_DECODED = 0.9
_NEAR = 0.6
_RUN = 0.8
#: What each word of a whole phrase counts, where it stands side by side.
_SIDE_BY_SIDE = 6.0
#: An open syllable in i or y: kỹ, mì, quý.
_I_OR_Y = re.compile(r"(?P<head>[hklmst]|qu)(?P<vowel>[iy][\u0300-\u036f]?)")
_FIGURES = re.compile(r"(\d+)([a-z]+)")


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word: with its marks, by its letters, and what its keys may have meant."""

    exact: str
    folded: str
    decoded: str | None

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks."""
        return self.exact != self.folded

    @property
    def meant(self) -> str:
        """What its keys meant, or the word as it was typed."""
        return self.decoded or self.exact

    @property
    def bears_marks(self) -> bool:
        """Whether what it means has marks, typed or by its keys."""
        return self.is_marked or self.meant != fold(self.meant)


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart: `words` is what remains to look for; the rest was asked for in words."""

    words: tuple[Word, ...]
    #: "5 sao", "3 sao trở lên"; empty: any.
    stars: frozenset[int] = frozenset()
    #: No word remains, since none was needed ("", "ocop", "5 sao"); signs alone ask for nothing.
    asks_for_all: bool = False
    #: Bounds of the price in đồng, both inclusive: "dưới 100k", "từ 50k đến 100 nghìn".
    price_min: int | None = None
    price_max: int | None = None
    #: True for "quà tết", "làm quà": gifts.
    is_gift: bool | None = None
    #: Whether "18+" stands in it. It confirms no age (decision 15); it only says that alcohol is meant.
    is_adult: bool = False
    #: An order asked for in words ("rẻ nhất": price), named as in `service.SORTS`; None: none.
    sort: str | None = None
    #: The same query as words alone, when some of them were read as stars, a price or a gift: for a name that
    #: holds them ("Gạo Năm Sao"). None when nothing was.
    literal: "Understood | None" = None


def understand(text: str) -> Understood:
    """Take a query apart; never refuses, whatever the signs."""
    text = squeeze(text)[:MOST_SIGNS]
    intents = read(text)
    typed = exact_words(intents.rest)
    kept, said = _without_phrases(typed)
    is_gift = next((one.is_gift for one in said if one.is_gift), None)
    is_meant = intents.any or is_gift is not None
    return Understood(
        words=tuple(map(_word, kept[:MOST_WORDS])),
        stars=intents.stars,
        asks_for_all=not kept and bool(typed or intents.any or not text),
        price_min=intents.price_min,
        price_max=intents.price_max,
        is_gift=is_gift,
        is_adult=intents.is_adult,
        sort=next((one.sort for one in said if one.sort), None),
        literal=Understood(tuple(map(_word, exact_words(text)[:MOST_WORDS]))) if is_meant else None,
    )


@lru_cache(maxsize=10_000)
def _word(exact: str) -> Word:
    return Word(exact, fold(exact), decode(exact))


def _without_phrases(typed: Sequence[str]) -> tuple[list[str], list[Saying]]:
    """What remains without phrases that mean something else, or nothing; and these."""
    kept, said = list(typed), list[Saying]()
    while found := next((one for at in range(len(kept)) if (one := _saying_at(kept, at))), None):
        at, saying = found
        del kept[at : at + len(saying.words)]
        said.append(saying)
    return kept, said


def _saying_at(kept: Sequence[str], at: int) -> tuple[int, Saying] | None:
    """The longest phrase that begins at a place, if one does."""
    for one in SAYINGS.get(fold(kept[at]), ()):
        end = at + len(one.words)
        is_there = {"front": at == 0, "behind": at > 0 and end == len(kept)}.get(one.where, True)
        if is_there and end <= len(kept) and _is_said(kept[at:end], one.words):
            return at, one
    return None


def _is_said(typed: Sequence[str], words: Sequence[str]) -> bool:
    """Whether these words were typed, without marks or with the right ones. One alone must bear its marks: `ban`
    may be `bàn`.
    """
    if len(words) == 1:
        return typed[0] == words[0]
    return all(one == word or (one.isascii() and one == fold(word)) for one, word in zip(typed, words, strict=True))


def strict(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Marked words with their marks, unmarked ones by their letters; synonyms count half."""
    words = understood.words
    return Wanted(tuple(_clauses(words, synonyms or base_synonyms(), _strict_terms)), _whole(words))


def moved(understood: Understood) -> Wanted | None:
    """As `strict`, each old province as what it became; None when none is named."""
    words, known = understood.words, provinces()
    if not any(meanings_at(words, at, known)[1] for at in range(len(words))):
        return None
    return Wanted(tuple(_clauses(words, known, _strict_terms)), _whole(words))


def loose(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Every word by its letters, but not in small print: for marks that were mistyped."""
    words = tuple(map(_unmarked, understood.words))
    clauses = _clauses(words, synonyms or base_synonyms(), _strict_terms)
    return Wanted(tuple(map(_not_in_print, clauses)), _whole(words))


def widened(understood: Understood, near: Near, synonyms: Synonyms | None = None, *, in_name: bool = True) -> Wanted:
    """Words as typed, or what slips and spaces may have made of them.

    Guesses are compared by letters, and count in a name only, unless told otherwise. What has marks keeps them: who
    typed marks looked at the word.
    """
    words, others = understood.words, synonyms or base_synonyms()
    guesses = {word: list(near(word.folded)) for word in words}

    def terms(word: Word) -> list[Term]:
        found = _strict_terms(word) + _joined(words, word)
        for place, one in enumerate(guesses[word], 1):
            found.append(Term(one, False, _NEAR / place, in_name=in_name))
            found += [_synonym(other, _NEAR / place) for other in others.of_letters(one)]
        return found

    nearest = [part for word in words for part in next(iter(guesses[word]), (fold(word.meant),))]
    whole = Term(tuple(nearest), False, _SIDE_BY_SIDE * len(nearest), in_print=False) if len(nearest) > 1 else None
    return Wanted(tuple(_clauses(words, others, terms)), whole)


def widened_by_letters(understood: Understood, near: Near, synonyms: Synonyms | None = None) -> Wanted:
    """As `widened`, marks left out of account, since both marks and letters may be wrong; in a name only."""
    wanted = widened(replace(understood, words=tuple(map(_unmarked, understood.words))), near, synonyms)
    return replace(wanted, clauses=tuple(map(_in_name, wanted.clauses)))


def partly(understood: Understood, synonyms: Synonyms | None = None) -> Wanted:
    """Most of the words: three of five, two of three, both of two."""
    clauses = strict(understood, synonyms).clauses
    return Wanted(clauses, least=(len(clauses) * 6 + 9) // 10)


def leading(understood: Understood) -> Wanted:
    """Names that hold the first words side by side: who asks for honey of a kind that is not here is shown honey.

    Vietnamese names the thing first and tells its kind behind. The more words, the better; two at least.
    """
    words = understood.words
    sizes = range(len(words) - 1, 1, -1)
    terms = (replace(_phrase(words[:size], size / len(words)), in_name=True) for size in sizes)
    return Wanted((Clause(tuple(terms)),))


def named(understood: Understood) -> Wanted:
    """Names that hold all the words side by side."""
    return Wanted((Clause((replace(_phrase(understood.words), in_name=True),)),))


def _not_in_print(clause: Clause) -> Clause:
    return Clause(tuple(replace(term, in_print=False) for term in clause.terms))


def _in_name(clause: Clause) -> Clause:
    return Clause(tuple(replace(term, in_name=True) for term in clause.terms))


def _unmarked(word: Word) -> Word:
    return Word(word.folded, word.folded, fold(word.decoded) if word.decoded else None)


def _strict_terms(word: Word) -> list[Term]:
    if word.is_marked:
        others = [Term((other,), True, _DECODED) for other in _other_spellings(word.exact)]
        return [Term((word.exact,), is_exact=True), *others]
    terms = [Term((word.folded,), is_exact=False)]
    if word.decoded:
        terms.append(Term((word.decoded,), is_exact=word.bears_marks, weight=_DECODED))
    terms += [Term((other,), False, _DECODED) for other in _other_spellings(word.folded)]
    return terms + [Term(parts, False, _RUN) for parts in (*runs(word.exact), *_figures(word.folded))]


def _other_spellings(word: str) -> list[str]:
    """`mỳ` is `mì` too: i and y are one at the end of an open syllable."""
    found = _I_OR_Y.fullmatch(unicodedata.normalize("NFD", word))
    if not found:
        return []
    return [compose(found["head"] + ("y" if found["vowel"][0] == "i" else "i") + found["vowel"][1:])]


def _figures(word: str) -> list[tuple[str, ...]]:
    """`500g` is `500 g` too."""
    found = _FIGURES.fullmatch(word)
    return [(found[1], found[2])] if found else []


def _phrase(words: Sequence[Word], weight: float = 1.0) -> Term:
    """The words side by side: with their marks where each one bears some, else by their letters."""
    is_exact = all(word.bears_marks for word in words)
    return Term(tuple(word.meant if is_exact else fold(word.meant) for word in words), is_exact, weight)


def _whole(words: Sequence[Word]) -> Term | None:
    """All the words side by side: worth more than a few of them in a name, wherever it stands (`An Dương`)."""
    return replace(_phrase(words, _SIDE_BY_SIDE * len(words)), in_print=False) if len(words) > 1 else None


def _clauses(words: Sequence[Word], synonyms: Synonyms, terms_of: Callable[[Word], list[Term]]) -> list[Clause]:
    """One clause a word, or one a phrase that has other writings; each clause once.

    `khoai khoai` so asks for one word; its repetition counts in the phrase only.
    """
    clauses: list[Clause] = []
    at = 0
    while at < len(words):
        part, meanings = meanings_at(words, at, synonyms)
        own = _own_terms(part, meanings) if len(part) > 1 else terms_of(part[0])
        others = dict.fromkeys(other for _, writings in meanings for other in writings)
        more = [_synonym(one) for one in others] + (_of_runs(part[0], synonyms) if len(part) == 1 else [])
        clauses.append(Clause((*own, *more)))
        at += len(part)
    return list(dict.fromkeys(clauses))


def _own_terms(part: Sequence[Word], meanings: Sequence[Meaning]) -> list[Term]:
    """A phrase that has other writings, as itself: all its words, in any place. Typed with some marks, it is what
    it may mean by these (`cà phe` is `cà phê`).
    """
    if not any(word.bears_marks for word in part):
        return [replace(_phrase(part), is_phrase=False)]
    return [Term(meant, is_exact=True, is_phrase=False) for meant, _ in meanings]


def _joined(words: Sequence[Word], word: Word) -> list[Term]:
    """A word and a neighbour written as one: `be champ` is `bechamp` too. Either of the two is then satisfied."""
    pairs = [pair for pair in pairwise(words) if word in pair]
    joined = [one.folded + other.folded for one, other in pairs]
    joined += [fold(one.meant) + fold(other.meant) for one, other in pairs]
    return [Term((one,), False, _DECODED) for one in dict.fromkeys(joined)]


def _of_runs(word: Word, synonyms: Synonyms) -> list[Term]:
    """Other writings of words typed as one: `caphe` is `cà phê`, and so `coffee`."""
    return [_synonym(other) for parts in runs(word.exact) for other in synonyms.of_letters(parts)]


def _synonym(words: Phrase, weight: float = 1.0) -> Term:
    """Another writing. One syllable alone counts in a name only: `lạc` is in Lạc Dương too."""
    is_common = len(words) == 1 and is_plain_syllable(fold(words[0]))
    return Term(words, True, _SYNONYM * weight, in_name=is_common)


def meanings_at(words: Sequence[Word], at: int, synonyms: Synonyms) -> tuple[Sequence[Word], Sequence[Meaning]]:
    """The longest phrase from a place that has other writings, with what it may mean; else one word without any."""
    for size in range(min(synonyms.longest, len(words) - at), 0, -1):
        if meanings := meanings_of(words[at : at + size], synonyms):
            return words[at : at + size], meanings
    return words[at : at + 1], ()


def meanings_of(part: Sequence[Word], synonyms: Synonyms) -> Sequence[Meaning]:
    """What words may be that have other writings: by what their keys meant, or as they stand (`beef` is no `bề`)."""
    found = synonyms.meanings(tuple(word.meant for word in part), [word.bears_marks for word in part])
    if any(word.decoded for word in part):
        as_typed = synonyms.meanings(tuple(word.exact for word in part), [word.is_marked for word in part])
        return [*found, *as_typed]
    return found
