"""The law of recognition as data, and what it says of one certificate: pure rules on plain values.

Four sets of rules have stood since 2019 (`data/eras.csv`); a certificate is judged by those in force on the day of
its decision, and keeps its own term afterwards (Decision 26/2026/QĐ-TTg, Article 12.1). Nothing here asks the time
or a database. Points are hundredths of a point everywhere.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from catalog.certificates.rules import LEAST_STARS, MONTHS, add_months, other_count, proposed_last_day
from catalog.products.sets import SETS

_DATA = Path(__file__).parent / "data"
#: A decision may name a first day of its own, such as the day after the older term; counting from it is believed
#: within the days in which a renewal may be asked for (Article 7.6.a).
_LATE_START = timedelta(days=180)
MOST_STARS = 5
WHOLE = 100
SECTIONS = ("score_a", "score_b", "score_c")


class Gravity(StrEnum):
    """What follows from a fault."""

    #: No certificate can say this; nothing excuses it.
    IMPOSSIBLE = "impossible"
    #: It contradicts the rules of its day: refused, unless a reason is given and a second person accepts it.
    CONTRADICTION = "contradiction"
    #: The rules leave it open: entered, and shown to the second person.
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a certificate that the rules of its day do not carry."""

    field: str
    #: Stable: law.level, law.stars, law.score, law.sections, law.dates, law.term, law.group, law.subject.
    code: str
    #: Decision and article, as they are cited: "QĐ 26/2026/QĐ-TTg, Điều 4.1.a".
    article: str
    text: str | LazyString
    gravity: Gravity = Gravity.CONTRADICTION


