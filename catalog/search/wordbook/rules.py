"""What a group of synonyms must look like, and what a person should look at twice. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from catalog.search.analysis import exact_words
from catalog.search.words import Group
from core.text import fold

#: Longer phrases are sentences: nobody types them twice the same way.
MOST_WORDS = 5
#: Signs of one writing, and writings of one group.
MOST_SIGNS = 60
MOST_WRITINGS = 12


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may be meant so, and may be a slip.

    kind: `marks` (two writings differ in their marks only) or `elsewhere` (another group has the writing).
    """

    kind: str
    writing: str
    #: The other writing, or the code of the other group.
    other: str


def spelled(writing: str) -> str:
    """A writing as it is kept: its words in lower case, with their marks, one spelling of the tones."""
    return " ".join(exact_words(writing))


def read_writings(text: str) -> tuple[str, ...]:
    """Writings from a field of a form: one a line, or parted by `|` or `;`; empty ones are left out."""
    lines = text.replace("|", "\n").replace(";", "\n").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def faults_of(writings: Sequence[str]) -> list[str]:
    """Why these writings are no group; each fault names the writing as it was typed."""
    found = [fault for one in writings if (fault := _fault_of(one))]
    twice = [one for one, times in Counter(map(spelled, writings)).items() if times > 1 and one]
    found += [_("“%(writing)s” viết hai lần.", writing=one) for one in twice]
    if len({spelled(one) for one in writings if spelled(one)}) < 2:
        found.append(_("Cần ít nhất hai cách viết khác nhau."))
    if len(writings) > MOST_WRITINGS:
        found.append(_("Nhiều nhất %(most)d cách viết trong một nhóm.", most=MOST_WRITINGS))
    return found


def doubts_of(mine: Group, others: Mapping[str, Group]) -> list[Doubt]:
    """What to look at twice. `others`: the groups in force besides this one, by their code.

    Whoever types without marks finds all marks, so writings alike but for these are needless in one group unless they
    are different words. A writing that finds the others of two groups joins these for whoever types it, which is
    seldom meant; what a one-way group only finds joins nothing.
    """
    kept = [spelled(one) for one in mine.writings]
    by_letters: dict[str, str] = {}
    found: list[Doubt] = []
    for one in kept:
        other = by_letters.setdefault(fold(one), one)
        if other != one:
            found.append(Doubt("marks", one, other))
    return found + list(_elsewhere(mine, others))


def _fault_of(writing: str) -> str | None:
    words = exact_words(writing)
    if not words:
        return _("“%(writing)s” không có chữ nào.", writing=writing[:MOST_SIGNS])
    if len(words) > MOST_WORDS:
        return _("“%(writing)s” dài quá %(most)d từ.", writing=writing[:MOST_SIGNS], most=MOST_WORDS)
    if len(" ".join(words)) > MOST_SIGNS:
        return _("“%(writing)s…” dài quá %(most)d ký tự.", writing=writing[:MOST_SIGNS], most=MOST_SIGNS)
    return None


def _elsewhere(mine: Group, others: Mapping[str, Group]) -> Iterable[Doubt]:
    finding = _finding(mine)
    for code, group in others.items():
        for shared in sorted(finding & _finding(group)):
            yield Doubt("elsewhere", shared, code)


def _finding(group: Group) -> set[str]:
    """The writings by which the others are found."""
    return {spelled(one) for one in group.writings[: 1 if group.is_one_way else None]}
