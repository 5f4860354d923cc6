"""The address of the present page with some of its query changed: filters, sorting and paging keep the rest."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def init_app(app: Flask) -> None:
    """Give templates ``here``, ``way_back``, ``toggled`` and ``asked``."""
    app.add_template_global(here, "here")
    app.add_template_global(way_back, "way_back")
    app.add_template_global(toggled, "toggled")
    app.add_template_global(asked, "asked")


def here(**changes: object) -> str:
    """The present page's address with parameters replaced; None takes one away."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return _address(request.path, pairs)


def way_back() -> str:
    """The present page's address without its language; for the answer to a form, of a page that can be asked for.

    That is the form's own path, else the page it came from, else the nearest path above it.
    """
    if request.method in ("GET", "HEAD"):
        return here(lang=None)
    for path, query in _before():
        if _is_page(path):
            return _address(path, [(key, value) for key, value in parse_qsl(query) if key != "lang"])
    return "/"


def _before() -> Iterator[tuple[str, str]]:
    """Paths with their queries on which the form that was sent may have stood, the likeliest first."""
    yield request.path, request.query_string.decode(errors="replace")
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.host and not came_from.path.startswith("//"):
        yield came_from.path, came_from.query
    path = request.path
    while path := path.rpartition("/")[0]:
        yield path, ""


def _is_page(path: str) -> bool:
    """Whether there is something to ask for at a path."""
    routes = current_app.create_url_adapter(request)
    try:
        return routes is not None and bool(routes.match(path, method="GET"))
    except RequestRedirect:
        return True
    except HTTPException:
        return False


def _address(path: str, pairs: list[tuple[str, str]]) -> str:
    return path + ("?" + urlencode(pairs) if pairs else "")


def toggled(name: str, value: object) -> str:
    """The present page's address with one value of a facet switched, from its first page on."""
    kept = [one for one in request.args.getlist(name) if one != str(value)]
    if not asked(name, value):
        kept.append(str(value))
    others = [(k, v) for k, v in request.args.items(multi=True) if k not in (name, "page")]
    return _address(request.path, others + [(name, one) for one in kept])


def asked(name: str, value: object) -> bool:
    """Whether the page was asked for with this value of a facet."""
    return str(value) in request.args.getlist(name)