@dataclass(frozen=True, slots=True)
class Era:
    """One set of rules, with the days on which decisions could be taken under it."""

    code: str
    #: As cited: "QĐ 148/QĐ-TTg (QĐ 1489/QĐ-TTg sửa đổi)".
    decision: str
    from_on: date
    #: Last day; None while in force.
    until_on: date | None
    #: Greatest points of the sections A, B and C, in hundredths.
    weights: tuple[int, int, int]
    #: Least average scores of 5, 4, 3, 2 and 1 stars, in hundredths; each band ends below the next one up.
    bands: tuple[int, ...]
    #: Written as "70 đến 89": scores between two bands are left open by its words.
    has_whole_bands: bool
    articles: dict[str, str]

    def stands_on(self, day: date) -> bool:
        """Whether a decision of that day could rest on it."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def cite(self, matter: str) -> str:
        """Decision and article on a matter: sections, stars, least, term, groups, subjects."""
        return f"{self.decision}, {self.articles[matter]}"


@dataclass(frozen=True, slots=True)
class Competence:
    """Who recognises products of some stars, on which days, and where that is said."""

    stars: int
    level: str
    from_on: date
    until_on: date | None
    article: str

    def stands_on(self, day: date) -> bool:
        """Whether it held on that day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says that a decision says. What is not known is None."""

    stars: int
    level: str | None
    decided_on: date
    valid_from: date
    valid_until: date
    #: The day on which it is judged.
    known_on: date
    #: Average score.
    score: int | None = None
    #: Points of the sections A, B and C.
    sections: tuple[int | None, int | None, int | None] = (None, None, None)
    #: The product's set, 1 to 26.
    set_no: int | None = None
    #: What kind of producer it is.
    subject: str | None = None


def eras_on(day: date) -> tuple[Era, ...]:
    """The rules that a decision of that day could rest on, newest first: two in the transition of 2026, none before
    21 August 2019.
    """
    return tuple(era for era in reversed(ERAS) if era.stands_on(day))


def stars_of(score: int, era: Era) -> int:
    """Stars of an average score; the bands are half-open in every era (data/SOURCE.md).

    >>> stars_of(6999, ERAS[-1]), stars_of(7000, ERAS[-1])
    (3, 4)
    """
    return MOST_STARS - next(place for place, least in enumerate(era.bands) if score >= least)


def is_between_bands(score: int, era: Era) -> bool:
    """Whether the era's own words leave this score open: 69.25 when it wrote "50 đến 69" and "70 đến 89"."""
    upper = -(-score // WHOLE) * WHOLE
    return era.has_whole_bands and score % WHOLE != 0 and upper in era.bands


def competence(stars: int, day: date) -> tuple[Competence, ...]:
    """Who was competent for these stars on that day, newest rule first."""
    return tuple(one for one in reversed(COMPETENCES) if one.stars == stars and one.stands_on(day))


def competent_levels(stars: int, decided_on: date) -> tuple[str, ...]:
    """The levels (district, province, central) that could recognise these stars on that day."""
    return tuple(dict.fromkeys(one.level for one in competence(stars, decided_on)))


def usual_last_days(decided_on: date) -> tuple[date, date]:
    """The last day of 36 months as most count it (the same day, or the month's last), and the day before, as some
    provinces do. A weekend moves neither.
    """
    return proposed_last_day(decided_on), other_count(decided_on)


def judge(claim: Claim) -> list[Fault]:
    """Everything in the claim that its day's rules do not carry, gravest first; of two eras, the kinder one."""
    faults = [*_dates(claim), *_stars(claim)]
    eras = eras_on(claim.decided_on)
    if eras:
        by_era = [list(_under(claim, era)) for era in eras]
        faults += min(by_era, key=lambda found: sum(f.gravity is not Gravity.REVIEW for f in found))
    return sorted(faults, key=lambda fault: list(Gravity).index(fault.gravity))


def _dates(claim: Claim) -> Iterator[Fault]:
    """Days that no paper can carry, and decisions older than the programme's rules."""
    first, newest = ERAS[0], ERAS[-1]
    never = Gravity.IMPOSSIBLE
    if claim.decided_on > claim.known_on:
        text = _l("Ngày quyết định còn ở tương lai.")
        yield Fault("decided_on", "law.dates", newest.cite("term"), text, never)
    elif claim.decided_on < first.from_on:
        text = _l("Trước %(day)s chưa có bộ tiêu chí OCOP quốc gia.", day=f"{first.from_on:%d/%m/%Y}")
        yield Fault("decided_on", "law.dates", f"{first.decision}, hiệu lực từ {first.from_on:%d/%m/%Y}", text)
    if claim.valid_from < claim.decided_on:
        text = _l("Không thể trước ngày quyết định.")
        yield Fault("valid_from", "law.dates", newest.cite("term"), text, never)
    if claim.valid_until < claim.valid_from:
        yield Fault("valid_until", "law.dates", newest.cite("term"), _l("Không thể trước ngày đầu."), never)


def _stars(claim: Claim) -> Iterator[Fault]:
    if not LEAST_STARS <= claim.stars <= MOST_STARS:
        text = _l("Chỉ sản phẩm từ 3 đến 5 sao được công nhận.")
        yield Fault("stars", "law.stars", ERAS[-1].cite("least"), text, Gravity.IMPOSSIBLE)


def _under(claim: Claim, era: Era) -> Iterator[Fault]:
    if LEAST_STARS <= claim.stars <= MOST_STARS:
        yield from _level(claim)
        yield from _score(claim, era)
    yield from _sections(claim, era)
    if claim.decided_on <= claim.valid_from <= claim.valid_until:
        yield from _term(claim, era)
    yield from _product(claim, era)


def _level(claim: Claim) -> Iterator[Fault]:
    if claim.level is None or claim.level in competent_levels(claim.stars, claim.decided_on):
        return
    right = competence(claim.stars, claim.decided_on)[0]
    text = _l(
        "Ngày %(day)s, hạng %(stars)s sao do %(level)s công nhận.",
        day=f"{claim.decided_on:%d/%m/%Y}",
        stars=claim.stars,
        level=LEVEL_NAMES[right.level],
    )
    yield Fault("issuer_level", "law.level", right.article, text)


def _score(claim: Claim, era: Era) -> Iterator[Fault]:
    score = claim.score if claim.score is not None else total(claim.sections)
    if score is None:
        return
    if stars_of(score, era) != claim.stars:
        text = _l("%(score)s điểm ứng với hạng %(stars)s sao.", score=points(score), stars=stars_of(score, era))
        yield Fault("score", "law.score", era.cite("stars"), text)
    elif is_between_bands(score, era):
        text = _l(
            "%(score)s điểm nằm giữa hai hạng theo câu chữ khi ấy; đọc theo hạng dưới. Hãy xem lại quyết định.",
            score=points(score),
        )
        yield Fault("score", "law.score", era.cite("stars"), text, Gravity.REVIEW)


def _sections(claim: Claim, era: Era) -> Iterator[Fault]:
    """Each section within its weight, all three or none, and their sum the score."""
    article = era.cite("sections")
    for field, section, weight in zip(SECTIONS, claim.sections, era.weights, strict=True):
        if section is None and any(one is not None for one in claim.sections):
            yield Fault(field, "law.sections", article, _l("Ghi điểm của cả ba phần A, B, C, hoặc để trống cả ba."))
        if section is not None and section > weight:
            text = _l("Phần %(part)s nhiều nhất %(most)s điểm.", part=field[-1].upper(), most=points(weight))
            yield Fault(field, "law.sections", article, text)
    whole = total(claim.sections)
    if whole is not None and claim.score is not None and whole != claim.score:
        text = _l("Ba phần cộng lại là %(sum)s điểm.", sum=points(whole))
        yield Fault("score", "law.sections", article, text)


def _term(claim: Claim, era: Era) -> Iterator[Fault]:
    """36 months from issue. Longer contradicts the law; shorter takes nothing into the shop, and is looked at twice."""
    usual = usual_last_days(claim.decided_on)
    if claim.valid_until in usual:
        return
    last = longest = usual[0]
    if claim.valid_from <= claim.decided_on + _LATE_START:
        longest = max(last, add_months(claim.valid_from, MONTHS))
    if claim.valid_until > longest:
        text = _l(
            "36 tháng từ ngày ban hành là đến hết %(last)s; không thể dài hơn.",
            last=f"{last:%d/%m/%Y}",
        )
        yield Fault("valid_until", "law.term", era.cite("term"), text)
    else:
        text = _l("Không phải 36 tháng tính từ ngày ban hành (%(last)s). Hãy xem lại.", last=f"{last:%d/%m/%Y}")
        yield Fault("valid_until", "law.term", era.cite("term"), text, Gravity.REVIEW)


def _product(claim: Claim, era: Era) -> Iterator[Fault]:
    """Whether the era knew the product's group, and whether its producer may take part."""
    group = SETS[claim.set_no].group if claim.set_no else None
    if group == "V" and era is ERAS[0]:
        text = _l("Khi ấy chưa có nhóm sinh vật cảnh.")
        yield Fault("product", "law.group", era.cite("groups"), text)
    if claim.subject is None or group is None or not era.articles["subjects"]:
        return
    if group not in SUBJECTS.get(claim.subject, ()):
        text = _l("Chủ thể loại này không thuộc diện đánh giá của nhóm sản phẩm. Hãy xem lại.")
        yield Fault("product", "law.subject", era.cite("subjects"), text, Gravity.REVIEW)


def total(sections: tuple[int | None, int | None, int | None]) -> int | None:
    """The sum of the three sections, when all are known."""
    known = [section for section in sections if section is not None]
    return sum(known) if len(known) == len(SECTIONS) else None


def points(hundredths: int) -> str:
    """Points as people write them: 6925 -> "69,25", 7000 -> "70"."""
    whole, rest = divmod(hundredths, WHOLE)
    return f"{whole},{rest:02}".rstrip("0") if rest else str(whole)


LEVEL_NAMES = {
    "district": _l("cấp huyện"),
    "province": _l("cấp tỉnh"),
    "central": _l("trung ương"),
}


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _era(row: dict[str, str]) -> Era:
    weights = int(row["weight_a"]) * WHOLE, int(row["weight_b"]) * WHOLE, int(row["weight_c"]) * WHOLE
    articles = {name.removeprefix("article_"): cell for name, cell in row.items() if name.startswith("article_")}
    return Era(
        code=row["code"],
        decision=row["decision"],
        from_on=date.fromisoformat(row["from_on"]),
        until_on=_day(row["until_on"]),
        weights=weights,
        bands=tuple(int(least) * WHOLE for least in row["bands"].split()),
        has_whole_bands=row["bands_in_whole_points"] == "yes",
        articles=articles,
    )


def _competence(row: dict[str, str]) -> Competence:
    first, article = date.fromisoformat(row["from_on"]), f"{row['decision']}, {row['article']}"
    return Competence(int(row["stars"]), row["level"], first, _day(row["until_on"]), article)


#: Every set of rules, oldest first.
ERAS: tuple[Era, ...] = tuple(_era(row) for row in _rows("eras.csv"))
#: Who recognises what, oldest first.
COMPETENCES: tuple[Competence, ...] = tuple(_competence(row) for row in _rows("competence.csv"))
#: Groups that each kind of producer may take part in.
SUBJECTS: dict[str, frozenset[str]] = {row["kind"]: frozenset(row["groups"].split()) for row in _rows("subjects.csv")}
