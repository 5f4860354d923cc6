"""Parts of addresses: an id that no database can hold, or a control sign, is an address that does not exist."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

#: The largest BIGINT; PostgreSQL refuses to compare with more.
LARGEST_ID = 2**63 - 1


class Id(IntegerConverter):
    """``<int:…>``: a number that fits the database."""

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = LARGEST_ID,
        signed: bool = False,
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


class Name(UnicodeConverter):
    """``<…>``: text without control signs; PostgreSQL refuses NUL."""

    def __init__(self, map: Map, minlength: int = 1, maxlength: int | None = None, length: int | None = None) -> None:
        super().__init__(map, minlength, maxlength, length)
        self.regex = self.regex.replace("[^/]", "[^/\x00-\x1f\x7f]")


def init_app(app: Flask) -> None:
    """Read all addresses so; call it before any route is added."""
    app.url_map.converters.update({"int": Id, "default": Name, "string": Name})
