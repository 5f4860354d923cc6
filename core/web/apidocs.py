"""``/api/docs``: the API's description, readable, made from the same OpenAPI document that programs get."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app

from core.errors import Refusal
from core.web.access import public
from core.web.pages import Pages, render

pages = Pages("apidocs", __name__)

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One call: how it is asked, what it takes, what it answers."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    body: dict[str, Any] | None
    statuses: list[str]


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(pages)


@pages.get("/api/docs")
@public
def docs() -> Response:
    """All operations by feature."""
    spec: dict[str, Any] = current_app.extensions["api"].spec.to_dict()
    tags: list[dict[str, str]] = spec.get("tags", [])
    features = {tag["name"]: (tag.get("description", ""), operations(spec, tag["name"])) for tag in tags}
    return render("apidocs/docs.html", features=features)


@pages.get("/docs/refusals")
@public
def refusals() -> Response:
    """Where the ``type`` of a problem leads: every code, its status and what it says."""
    known = {(one.code, one.status): str(one.text) for one in every(Refusal)}
    return render("apidocs/refusals.html", refusals=sorted(known.items()))


def every(kind: type[Refusal]) -> list[type[Refusal]]:
    """A refusal and all that are made from it."""
    return [kind, *(one for below in kind.__subclasses__() for one in every(below))]


def operations(spec: dict[str, Any], tag: str) -> list[Operation]:
    """The operations of one feature, in the order of their paths."""
    return [
        _operation(spec, method, path, item[method])
        for path, item in sorted(spec["paths"].items())
        for method in METHODS
        if method in item and tag in item[method].get("tags", [])
    ]


def _operation(spec: dict[str, Any], method: str, path: str, told: dict[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=told.get("parameters", []),
        body=resolve(spec, body) if body else None,
        statuses=sorted(str(status) for status in told.get("responses", {})),
    )


def resolve(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a ``$ref`` one step."""
    reference = schema.get("$ref", "")
    return spec["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema
