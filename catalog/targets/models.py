"""Targets, as decisions of authorities state them."""

from typing import Final

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Pk

#: What is counted; `catalog/targets/rules.py` says how.
RECOGNISED: Final = "recognised"
RE_EVALUATED: Final = "re_evaluated"
FIVE_STARS: Final = "five_stars"
UPGRADED: Final = "upgraded"
MEASURES = (RECOGNISED, RE_EVALUATED, FIVE_STARS, UPGRADED)


class Target(Base):
    """So many products of an area in some years."""

    __tablename__ = "target"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "measure IN ('recognised', 're_evaluated', 'five_stars', 'upgraded')", name="measure_known"
        ),
        CheckConstraint("from_year <= to_year", name="years_ordered"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_certify"),
        CheckConstraint("least >= 0 AND (most IS NULL OR most >= least)", name="counts_ordered"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Its name in the file, such as hp-2021; loading again changes the row of that name.
    code: Mapped[str] = mapped_column(String(60))
    #: Code of the province.
    area_code: Mapped[str] = mapped_column(String(5))
    #: One of MEASURES.
    measure: Mapped[str] = mapped_column(String(16))
    #: First and last year.
    from_year: Mapped[int]
    to_year: Mapped[int]
    #: Only products of so many stars; empty: of any.
    stars: Mapped[int | None]
    #: The round whose products are evaluated again; printed, since a round's decision may bear a later year.
    cohort_year: Mapped[int | None]
    #: How many at least.
    least: Mapped[int]
    #: How many at most, where the decision gives a range.
    most: Mapped[int | None]
    #: Decision and place in it.
    source: Mapped[str] = mapped_column(String(300))
