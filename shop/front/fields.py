"""A filter of several values in an address: repeated, or parted by commas."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields


class Several(fields.List[Any]):
    """Values of one filter: `stars=4&stars=5` and `stars=4,5` are the same; each is checked by the inner field."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        given = value if isinstance(value, list) else [value]
        parts = [part for one in given for part in (one.split(",") if isinstance(one, str) else [one])]
        return super()._deserialize([part for part in parts if part != ""], attr, data, **kwargs)
