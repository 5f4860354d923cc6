"""The page behind the code on a lot's label."""

from flask import Response

from core.clock import now
from core.web.access import public
from core.web.pages import Pages, render
from shop.trace.queries import trace

pages = Pages("trace", __name__)


@pages.get("/truy-xuat/<lot>")
@public
def show(lot: str) -> Response:
    """A lot's public story."""
    return render("trace/show.html", found=trace(lot, now()))
