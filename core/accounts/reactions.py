"""Mails about accounts. Links are made here, at the moment of mailing, so that no secret waits in the outbox."""

from flask_babel import force_locale
from flask_babel import gettext as _

from core.accounts.events import Invited, PasswordChanged, ResetRequested
from core.accounts.links import invite_again, issue_reset
from core.accounts.models import UserAccount
from core.accounts.queries import find_by_text, get_user
from core.events import later
from core.mail import Mail, send
from core.web.links import address_of


@later(ResetRequested, outside=True)
def mail_reset(event: ResetRequested) -> None:
    """Mail a reset link, if the contact has an open account with an e-mail. Without one, staff print a code."""
    user = find_by_text(event.contact) if event.contact else None
    if user is None or not user.is_active or user.email is None:
        return
    issued = issue_reset(user)
    with force_locale(user.locale):
        text = _(
            "Chào %(name)s,\n\nMở liên kết này để đặt mật khẩu mới (dùng một lần, trong 60 phút):\n%(url)s\n\n"
            "Nếu bạn không yêu cầu, hãy bỏ qua thư này: mật khẩu cũ vẫn dùng được.\n",
            name=user.name, url=address_of("accounts.reset", token=issued.secret),
        )  # fmt: skip
        send(Mail(user.email, _("Đặt lại mật khẩu"), text, f"reset:{issued.link.id}"))


@later(Invited, outside=True)
def mail_invitation(event: Invited) -> None:
    """Mail an invitation, if its contact is an e-mail; a phone number gets the link from the inviter."""
    issued = invite_again(event.link_id) if "@" in event.contact else None
    if issued is None:
        return
    with force_locale("vi"):
        text = _(
            "Chào %(name)s,\n\nBạn được mời cùng làm việc. Mở liên kết này để nhận lời (dùng một lần, trong 7 ngày):"
            "\n%(url)s\n",
            name=issued.link.data["name"], url=address_of("accounts.invitation", token=issued.secret),
        )  # fmt: skip
        send(Mail(event.contact, _("Lời mời cùng làm việc"), text, f"invitation:{issued.link.id}"))


@later(PasswordChanged, outside=True)
def mail_password_changed(event: PasswordChanged) -> None:
    """Tell the owner: if it was somebody else, this is the moment to know."""
    user: UserAccount = get_user(event.user_id)
    if user.email is None:
        return
    with force_locale(user.locale):
        text = _(
            "Chào %(name)s,\n\nMật khẩu của bạn vừa được đổi và mọi phiên đăng nhập khác đã kết thúc.\n"
            "Nếu không phải bạn, hãy đặt lại mật khẩu ngay: %(url)s\n",
            name=user.name, url=address_of("accounts.forgotten"),
        )  # fmt: skip
        send(Mail(user.email, _("Mật khẩu đã được đổi"), text, f"password:{user.id}:{user.version}"))
