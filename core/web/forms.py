"""Forms of pages: read strictly, and given back with what was typed and what is wrong."""

from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields
from werkzeug.datastructures import MultiDict

from core.errors import Invalid, Refusal
from core.web.fields import Schema, accepting_text
from core.web.problems import plain


class Form:
    """A form over a schema. ``values``: texts as typed; ``errors``: messages by field; ``data``: loaded values."""

    def __init__(self, schema: Schema, values: dict[str, Any] | None = None) -> None:
        self.schema = schema
        self.values: dict[str, Any] = {key: _shown(value) for key, value in (values or {}).items()}
        self.errors: dict[str, list[str]] = {}
        self.problem: str | None = None
        self.data: dict[str, Any] = {}

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.errors and self.problem is None

    def read(self, typed: MultiDict[str, str]) -> "Form":
        """Load what was typed; empty fields count as not given."""
        lists = {name for name, field in self.schema.fields.items() if isinstance(field, fields.List)}
        raw: dict[str, Any] = {key: typed.getlist(key) if key in lists else typed[key] for key in typed}
        self.values = {key: value for key, value in raw.items() if key != "csrf_token"}
        given = {key: value for key, value in self.values.items() if value not in ("", [], [""])}
        try:
            with accepting_text():
                self.data = self.schema.load(given, unknown=EXCLUDE)  # type: ignore[assignment]
        except ValidationError as error:
            self._take(error.messages)
        return self

    def refuse(self, refusal: Refusal) -> "Form":
        """Show a verb's refusal on the form: by field where it names fields, on top otherwise."""
        if isinstance(refusal, Invalid):
            self._take(refusal.facts["errors"])
        else:
            self.problem = str(refusal)
        return self

    def _take(self, messages: Any) -> None:
        for name, texts in plain(messages).items():
            self.errors[name] = texts if isinstance(texts, list) else [str(texts)]
        stray = {name for name in self.errors if name not in self.schema.fields}
        if stray:
            self.problem = " ".join(str(text) for name in sorted(stray) for text in self.errors.pop(name))


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
