"""People, their roles and their tokens."""

from itertools import count

from core.accounts.actor import SYSTEM, Actor, Grant, Scope
from core.accounts.models import UserAccount, UserGrant
from core.accounts.tokens import create_token
from core.clock import now
from core.db import transaction

_numbers = count(1)


def user(
    role: str | None = None, scope: tuple[str, str] | None = None, *, name: str = "Người thử", email: str | None = None
) -> UserAccount:
    """An account, with a role in a scope such as ``("store", "kien-thuy")`` when asked for. It has no password."""
    email = email or f"user{next(_numbers)}@example.test"
    with transaction() as session:
        account = UserAccount(name=name, email=email, created_at=now())
        session.add(account)
        session.flush()
        if role:
            kind, code = scope or ("", "")
            session.add(UserGrant(user_id=account.id, role=role, scope_type=kind, scope_id=code, granted_at=now()))
    return account


def actor(role: str | None = None, scope: tuple[str, str] | None = None) -> Actor:
    """Somebody with an account who holds one role: what a verb wants as ``by``."""
    account = user(role, scope)
    held = Grant(role, Scope(*scope) if scope else None) if role else None
    return Actor(account.id, account.contact, frozenset({held} if held else ()))


def token(role: str | None = None, scope: tuple[str, str] | None = None) -> str:
    """A bearer token of a new account: ``headers={"Authorization": f"Bearer {make.token('admin')}"}``."""
    secret, _ = create_token(user(role, scope), "test", SYSTEM)
    return secret


def headers(role: str | None = None, scope: tuple[str, str] | None = None) -> dict[str, str]:
    """The header of such a token."""
    return {"Authorization": f"Bearer {token(role, scope)}"}
