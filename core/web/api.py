"""The REST API: strict in what it takes, described in OpenAPI, one manner for all features.

Order of decorators: route, ``@public``/``@needs``, ``@blp.arguments``, ``@idempotent``, ``@blp.response``, def.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from flask import Flask, Request, request
from flask_babel import gettext as _
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields
from webargs.flaskparser import FlaskParser

from core.errors import Refusal
from core.web import access
from core.web.fields import Schema, Whole, accepting_text

__all__ = ["Blueprint", "PageQuery", "Schema", "Steady", "listed", "page_args", "paged", "register_api"]

PREFIX = "/api/v1"
LARGEST_PAGE = 100
DEEPEST = 20
#: Query strings of a steady schema that are kept loaded.
MOST_LOADED = 2_000


class BadJson(Refusal):
    """The body is no JSON object that we can trust."""

    code = "json.invalid"
    status = 400


class WrongMedia(Refusal):
    """The body must be ``application/json`` in UTF-8."""

    code = "request.media_type"
    status = 415


class Steady(Schema):
    """A schema of a query string whose answer hangs on that string alone: on no clock, no caller, no database."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: By query string, what it says.
        self.loaded: dict[bytes, dict[str, Any]] = {}


class StrictParser(FlaskParser):
    """Reads JSON without mercy: UTF-8, no duplicate keys, no NaN, an object; query strings refuse unknown names."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": None, "form": None, "path": None, "headers": "exclude"}

    def parse(self, argmap: Any, *args: Any, location: str | None = None, **kwargs: Any) -> Any:
        """Load and validate; text stands for numbers only where everything is text."""
        if location == "query" and isinstance(argmap, Steady):
            return self._loaded_once(argmap, *args, **kwargs)
        with accepting_text(location in ("query", "form")):
            return super().parse(argmap, *args, location=location, **kwargs)

    def _loaded_once(self, schema: "Steady", *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a query string says, loaded once; each caller gets a dictionary and lists of its own."""
        found = schema.loaded.get(request.query_string)
        if found is None:
            with accepting_text(True):
                found = super().parse(schema, *args, location="query", **kwargs)
            if len(schema.loaded) >= MOST_LOADED:
                schema.loaded.clear()
            schema.loaded[request.query_string] = found
        return {name: list(value) if isinstance(value, list) else value for name, value in found.items()}

    def _get_schema(self, argmap: Any, req: Request) -> MarshmallowSchema:
        """A schema given as a class is made once, not for every request: loading leaves nothing behind in it."""
        return _made_once(argmap) if isinstance(argmap, type) else super()._get_schema(argmap, req)

    def load_json(self, req: Request, schema: Any) -> Any:
        """The body as an object. Raises BadJson or WrongMedia."""
        if req.mimetype != "application/json":
            raise WrongMedia(_("Nội dung phải là application/json."))
        return read_json(req.get_data(cache=True))


@cache
def _made_once(schema: type[MarshmallowSchema]) -> MarshmallowSchema:
    return schema()


class Blueprint(SmorestBlueprint):
    """A feature's routes under ``/api/v1``."""

    ARGUMENTS_PARSER = StrictParser()


class ProblemSchema(MarshmallowSchema):
    """What every error looks like (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String(metadata={"description": "Stable dotted code, such as not_found."})
    detail = fields.String()
    errors = fields.Dict(metadata={"description": "Messages by field, when the input does not fit."})


class OcopApi(Api):
    """flask-smorest with our form of errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by core.web.problems for the whole application."""

    def _register_responses(self) -> None:
        usual = self.DEFAULT_RESPONSE_CONTENT_TYPE
        setattr(self, "DEFAULT_RESPONSE_CONTENT_TYPE", "application/problem+json")  # noqa: B010 uppercase, yet ours to set
        super()._register_responses()
        setattr(self, "DEFAULT_RESPONSE_CONTENT_TYPE", usual)  # noqa: B010


def init_app(app: Flask) -> None:
    """Serve the description at /api/openapi.json and a readable page at /api/docs."""
    app.config.update(
        API_TITLE="OCOP Mart",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.extensions["api"] = OcopApi(app)
    access.declare("api-docs.openapi_json", access.PUBLIC)


def register_api(app: Flask, *blueprints: Blueprint) -> None:
    """Mount features' blueprints under ``/api/v1``."""
    for blueprint in blueprints:
        app.extensions["api"].register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))


class PageQuery(Schema):
    """``page`` from 1, ``per_page`` up to 100."""

    page = Whole(least=1, most=100_000, load_default=1)
    per_page = Whole(least=1, most=LARGEST_PAGE, load_default=24)


def page_args(args: dict[str, Any]) -> tuple[int, int]:
    """Take ``(page, per_page)`` out of loaded query arguments."""
    return args.pop("page", 1), args.pop("per_page", 24)


def paged(items: Sequence[Any], total: int, page: int, per_page: int, **more: Any) -> dict[str, Any]:
    """The one form of a list."""
    return {"items": items, "total": total, "page": page, "per_page": per_page, **more}


def listed(item: type[Schema], **more: fields.Field[Any]) -> type[Schema]:
    """The schema of a list of ``item``: ``{items, total, page, per_page}``."""
    name = item.__name__.removesuffix("Out") + "ListOut"
    base: dict[str, Any] = {
        "items": fields.List(fields.Nested(item)), "total": Whole(), "page": Whole(), "per_page": Whole(), **more,
    }  # fmt: skip
    return type(name, (Schema,), base)


def read_json(raw: bytes) -> dict[str, Any]:
    """A JSON object from bytes. Raises BadJson for anything else, duplicate keys and NaN included."""
    if not raw.strip():
        raise BadJson(_("Thiếu nội dung JSON."))
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
        deep = _depth(value)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadJson(_("JSON không đọc được.")) from error
    if not isinstance(value, dict) or deep > DEEPEST:
        raise BadJson(_("JSON phải là một đối tượng."))
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _depth(value: Any, level: int = 0) -> int:
    if level > DEEPEST:
        return level
    return max((_depth(child, level + 1) for child in _children(value)), default=level)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()
