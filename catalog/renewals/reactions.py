"""What renewals do when others speak: close the dossier that was answered, and mail the reminders."""

from datetime import date

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from catalog.certificates.events import CertificateVerified
from catalog.certificates.models import Certificate
from catalog.renewals import letters
from catalog.renewals.events import RemindersMade
from catalog.renewals.models import RenewalReminder
from catalog.renewals.queries import Renewal, renewals_of
from catalog.renewals.rules import Stage
from catalog.renewals.service import close_renewed
from catalog.renewals.words import days_left_words
from core.accounts.models import UserAccount
from core.accounts.queries import get_user
from core.clock import local_day, now
from core.db import db, transaction
from core.events import later, on
from core.messages import Message, Recipient, send
from core.web.links import address_of
from core.web.pages import show_day

#: Registered by import.
LETTERS = (letters.reminder,)
#: The public page of a certificate, and the page of its renewal at the desk (of an upper part, where there is one).
PUBLIC, KIT = "certificates.show", "desk.renewal"


@on(CertificateVerified)
def answer_dossiers(event: CertificateVerified) -> None:
    """The dossiers that led to the new certificate have their result."""
    close_renewed(event.product_id, event.certificate_id, event.on)


@later(RemindersMade, outside=True)
def mail_reminders(event: RemindersMade) -> None:
    """One mail for all that was told to one person that evening, in her language; without an e-mail the desk tells."""
    query = select(RenewalReminder).where(RenewalReminder.id.in_(event.reminder_ids)).order_by(RenewalReminder.id)
    waiting = list(db.session.scalars(query.options(joinedload(RenewalReminder.certificate))))
    user = get_user(event.user_id)
    if user.email is None or not user.is_active or not waiting or all(one.mailed_at for one in waiting):
        return
    with force_locale(user.locale):
        message = _message(user, waiting, local_day(now()), event)
    send(message)
    with transaction() as session:
        these = RenewalReminder.id.in_(event.reminder_ids), RenewalReminder.state == "sent"
        session.execute(update(RenewalReminder).where(*these).values(mailed_at=now()))


def _message(user: UserAccount, reminders: list[RenewalReminder], today: date, event: RemindersMade) -> Message:
    certificates = [one.certificate for one in reminders]
    pages = {one.certificate_id: _page_for(one.place) for one in reminders}
    renewals = renewals_of(certificates, today)
    lines = [_told(one, renewals[one.id], today, pages[one.id]) for one in certificates]
    if len(certificates) == 1:
        product = " ".join(certificates[0].product.name.split())
        subject = _("%(product)s: công nhận OCOP %(left)s", product=product, left=_left(renewals, certificates, today))
    else:
        subject = _("%(n)d công nhận OCOP sắp hết hiệu lực", n=len(certificates))
    key = f"renewals:{event.user_id}:{event.reminder_ids[0]}"
    to, context = Recipient(user.email, name=user.name), {"subject": subject, "lines": lines}
    return Message(to, "renewals.reminder", key, user.locale, context, f"account:{user.id}")


def _page_for(place: str) -> str:
    """Producers get to the renewal's own page; stores, who may not open it, to the public one."""
    is_own = place.startswith("producer:") and KIT in current_app.view_functions
    return KIT if is_own else PUBLIC


def _left(renewals: dict[int, Renewal], certificates: list[Certificate], today: date) -> str:
    return days_left_words(renewals[certificates[0].id].term.ends_on, today)


def _told(certificate: Certificate, renewal: Renewal, today: date, page: str) -> tuple[str, str, str]:
    """One certificate: what ends when, what to do now, where."""
    head = _(
        "%(product)s (%(code)s): ngày cuối %(day)s, %(left)s.", product=certificate.product.name,
        code=certificate.code, day=show_day(renewal.term.ends_on), left=days_left_words(renewal.term.ends_on, today),
    )  # fmt: skip
    return head, advice_of(renewal), address_of(page, code=certificate.code)


def advice_of(renewal: Renewal) -> str:
    """What to do at this stage, in one sentence."""
    opens, closes = show_day(renewal.window.opens_on), show_day(renewal.window.closes_on)
    match renewal.stage:
        case Stage.NOT_DUE | Stage.OPENS_SOON:
            return _("Nộp hồ sơ đánh giá lại được từ %(opens)s đến hết %(closes)s.", opens=opens, closes=closes)
        case Stage.WINDOW_OPEN:
            return _("Nộp hồ sơ đánh giá lại cho UBND cấp xã ngay bây giờ, chậm nhất %(closes)s.", closes=closes)
        case Stage.LATE:
            return _(
                "Đã quá hạn nộp (%(closes)s) mà chưa có hồ sơ. Hãy nộp ngay: có phiếu tiếp nhận mới kéo dài được.",
                closes=closes,
            )
        case Stage.FILED if renewal.pending is not None and renewal.pending.confirmed_at is None:
            return _("Chủ thể báo đã nộp hồ sơ; cán bộ chứng nhận sẽ xác nhận phiếu tiếp nhận.")
        case Stage.FILED:
            return _("Hồ sơ đã nộp, đang chờ kết quả.")
        case Stage.EXTENDED:
            return _("Đang được kéo dài trong khi chờ kết quả đánh giá lại; sau ngày đó sẽ ngừng bán.")
        case Stage.RENEWED:
            return _("Đã có chứng nhận mới, không cần làm gì thêm.")
        case _:
            return _("Sản phẩm không được bán cho đến khi có chứng nhận mới.")
