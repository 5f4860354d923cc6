"""The pages of exhibitors: one blueprint, filled by `mine`, `invited`, `outside_pages` and the desk's modules."""

from flask import Response, redirect, url_for

from core.web.pages import Pages, flash

pages = Pages("exhibitors", __name__)


def go(endpoint: str, message: str = "", **values: str) -> Response:
    """To a page of this feature, after something was done."""
    if message:
        flash(message)
    return redirect(url_for(f"exhibitors.{endpoint}", **values), 303)  # type: ignore[return-value]


def hide(answered: Response) -> Response:
    """The address is a key: it must not travel to any other page, nor stay on a shared machine."""
    answered.headers["Referrer-Policy"] = "no-referrer"
    answered.headers["Cache-Control"] = "private, no-store"
    answered.headers["X-Robots-Tag"] = "noindex"
    return answered
