"""Questions as SQL of PostgreSQL's full text: scoring.py told once more, in one expression for each term.

Words go in as parameters, as queries of its full text with every word quoted: nothing that a shopper types is ever
part of a statement. The answer of a statement is two byte strings, one of ids and one of scores, since a wide question
has thousands of answers and a row of Python objects for each would take longer than finding them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.search import scoring
from catalog.search.layout import ABOUT_AT, WORDS_AT
from catalog.search.port import Clause, Term, Wanted

_PACKED = "string_agg(int8send(listing_id), ''::bytea), string_agg(float8send(score), ''::bytea)"
#: Of a word; more than any stored one has (layout.py), less than PostgreSQL refuses.
MOST_SIGNS = 100
_NAME_WORTH = f"({scoring.NAME} + {scoring.SHORT_NAME} / (2 + name_words))"
_BREVITY = "1.0 / (2 + name_words)"


@dataclass(slots=True)
class Statement:
    """SQL under construction, with its parameters."""

    values: dict[str, object] = field(default_factory=dict[str, object])

    def value(self, value: object) -> str:
        """The name of a new parameter."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def holds(self, column: str, query: str) -> str:
        """Whether a vector holds what a text query asks for."""
        return f"{column} @@ CAST({self.value(query)} AS tsquery)"


def find(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """All proposals: score and id of each listing for which enough clauses hold."""
    made = Statement()
    least = max(1, len(wanted.clauses) if wanted.least is None else wanted.least)
    counted = [_clause(made, clause) for clause in wanted.clauses]
    columns = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(counted))
    bonus = _term(made, wanted.phrase) if wanted.phrase else "0.0"
    satisfied = " + ".join(f"CAST(c{at} > 0 AS integer)" for at in range(len(counted)))
    total = " + ".join(f"c{at}" for at in range(len(counted)))
    is_all = least >= len(wanted.clauses)
    sql = f"""
        SELECT {_PACKED} FROM (
            SELECT listing_id, {scoring.CLAUSE} * ({satisfied}) + {total} + bonus AS score FROM (
                SELECT listing_id, {bonus} AS bonus, {columns} FROM search_document
                WHERE {_every(made, wanted.clauses) if is_all else _any(made, wanted.clauses)} OFFSET 0
            ) AS counted WHERE {satisfied} >= {made.value(least)}
        ) AS scored"""  # noqa: S608 parameters only
    return sql, made.values


def begin_with(words: Sequence[str], marked: Sequence[str], limit: int) -> tuple[str, dict[str, object]]:
    """Names that hold the words, the last one perhaps unfinished."""
    made = Statement()
    marks = " + ".join(f"CAST({made.holds('name_exact', one)} AS integer)" for one in _typed(marked)) or "0"
    sql = f"""
        SELECT {_PACKED} FROM (
            SELECT listing_id, {scoring.TYPED} * {len(words)} + {scoring.MARKS} * ({marks}) + {_BREVITY}
                + {scoring.BEGINS} * CAST(starts_with(title, {made.value(" ".join(words))}) AS integer) AS score
            FROM search_document WHERE {made.holds("name_folded", " & ".join(_typed(words)))}
            ORDER BY score DESC, listing_id LIMIT {made.value(limit)}
        ) AS scored"""  # noqa: S608 parameters only
    return sql, made.values


def resembling(words: Sequence[str], limit: int) -> tuple[str, dict[str, object]]:
    """Names that share runs of three letters with a text."""
    made = Statement()
    text = made.value(" ".join(words))
    sql = f"""
        SELECT {_PACKED} FROM (
            SELECT listing_id, similarity(title, {text}) AS score FROM search_document
            WHERE title % {text} AND similarity(title, {text}) >= CAST({scoring.RESEMBLES} AS real)
            ORDER BY score DESC, listing_id LIMIT {made.value(limit)}
        ) AS scored"""  # noqa: S608 parameters only
    return sql, made.values


