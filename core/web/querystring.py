"""The address of the present page with some of its query changed: filters, sorting and paging keep the rest."""

from urllib.parse import urlencode

from flask import Flask, request


def init_app(app: Flask) -> None:
    """Give templates ``here``, ``toggled`` and ``asked``."""
    app.add_template_global(here, "here")
    app.add_template_global(toggled, "toggled")
    app.add_template_global(asked, "asked")


def here(**changes: object) -> str:
    """The present page's address with parameters replaced; None takes one away."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return request.path + ("?" + urlencode(pairs) if pairs else "")


def toggled(name: str, value: object) -> str:
    """The present page's address with one value of a facet switched, from its first page on."""
    kept = [one for one in request.args.getlist(name) if one != str(value)]
    if not asked(name, value):
        kept.append(str(value))
    others = [(k, v) for k, v in request.args.items(multi=True) if k not in (name, "page")]
    pairs = others + [(name, one) for one in kept]
    return request.path + ("?" + urlencode(pairs) if pairs else "")


def asked(name: str, value: object) -> bool:
    """Whether the page was asked for with this value of a facet."""
    return str(value) in request.args.getlist(name)
