"""The tabs of one fair at the desk: every feature that has a page there adds its own line, in its ``setup.py``.

    fair_tab("plan", _l("Sơ đồ"), "fair_desk.plan", order=30)

The endpoint takes the fair's ``slug`` and nothing else. The page extends ``fairs/desk_frame.html``, is rendered with
``fair``, and fills the block ``fair``; a page whose address does not begin with its tab's says ``tab="plan"``.
"""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import LazyString

from core.accounts.permissions import is_allowed
from core.web.access import current_actor
from shop.fairs import permissions
from shop.fairs.models import Fair


@dataclass(frozen=True)
class _Tab:
    """A line as registered."""

    key: str
    label: LazyString | str
    endpoint: str
    order: int
    action: str


@dataclass(frozen=True)
class Tab:
    """A line as drawn for this request."""

    key: str
    label: str
    url: str
    is_active: bool


_tabs: dict[str, _Tab] = {}


def fair_tab(key: str, label: LazyString | str, endpoint: str, *, order: int, action: str = "fairs.read") -> None:
    """Add a page to the desk of every fair, for callers who may do ``action`` at it; the same key twice is one line."""
    _tabs[key] = _Tab(key, label, endpoint, order, action)


def tabs_of(fair: Fair, here: str | None = None) -> list[Tab]:
    """The tabs that this caller sees; ``here`` names the present one, else the address says."""
    actor, scope = current_actor(), permissions.scope_of(fair)
    shown = [one for one in _tabs.values() if is_allowed(actor, one.action, scope)]
    urls = {one.key: url_for(one.endpoint, slug=fair.slug) for one in shown}
    if not here:  # a template that says nothing hands an undefined value
        within = (key for key, url in urls.items() if request.path == url or request.path.startswith(url + "/"))
        here = max(within, key=lambda key: len(urls[key]), default=None)
    ordered = sorted(shown, key=lambda one: (one.order, one.key))
    return [Tab(one.key, str(one.label), urls[one.key], one.key == here) for one in ordered]


def tab_url(key: str, fair: Fair) -> str:
    """Where a tab leads: the page of the feature that took it last."""
    return url_for(_tabs[key].endpoint, slug=fair.slug)


def init_app(app: Flask) -> None:
    """Let the frame draw them."""
    app.add_template_global(tabs_of, "fair_tabs")
    app.add_template_global(tab_url, "fair_tab_url")
