"""Rules of candidates on plain values."""

from datetime import date

from flask_babel import gettext as _

from catalog.certificates.law import SECTIONS, eras_on

Points = tuple[int | None, int | None, int | None]


def faults_of_scores(points: Points, on: date) -> dict[str, list[str]]:
    """Messages by field where section A, B or C has more points than the law of that day gives it, in hundredths."""
    weights = eras_on(on)[0].weights
    return {
        field: [_("Nhiều nhất %(most)d điểm.", most=most // 100)]
        for field, given, most in zip(SECTIONS, points, weights, strict=True)
        if given is not None and given > most
    }


def total_of(points: Points) -> int | None:
    """The sum of the three sections in hundredths; None while one is missing."""
    a, b, c = points
    return None if a is None or b is None or c is None else a + b + c