def vector(places: Iterable[tuple[str, Sequence[int]]], labels: str = "") -> str:
    """A text that PostgreSQL reads as a vector. labels: three letters for name, about and small print."""
    return " ".join(f"{_quoted(word)}:{_places(word_places, labels)}" for word, word_places in places)


def _places(places: Sequence[int], labels: str) -> str:
    labelled = ((at, labels[(at >= ABOUT_AT) + (at >= WORDS_AT)] if labels else "") for at in places)
    return ",".join(f"{at + 1}{label}" for at, label in labelled)


def _quoted(word: str) -> str:
    """A word as a text query takes it; of one too long to be stored so much as cannot be found either."""
    return "'" + word[:MOST_SIGNS].replace("\\", "\\\\").replace("'", "''") + "'"


def _typed(words: Sequence[str]) -> list[str]:
    return [_quoted(word) + (":*" if at == len(words) - 1 else "") for at, word in enumerate(words)]


def _query(term: Term, label: str = "") -> str:
    """A term as a text query; with a label only its places of that kind count."""
    end = f":{label}" if label else ""
    return (" <-> " if term.is_phrase else " & ").join(_quoted(word) + end for word in term.words)


def _column(term: Term, *, in_name: bool) -> str:
    return ("name_" if in_name else "") + ("exact" if term.is_exact else "folded")


def _clause(made: Statement, clause: Clause) -> str:
    counted = [_term(made, term) for term in clause.terms]
    return f"GREATEST({', '.join(counted)})" if len(counted) > 1 else counted[0]


def _term(made: Statement, term: Term) -> str:
    """What a term counts in a row; 0 when it does not hold."""
    if term.is_phrase or len(term.words) == 1:
        worth = _worth(made, term)
    else:
        each = (Term((word,), term.is_exact, in_name=term.in_name) for word in term.words)
        worth = f"LEAST({', '.join(_worth(made, one) for one in each)})"
    return f"CAST({made.value(term.weight)} AS double precision) * {worth}"


def _worth(made: Statement, term: Term) -> str:
    rest = "" if term.in_name else (
        f" WHEN {made.holds(_column(term, in_name=False), _query(term, 'B'))} THEN {scoring.ABOUT}"
        f" WHEN {made.holds(_column(term, in_name=False), _query(term))} THEN {scoring.WORDS}"
    )  # fmt: skip
    return f"CASE WHEN {made.holds(_column(term, in_name=True), _query(term))} THEN {_NAME_WORTH}{rest} ELSE 0.0 END"


def _every(made: Statement, clauses: Iterable[Clause]) -> str:
    """A condition by the indexes: every clause. Clauses that look into one column become one question to it."""
    together: dict[str, list[str]] = defaultdict(list)
    apart: list[str] = []
    for clause in clauses:
        asked = _asked(clause)
        if len(asked) == 1:
            column, query = next(iter(asked.items()))
            together[column].append(f"({query})")
        else:
            apart.append(_either(made, asked))
    return " AND ".join([*(made.holds(column, " & ".join(some)) for column, some in together.items()), *apart])


def _any(made: Statement, clauses: Iterable[Clause]) -> str:
    """A condition by the indexes: at least one clause."""
    together: dict[str, list[str]] = defaultdict(list)
    for clause in clauses:
        for column, query in _asked(clause).items():
            together[column].append(query)
    return _either(made, {column: " | ".join(some) for column, some in together.items()})


def _asked(clause: Clause) -> dict[str, str]:
    """The text query of a clause for each column: any of its terms."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in clause.terms:
        found[_column(term, in_name=term.in_name)].append(f"({_query(term)})")
    return {column: " | ".join(queries) for column, queries in found.items()}


def _either(made: Statement, asked: dict[str, str]) -> str:
    return "(" + " OR ".join(made.holds(column, query) for column, query in asked.items()) + ")"
