"""Questions as SQL of PostgreSQL's full text: scoring.py told once more, in one expression for each term.

Words go in as parameters, as queries of its full text with every word quoted: nothing that a shopper types is ever
part of a statement. The answer of a statement is two byte strings, one of ids and one of scores, since a wide question
has thousands of answers and a row of Python objects for each would take longer than finding them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog.search import scoring
from catalog.search.layout import LAST
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
    is_all = least >= len(wanted.clauses)
    counted = [_clause(made, clause, is_found=is_all) for clause in wanted.clauses]
    columns = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(counted))
    bonus = _term(made, wanted.phrase) if wanted.phrase else "0.0"
    satisfied = " + ".join(f"CAST(c{at} > 0 AS integer)" for at in range(len(counted)))
    total = " + ".join(f"c{at}" for at in range(len(counted)))
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


def vector(places: Mapping[str, Sequence[int]], end: int = LAST) -> str:
    """A text that PostgreSQL reads as a vector: the words that stand before a place."""
    return " ".join(
        f"{_quoted(word)}:{','.join(str(at + 1) for at in some if at < end)}"
        for word, some in places.items()
        if some[0] < end
    )


def _quoted(word: str) -> str:
    """A word as a text query takes it; of one too long to be stored so much as cannot be found either."""
    return "'" + word[:MOST_SIGNS].replace("\\", "\\\\").replace("'", "''") + "'"


def _typed(words: Sequence[str]) -> list[str]:
    return [_quoted(word) + (":*" if at == len(words) - 1 else "") for at, word in enumerate(words)]


def _query(term: Term) -> str:
    """A term as a text query."""
    return (" <-> " if term.is_phrase else " & ").join(map(_quoted, term.words))


def _column(term: Term, part: str = "") -> str:
    return part + ("exact" if term.is_exact else "folded")


def _part(term: Term) -> str:
    """The vectors in which a term must stand: the name's, the top's (name and about), or those of everything."""
    if term.in_name:
        return "name_"
    return "" if term.in_print else "top_"


def _clause(made: Statement, clause: Clause, *, is_found: bool) -> str:
    """What a clause counts. is_found: only rows that satisfy it are counted, so its only term need not be proved."""
    counted = [_term(made, term, is_found=is_found and len(clause.terms) == 1) for term in clause.terms]
    return f"GREATEST({', '.join(counted)})" if len(counted) > 1 else counted[0]


def _term(made: Statement, term: Term, *, is_found: bool = False) -> str:
    """What a term counts in a row; 0 when it does not hold."""
    if term.is_phrase or len(term.words) == 1:
        worth = _worth(made, term, is_found=is_found)
    else:
        each = (replace(term, words=(word,)) for word in term.words)
        worth = f"LEAST({', '.join(_worth(made, one, is_found=is_found) for one in each)})"
    return f"CAST({made.value(term.weight)} AS double precision) * {worth}"


def _worth(made: Statement, term: Term, *, is_found: bool) -> str:
    """The best place first, so that most rows are judged by their small vectors."""
    worth = {"name_": _NAME_WORTH, "top_": str(scoring.ABOUT), "": str(scoring.WORDS)}
    parts = list(worth)[: list(worth).index(_part(term)) + 1]
    proved, last = (parts[:-1], worth[parts[-1]]) if is_found else (parts, "0.0")
    whens = (f" WHEN {made.holds(_column(term, part), _query(term))} THEN {worth[part]}" for part in proved)
    return f"CASE{''.join(whens)} ELSE {last} END" if proved else last


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
        found[_column(term, _part(term))].append(f"({_query(term)})")
    return {column: " | ".join(queries) for column, queries in found.items()}


def _either(made: Statement, asked: dict[str, str]) -> str:
    return "(" + " OR ".join(made.holds(column, query) for column, query in asked.items()) + ")"
