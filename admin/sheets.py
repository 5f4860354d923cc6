"""Forms with several lines that work without scripts: the fields of a line are called ``name-1``, ``name-2`` …

Buttons of such a form say what to do by ``act``: ``more`` (one line more), ``fill`` (look up what was typed),
``drop-2`` (without line 2), ``pick-2=CODE`` (this one was meant); any other act is the desk's own. Nothing is lost.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from core.web.fields import Schema, accepting_text
from core.web.forms import Form

MOST_ROWS = 200
Row = dict[str, str]


class Sheet(Form):
    """A form with a head and lines. ``rows``: each line's texts as typed; ``lines``: each line's loaded values.

    ``blank``: what an untouched line holds (a chosen place, a ticked box), so that such a line counts for nothing.
    """

    def __init__(
        self, head: Schema, line: Schema, blank: Mapping[str, str] | None = None, values: dict[str, Any] | None = None
    ) -> None:
        super().__init__(head, values)
        self.line = line
        self.blank = dict(blank or {})
        self.rows: list[Row] = []
        self.lines: list[dict[str, Any]] = []
        #: What the form was asked to do.
        self.act = ""

    def read(self, typed: MultiDict[str, str]) -> "Sheet":
        """Read head, lines and act. A line is judged only when something of its own was typed into it."""
        self.act = typed.get("act", "")
        rows = _typed_rows(typed, list(self.line.fields))
        if dropped := re.fullmatch(r"drop-(\d{1,3})", self.act):
            rows.pop(int(dropped[1]), None)
        for name, code in typed.items():
            if (picked := re.fullmatch(r"pick-(\d{1,3})", name)) and int(picked[1]) in rows:
                rows[int(picked[1])][self.key], self.act = code, "fill"
        self.rows = [row for _number, row in sorted(rows.items()) if self.is_filled(row)][:MOST_ROWS]
        super().read(MultiDict({name: typed[name] for name in self.schema.fields if name in typed}))
        return self

    @property
    def key(self) -> str:
        """The field that names what a line is about: the first of its schema."""
        return next(iter(self.line.fields))

    @property
    def is_drafting(self) -> bool:
        """Whether the form was only asked to show itself again."""
        return self.act in ("more", "fill") or self.act.startswith("drop-")

    def is_filled(self, row: Row) -> bool:
        """Whether something was typed into a line."""
        return any(text and text != self.blank.get(name, "") for name, text in row.items())

    def judge(self) -> "Sheet":
        """Load the lines: ``lines`` are their values, or errors stand at their fields."""
        self.lines = []
        for number, row in enumerate(self.rows, 1):
            try:
                with accepting_text():
                    self.lines.append(self.line.load({name: text for name, text in row.items() if text}))  # type: ignore[arg-type]
            except ValidationError as error:
                for name, texts in error.normalized_messages().items():
                    self.blame(number, name, " ".join(str(text) for text in texts))
        return self

    def blame(self, number: int, name: str, text: str) -> None:
        """Say at a field of a line what is wrong."""
        self.errors.setdefault(f"{name}-{number}", []).append(text)

    def shown(self, spare: int = 1) -> "Sheet":
        """Put what was typed back under the names of the fields, with so many empty lines behind."""
        self.rows += [dict(self.blank) for _ in range(spare if len(self.rows) < MOST_ROWS else 0)]
        for number, row in enumerate(self.rows, 1):
            self.values |= {f"{name}-{number}": text for name, text in row.items()}
        return self

    def labels(self, head: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
        """The words of every field, for the list of what is wrong."""
        many = {f"{name}-{n}": f"{n}. {word}" for n in range(1, len(self.rows) + 1) for name, word in line.items()}
        return {**head, **many}


def _typed_rows(typed: MultiDict[str, str], names: Sequence[str]) -> dict[int, Row]:
    """What was typed, by the number of the line and the name of the field."""
    rows: dict[int, Row] = {}
    for key, text in typed.items():
        name, _dash, number = key.rpartition("-")
        if name in names and number.isascii() and number.isdecimal() and 0 < int(number[:4]) <= MOST_ROWS:
            rows.setdefault(int(number), {})[name] = text.strip()
    return rows
