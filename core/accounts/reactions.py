"""Mails about accounts. Links are made here, at the moment of mailing, so that no secret waits in the outbox."""

from core.accounts import letters
from core.accounts.events import Invited, PasswordChanged, ResetRequested
from core.accounts.links import invite_again, issue_reset
from core.accounts.models import UserAccount
from core.accounts.queries import find_by_text, get_user
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of

#: Registered by import.
LETTERS = (letters.reset, letters.invitation, letters.password_changed)


@later(ResetRequested, outside=True)
def mail_reset(event: ResetRequested) -> None:
    """Mail a reset link, if the contact has an open account with an e-mail. Without one, staff print a code."""
    user = find_by_text(event.contact) if event.contact else None
    if user is None or not user.is_active or user.email is None:
        return
    issued = issue_reset(user)
    _send(user, "account.reset", f"reset:{issued.link.id}", address_of("accounts.reset", token=issued.secret))


@later(Invited, outside=True)
def mail_invitation(event: Invited) -> None:
    """Mail an invitation, if its contact is an e-mail; a phone number gets the link from the inviter."""
    issued = invite_again(event.link_id) if "@" in event.contact else None
    if issued is None:
        return
    to = Recipient(event.contact, name=str(issued.link.data["name"]))
    url = address_of("accounts.invitation", token=issued.secret)
    send(Message(to, "account.invitation", f"invitation:{issued.link.id}", "vi", {"url": url}))


@later(PasswordChanged, outside=True)
def mail_password_changed(event: PasswordChanged) -> None:
    """Tell the owner: if it was somebody else, this is the moment to know."""
    user: UserAccount = get_user(event.user_id)
    if user.email is not None:
        key = f"password:{user.id}:{user.version}"
        _send(user, "account.password_changed", key, address_of("accounts.forgotten"))


def _send(user: UserAccount, kind: str, key: str, url: str) -> None:
    send(Message(Recipient(user.email, name=user.name), kind, key, user.locale, {"url": url}, f"account:{user.id}"))
