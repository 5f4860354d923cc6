"""Erasing an account: the row stays for what hangs on its number, the person in it goes (Law 91/2025)."""

from sqlalchemy import delete, func, select, update

from core.accounts.factor_models import KnownBrowser, RecoveryCode, SecondFactor
from core.accounts.models import ApiToken, OneTimeLink, UserAccount, UserGrant, UserSession
from core.clock import now
from core.db import db, transaction

#: What an erased account is called.
ERASED_NAME = "(đã xóa)"
_BLIND = {"synchronize_session": False}


def holds_roles(user_id: int) -> bool:
    """Whether somebody's work hangs on this account."""
    live = UserGrant.user_id == user_id, UserGrant.revoked_at.is_(None)
    return bool(db.session.scalar(select(func.count()).select_from(UserGrant).where(*live)))


def erase_account(user_id: int) -> None:
    """Take name, phone, e-mail, password, devices and tokens away and shut every door. Twice has the effect of once.

    The address that the table asks for leads nowhere: ``.invalid`` is nobody's (RFC 2606).
    """
    with transaction() as session:
        user = session.scalars(select(UserAccount).where(UserAccount.id == user_id).with_for_update()).one()
        user.name, user.phone, user.email = ERASED_NAME, None, f"erased-{user_id}@erased.invalid"
        user.password_hash, user.is_active = None, False
        session.execute(delete(UserSession).where(UserSession.user_id == user_id), execution_options=_BLIND)
        for table in (RecoveryCode, KnownBrowser, SecondFactor):
            session.execute(delete(table).where(table.user_id == user_id), execution_options=_BLIND)
        session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id), execution_options=_BLIND)
        tokens = update(ApiToken).where(ApiToken.user_id == user_id)
        at = now()
        session.execute(
            tokens.values(name=ERASED_NAME, revoked_at=func.coalesce(ApiToken.revoked_at, at)),
            execution_options=_BLIND,
        )
