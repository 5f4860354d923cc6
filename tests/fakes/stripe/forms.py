"""Reading what the SDK sends: form fields with brackets, `line_items[0][price_data][currency]=vnd`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"[^\[\]]+")


def read_form(text: str) -> dict[str, Any]:
    """Nested dicts by name; lists are dicts by number, or several `name[]`, until `listed` draws them."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        parts = _PART.findall(name)
        if name.endswith("[]"):
            parts.append(str(len(_at(found, parts))))
        inner = found
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        inner[parts[-1]] = value
    return found


def listed(value: Any) -> list[Any]:
    """The values of a list, in their order."""
    return [value[key] for key in sorted(value, key=int)] if isinstance(value, dict) else []


def whole(text: str | None, name: str) -> int:
    """A whole number. Raises ValueError naming the field."""
    if text is None or not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise ValueError(name)
    return int(text)


def _at(found: dict[str, Any], parts: list[str]) -> dict[str, Any]:
    for part in parts:
        found = found.get(part, {})
    return found
