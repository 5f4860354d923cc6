"""Tables of the PostgreSQL engine; empty where the index is Whoosh's. A cache: no other table points here."""

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

#: SQLite knows no vectors and keeps none.
VECTOR = TSVECTOR().with_variant(Text(), "sqlite")


class SearchDocument(Base):
    """A listing's words, with their places of layout.py, plus one (PostgreSQL counts from one)."""

    __tablename__ = "search_document"
    __table_args__ = (
        Index(None, "name_exact", postgresql_using="gin"),
        Index(None, "name_folded", postgresql_using="gin"),
        Index(None, "top_exact", postgresql_using="gin"),
        Index(None, "top_folded", postgresql_using="gin"),
        Index(None, "exact", postgresql_using="gin"),
        Index(None, "folded", postgresql_using="gin"),
        Index(None, "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
    )

    listing_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: The listing's sequence; a lower one never replaces it.
    sequence: Mapped[int] = mapped_column(BigInteger)
    #: How many words the name has.
    name_words: Mapped[int] = mapped_column(Integer)
    #: The name's folded words.
    title: Mapped[str] = mapped_column(Text)
    #: Words of the name, and of the name and what it is about: small, so that most scores need no long one.
    name_exact: Mapped[str] = mapped_column(VECTOR)
    name_folded: Mapped[str] = mapped_column(VECTOR)
    top_exact: Mapped[str] = mapped_column(VECTOR)
    top_folded: Mapped[str] = mapped_column(VECTOR)
    #: All words, with their marks and by letters: for what may also stand in the small print.
    exact: Mapped[str] = mapped_column(VECTOR)
    folded: Mapped[str] = mapped_column(VECTOR)


class SearchWord(Base):
    """Every folded word, and how many listings hold it."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    listings: Mapped[int] = mapped_column(Integer)


class SearchState(Base):
    """One row as soon as the index was built; its number rises with each change."""

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
