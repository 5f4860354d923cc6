"""Another day: staff look at every page as if it were that day, and nothing at all can be written meanwhile.

The day lies in the session (pages) or in the header ``Preview-Day`` (programs). Such a request lives on that
day's clock, behind a database that refuses transactions; it shows what is known today of that day.
"""

from contextlib import ExitStack
from datetime import date, datetime, timedelta

from flask import Flask, Response, g, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.accounts.permissions import may
from core.clock import ZONE, now, travel
from core.db import read_only
from core.errors import Invalid, Refusal
from core.web.access import current_actor

ACTION = "day.preview"
HEADER = "Preview-Day"
COOKIE_KEY = "preview_day"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: How far from today one may look, in days.
FARTHEST = 3660

_exit = ""
_always: set[str] = {"static", "site_css", "accounts.sign_out", "web.set_language"}


class PreviewReadOnly(Refusal):
    """Something was to be written while another day is looked at. Facts: day."""

    code = "preview.read_only"
    text = _l("Đang xem như một ngày khác: chỉ xem được, không ghi gì. Hãy về hôm nay rồi làm lại.")


def init_app(app: Flask) -> None:
    """Let requests of staff who asked for it live on another day; must stand behind the guards of access."""
    app.before_request(begin)
    app.after_request(tell)
    app.teardown_request(end)
    app.add_template_global(previewed, "preview_day")
    app.add_template_global(exit_url, "preview_exit")


def doors(enter: str, leave: str) -> None:
    """Name the endpoints that lead into another day and back; they work on the true day always."""
    global _exit  # noqa: PLW0603 set once, when the application is built
    _always.update((enter, leave))
    _exit = leave


def exit_url() -> str:
    """Where the way back to today is."""
    return url_for(_exit)


def look_at(day: date) -> None:
    """From the next request on this session lives on that day. Raises Invalid for one out of reach."""
    if abs((day - now().astimezone(ZONE).date()).days) > FARTHEST:
        raise Invalid({"day": [_("Ngày này quá xa.")]})
    session[COOKIE_KEY] = day.isoformat()


def look_back() -> None:
    """From the next request on this session lives today again."""
    session.pop(COOKIE_KEY, None)


def previewed() -> date | None:
    """The day that this request lives on, when it is not today."""
    return g.get("preview_day")


def begin() -> None:
    """Enter the other day, when one is asked for and the caller may. Refuses unsafe methods meanwhile."""
    if request.endpoint is None or request.endpoint in _always or request.endpoint.endswith(".static"):
        return
    day = _asked()
    if day is None or not may(current_actor(), ACTION):
        return
    if request.method not in SAFE:
        raise PreviewReadOnly(day=day.isoformat())
    there = ExitStack()
    there.enter_context(travel(_same_time(day)))
    there.enter_context(read_only(PreviewReadOnly(day=day.isoformat())))
    g.preview, g.preview_day = there, day


def tell(response: Response) -> Response:
    """Say in the answer that it speaks of another day."""
    if previewed() is not None:
        response.headers[HEADER] = str(previewed())
        response.headers["Cache-Control"] = "no-store"
    return response


def end(_error: BaseException | None) -> None:
    """Leave it, whatever happened."""
    there: ExitStack | None = g.pop("preview", None)
    if there is not None:
        there.close()


def _asked() -> date | None:
    """The day from the header or the session. Raises Invalid for a header that is no day within reach."""
    given = request.headers.get(HEADER)
    text = given or session.get(COOKIE_KEY)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    near = day is not None and abs((day - now().astimezone(ZONE).date()).days) <= FARTHEST
    if given and not near:
        raise Invalid({HEADER: [_("Không phải một ngày, hoặc quá xa.")]})
    return day if near else None


def _same_time(day: date) -> datetime:
    """The present time of the day, on that day."""
    here = now().astimezone(ZONE)
    return here + timedelta(days=(day - here.date()).days)
