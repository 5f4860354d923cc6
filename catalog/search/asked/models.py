"""How often a text was searched for on a day, and the few texts that are shown as popular. Nobody is in it."""

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Pk


class SearchCount(Base):
    """One text on one day."""

    __tablename__ = "search_count"
    __table_args__ = (
        UniqueConstraint("day", "text"),
        CheckConstraint("times > 0 AND misses BETWEEN 0 AND times", name="times_counted"),
        CheckConstraint("boxes BETWEEN 0 AND 65535", name="boxes_known"),
    )

    id: Mapped[Pk]
    #: The day in Việt Nam.
    day: Mapped[date]
    #: The text as it was typed: lower case, marks kept, cut (rules.py).
    text: Mapped[str] = mapped_column(String(60))
    #: The same by its letters: spellings of one text share it.
    letters: Mapped[str] = mapped_column(String(60), index=True)
    #: How often it was searched for.
    times: Mapped[int]
    #: How often nothing was found.
    misses: Mapped[int]
    #: How many products were found the last time.
    results: Mapped[int]
    #: Sixteen boxes, a bit each; every visitor falls into one of them, by chance for each text. The number of boxes
    #: that were hit is no more than the number of visitors, and no box says who hit it.
    boxes: Mapped[int]


class SearchPopular(Base):
    """A text that is shown to shoppers as popular; written anew each hour."""

    __tablename__ = "search_popular"

    #: 1 is first.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(60))
