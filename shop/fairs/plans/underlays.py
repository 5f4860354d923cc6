"""The drawing under a hall that an organizer traces: PNG, JPEG, or a page of a PDF, in its place and scale.

Only its points are kept, as WEBP. A PDF is judged first (nothing in it may act), then drawn in a process of its own
with little memory and little time. Files are read and drawn before a transaction begins.
"""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.documents.pdf import check_pdf
from core import pictures
from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import Refusal
from shop.fairs.models import Fair
from shop.fairs.plans.models import FairUnderlay
from shop.fairs.refusals import UnderlayNotFound, UnderlayUnreadable
from shop.fairs.service import lock_fair

LARGEST = 10 * 1024 * 1024
#: Points of the longer side: a hall of 60 m shows every 2 cm.
MOST_POINTS = 3_000
_SECONDS = 30
_DRAWER = Path(__file__).with_name("pdf_page.py")


@dataclass(frozen=True)
class Drawing:
    """A drawing as it is kept."""

    data: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """SHA-256 in hex."""
        return hashlib.sha256(self.data).hexdigest()


def read_drawing(data: bytes, page: int = 1) -> Drawing:
    """Judge and redraw a file as sent; ``page`` counts in PDFs only. Raises UnderlayUnreadable saying why."""
    if len(data) > LARGEST:
        raise _unreadable(_("Bản vẽ lớn hơn 10 MB."))
    points = _page_of(data, page) if data.startswith(b"%PDF-") else data
    try:
        with pictures.opened(points, most_bytes=LARGEST * 4, kinds=("PNG", "JPEG")) as picture:
            flat = pictures.narrowed(pictures.flat(picture), MOST_POINTS)
            return Drawing(pictures.as_webp(flat, quality=82), flat.width, flat.height)
    except pictures.TooManyPoints as fault:
        raise _unreadable(_("Bản vẽ có quá nhiều điểm ảnh (tối đa 24 triệu).")) from fault
    except pictures.UnknownKind as fault:
        raise _unreadable(_("Chỉ nhận PNG, JPEG hoặc PDF.")) from fault
    except pictures.PictureFault as fault:
        raise _unreadable(_("Tệp ảnh bị hỏng.")) from fault


def put_underlay(slug: str, hall: str, drawing: Drawing, by: Actor) -> FairUnderlay:
    """Lay a drawing under a hall, over its whole width, in the place of the one before.

    Raises FairNotFound, NotFound for another organizer's fair, UnderlayNotFound for a hall that the plan has not.
    """
    with transaction() as session:
        fair = lock_fair(slug, by)
        width = next((one["width"] for one in fair.halls if one["code"] == hall), None)
        if width is None:
            raise UnderlayNotFound
        underlay = find_underlay(fair, hall) or FairUnderlay(fair_id=fair.id, hall=hall)
        underlay.data, underlay.sha256 = drawing.data, drawing.sha256
        underlay.width_px, underlay.height_px, underlay.uploaded_at = drawing.width, drawing.height, now()
        underlay.x, underlay.y, underlay.width = 0, 0, width
        session.add(underlay)
        session.flush()
        record("fair.underlay_put", f"fair:{slug}", by, hall=hall, sha256=underlay.sha256)
        return underlay


def place_underlay(slug: str, hall: str, place: tuple[int, int, int], version: int, by: Actor) -> FairUnderlay:
    """Say where the drawing lies: left and upper edge, and its whole width, in centimetres. Raises EditConflict too."""
    with transaction():
        fair = lock_fair(slug, by)
        underlay = get_underlay(fair, hall)
        check_version(underlay, version)
        underlay.x, underlay.y, underlay.width = place
        record("fair.underlay_placed", f"fair:{slug}", by, hall=hall, place=list(place))
        return underlay


def remove_underlay(slug: str, hall: str, by: Actor) -> None:
    """Take the drawing away; its points are gone. Twice has the effect of once."""
    with transaction() as session:
        fair = lock_fair(slug, by)
        underlay = find_underlay(fair, hall)
        if underlay is not None:
            session.delete(underlay)
            record("fair.underlay_removed", f"fair:{slug}", by, hall=hall)


def list_underlays(fair: Fair) -> Sequence[FairUnderlay]:
    """The drawings of a fair, without their points."""
    query = select(FairUnderlay).where(FairUnderlay.fair_id == fair.id)
    return db.session.scalars(query.order_by(FairUnderlay.hall)).all()


def find_underlay(fair: Fair, hall: str) -> FairUnderlay | None:
    """The drawing under a hall."""
    query = select(FairUnderlay).where(FairUnderlay.fair_id == fair.id, FairUnderlay.hall == hall)
    return db.session.scalar(query)


def get_underlay(fair: Fair, hall: str) -> FairUnderlay:
    """As `find_underlay`; refuses with UnderlayNotFound."""
    found = find_underlay(fair, hall)
    if found is None:
        raise UnderlayNotFound
    return found


def _page_of(data: bytes, page: int) -> bytes:
    """A page of a PDF as PNG."""
    try:
        check_pdf(data)
    except Refusal as refusal:
        raise _unreadable(str(refusal)) from refusal
    command = [sys.executable, "-I", str(_DRAWER), str(page), str(MOST_POINTS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise _unreadable(_("Trang PDF này quá nặng. Hãy xuất thành ảnh rồi gửi lại.")) from error
    if done.returncode == 2:
        raise _unreadable(_("PDF bị hỏng hoặc không có trang %(page)d.", page=page))
    if done.returncode != 0 or not done.stdout:
        raise _unreadable(_("Trang PDF này quá nặng. Hãy xuất thành ảnh rồi gửi lại."))
    return done.stdout


def _unreadable(message: str) -> UnderlayUnreadable:
    return UnderlayUnreadable({"file": [message]})
