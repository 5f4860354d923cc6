"""The law as data: eras, bands, competence, sections, terms; no database, no clock."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.certificates.law import (
    COMPETENCES,
    ERAS,
    SUBJECTS,
    Claim,
    Gravity,
    competent_levels,
    eras_on,
    is_between_bands,
    judge,
    stars_of,
    usual_last_days,
)
from catalog.producers.models import KINDS

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
NEWEST = ERAS[-1]


def claim(decided: date, stars: int = 4, level: str = "province", **more: object) -> Claim:
    plain = Claim(stars, level, decided, decided, usual_last_days(decided)[0], TODAY)
    return replace(plain, **more)  # type: ignore[arg-type]


def told(one: Claim) -> list[tuple[str, str, str]]:
    return [(fault.field, fault.code, fault.article) for fault in judge(one)]


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2019, 8, 20), []),
        (date(2019, 8, 21), ["2019"]),
        (date(2023, 2, 23), ["2019"]),
        (date(2023, 2, 24), ["2023"]),
        (date(2025, 7, 5), ["2023"]),
        (date(2025, 7, 6), ["2025"]),
        (date(2026, 5, 21), ["2025"]),
        (date(2026, 5, 22), ["2026", "2025"]),
        (date(2026, 7, 20), ["2026", "2025"]),
        (date(2026, 7, 21), ["2026"]),
    ],
)
def test_eras_on_their_first_and_last_days(day: date, codes: list[str]) -> None:
    assert [era.code for era in eras_on(day)] == codes


def test_the_data_is_whole() -> None:
    assert [era.weights for era in ERAS] == [(3500, 2500, 4000), *[(4000, 2500, 3500)] * 3]
    assert all(sum(era.weights) == 10_000 for era in ERAS)
    assert all(era.articles[matter] for era in ERAS for matter in ("sections", "stars", "least", "term", "groups"))
    assert set(SUBJECTS) == set(KINDS)
    day = ERAS[0].from_on
    while day <= date(2027, 1, 1):
        assert all(competent_levels(stars, day) for stars in (3, 4, 5)), day
        day += DAY
    assert {one.level for one in COMPETENCES} == {"district", "province", "central"}


@pytest.mark.parametrize(
    ("score", "stars"),
    [(0, 1), (2999, 1), (3000, 2), (4999, 2), (5000, 3), (6999, 3), (7000, 4), (8999, 4), (9000, 5), (10000, 5)],
)  # fmt: skip
def test_bands_are_half_open_in_every_era(score: int, stars: int) -> None:
    assert [stars_of(score, era) for era in ERAS] == [stars] * len(ERAS)


def test_only_the_oldest_words_leave_scores_between_bands_open() -> None:
    assert [is_between_bands(score, ERAS[0]) for score in (6900, 6901, 6999, 7000, 6850)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert not any(is_between_bands(6950, era) for era in ERAS[1:])
    (fault,) = judge(claim(date(2020, 8, 1), 3, score=6950))
    assert (fault.field, fault.code, fault.gravity) == ("score", "law.score", Gravity.REVIEW)
    assert judge(claim(date(2026, 8, 5), 3, score=6925)) == []


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (date(2019, 8, 21), {3: "province", 4: "province", 5: "central"}),
        (date(2023, 2, 23), {3: "province", 4: "province", 5: "central"}),
        (date(2023, 2, 24), {3: "district", 4: "province", 5: "central"}),
        (date(2025, 6, 30), {3: "district", 4: "province", 5: "central"}),
        (date(2025, 7, 6), {3: "province", 4: "province", 5: "central"}),
        (date(2026, 6, 1), {3: "province", 4: "province", 5: "central"}),
        (date(2026, 11, 22), {3: "province", 4: "province", 5: "central"}),
    ],
)
def test_each_day_has_one_competent_level_for_each_star(day: date, levels: dict[int, str]) -> None:
    for stars, right in levels.items():
        assert competent_levels(stars, day) == (right,)
        for level in ("district", "province", "central"):
            codes = [code for _, code, _ in told(claim(day, stars, level))]
            assert codes == ([] if level == right else ["law.level"]), (day, stars, level)


def test_in_the_first_days_without_districts_either_level_is_believed() -> None:
    assert competent_levels(3, date(2025, 7, 3)) == ("province", "district")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (claim(date(2026, 8, 1), 3, "district"), ("issuer_level", "law.level", "QĐ 26/2026/QĐ-TTg, Điều 4.1.a")),
        (claim(date(2026, 8, 1), 5), ("issuer_level", "law.level", "QĐ 26/2026/QĐ-TTg, Điều 4.1.b")),
        (claim(date(2025, 8, 1), 3, "district"), ("issuer_level", "law.level", "QĐ 1489/QĐ-TTg, Điều 1")),
        (claim(date(2024, 8, 1), 3), ("issuer_level", "law.level", "QĐ 148/QĐ-TTg, Phụ lục II, khoản 1.b")),
        (claim(date(2026, 8, 1), score=6999), ("score", "law.score", "QĐ 26/2026/QĐ-TTg, Điều 3.3")),
        (claim(date(2020, 8, 1), score=9000), ("score", "law.score", "QĐ 1048/QĐ-TTg, Điều 1")),
        (claim(date(2026, 8, 1), 2), ("stars", "law.stars", "QĐ 26/2026/QĐ-TTg, Điều 4.1.a")),
        (claim(date(2026, 8, 1), 6), ("stars", "law.stars", "QĐ 26/2026/QĐ-TTg, Điều 4.1.a")),
        (claim(TODAY + DAY), ("decided_on", "law.dates", "QĐ 26/2026/QĐ-TTg, Điều 4.3")),
        (claim(date(2019, 8, 20)), ("decided_on", "law.dates", "QĐ 1048/QĐ-TTg, hiệu lực từ 21/08/2019")),
        (claim(date(2020, 8, 1), set_no=24), ("product", "law.group", "QĐ 1048/QĐ-TTg, Phụ lục I")),
    ],
)
def test_a_contradiction_names_field_code_and_article(wrong: Claim, expected: tuple[str, str, str]) -> None:
    assert told(wrong) == [expected]
    assert judge(wrong)[0].gravity is not Gravity.REVIEW


@pytest.mark.parametrize(
    ("day", "sections", "score", "fields"),
    [
        (date(2026, 8, 1), (3500, 2000, 2000), 7500, []),
        (date(2026, 8, 1), (4000, 2500, 3500), None, []),
        (date(2026, 8, 1), (4001, 1500, 2000), 7501, ["score_a"]),
        (date(2026, 8, 1), (3000, 1500, 3501), 8001, ["score_c"]),
        (date(2020, 8, 1), (3000, 1500, 3501), 8001, []),
        (date(2020, 8, 1), (3501, 1500, 3000), 8001, ["score_a"]),
        (date(2026, 6, 1), (3000, 2501, 2000), 7501, ["score_b"]),
        (date(2026, 8, 1), (3000, 2000, 2000), 7001, ["score"]),
        (date(2026, 8, 1), (3000, None, 2000), 7000, ["score_b"]),
        (date(2026, 8, 1), (2000, 2000, 2000), None, ["score"]),
    ],
)
def test_sections_keep_to_their_weights_and_make_the_score(
    day: date, sections: tuple[int, int, int], score: int | None, fields: list[str]
) -> None:
    stars = 5 if score is None and sum(sections) == 10_000 else 4
    level = "central" if stars == 5 else "province"
    assert [field for field, *_ in told(claim(day, stars, level, score=score, sections=sections))] == fields


@pytest.mark.parametrize(
    ("decided", "last", "gravity"),
    [
        (date(2020, 2, 4), date(2023, 2, 4), None),  # as most count
        (date(2020, 2, 4), date(2023, 2, 3), None),  # Nghệ An: "hết hiệu lực kể từ ngày 4/2/2023"
        (date(2019, 12, 23), date(2022, 12, 23), None),  # Thanh Hóa: "kể từ ngày 24/12/2022"
        (date(2019, 12, 31), date(2022, 12, 31), None),  # Gia Lai: from 1 January
        (date(2024, 2, 29), date(2027, 2, 28), None),  # no 29 February then: the month's last day
        (date(2024, 2, 29), date(2027, 2, 27), None),
        (date(2024, 2, 29), date(2027, 3, 1), Gravity.CONTRADICTION),
        (date(2023, 11, 25), date(2026, 11, 27), Gravity.CONTRADICTION),  # a Saturday does not roll
        (date(2026, 8, 5), date(2029, 8, 6), Gravity.CONTRADICTION),
        (date(2026, 8, 5), date(2029, 8, 3), Gravity.REVIEW),
        (date(2026, 8, 5), date(2027, 8, 5), Gravity.REVIEW),
    ],
)
def test_a_term_is_36_months_however_a_province_counts(decided: date, last: date, gravity: Gravity | None) -> None:
    found = judge(claim(decided, 4, valid_until=last))
    assert [(f.field, f.code, f.gravity) for f in found] == ([("valid_until", "law.term", gravity)] if gravity else [])


def test_a_first_day_of_its_own_is_believed_for_the_time_of_a_renewal() -> None:
    decided = date(2026, 8, 5)
    late = claim(decided, valid_from=date(2026, 9, 1), valid_until=date(2029, 9, 1))
    assert [f.gravity for f in judge(late)] == [Gravity.REVIEW]
    later = claim(decided, valid_from=date(2027, 3, 1), valid_until=date(2030, 3, 1))
    assert [f.gravity for f in judge(later)] == [Gravity.CONTRADICTION]


def test_days_out_of_order_are_impossible_whatever_the_reason() -> None:
    decided = date(2026, 8, 5)
    for wrong in (
        claim(decided, valid_from=decided - DAY),
        claim(decided, valid_until=decided - DAY),
        claim(TODAY + DAY),
        claim(decided, 1),
    ):
        assert [f.gravity for f in judge(wrong)] == [Gravity.IMPOSSIBLE]


def test_who_may_take_part_is_a_warning() -> None:
    decided = date(2026, 8, 5)
    assert judge(claim(decided, subject="association", set_no=26)) == []
    assert judge(claim(decided, subject="cooperative", set_no=1)) == []
    for wrong in (
        claim(decided, subject="association", set_no=1),
        claim(decided, subject="corporation", set_no=1),
    ):
        (fault,) = judge(wrong)
        assert (fault.code, fault.gravity) == ("law.subject", Gravity.REVIEW)
        assert fault.article == "QĐ 26/2026/QĐ-TTg, Điều 2.3"
    assert judge(claim(date(2024, 8, 5), subject="association", set_no=1)) == [], "its articles were not read"


def test_of_ten_thousand_claims_the_lawful_ones_and_only_they_pass() -> None:
    """Against a second, naive writing of the same law."""
    dice = random.Random(20261122)
    passed = 0
    for _ in range(10_000):
        decided = date(2019, 7, 1) + dice.randint(0, 2700) * DAY
        stars, level = dice.choice((3, 4, 5)), dice.choice(("district", "province", "central"))
        score = dice.choice((None, dice.randint(4500, 10_000)))
        last = usual_last_days(decided)[0] + dice.choice((0, 0, 0, -1, 1, 30)) * DAY
        one = Claim(stars, level, decided, decided, last, TODAY, score)
        lawful = (
            date(2019, 8, 21) <= decided <= TODAY
            and level in naive_levels(stars, decided)
            and (score is None or {3: (5000, 7000), 4: (7000, 9000), 5: (9000, 10_001)}[stars][0] <= score
                 < {3: (5000, 7000), 4: (7000, 9000), 5: (9000, 10_001)}[stars][1])
            and last <= usual_last_days(decided)[0]
        )  # fmt: skip
        refused = any(fault.gravity is not Gravity.REVIEW for fault in judge(one))
        assert refused != lawful, (one, judge(one))
        passed += lawful
    assert 500 < passed < 9_500


def naive_levels(stars: int, day: date) -> set[str]:
    if stars == 5:
        return {"central"}
    if stars == 4 or day < date(2023, 2, 24) or day > date(2025, 7, 5):
        return {"province"}
    return {"district", "province"} if day >= date(2025, 7, 1) else {"district"}
