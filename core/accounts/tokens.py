"""API tokens: shown once, stored as a digest, limited in scope and time, never wider than their owner."""

from datetime import timedelta

from sqlalchemy import bindparam, select, update

from core.accounts.actor import Actor
from core.accounts.models import ApiToken, UserAccount
from core.accounts.queries import actor_of
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.ids import digest, secret_token

PREFIX = "ocop_"
#: Signs of a token that are kept readable, so that an owner can tell which one leaked.
SHOWN = 12
TOUCH_EVERY = timedelta(minutes=1)

_OF_SECRET = (
    select(ApiToken, UserAccount)
    .join(UserAccount, UserAccount.id == ApiToken.user_id)
    .where(ApiToken.digest == bindparam("digest"))
)


def create_token(
    user: UserAccount, name: str, by: Actor, *, scope: str = "", days: int | None = None
) -> tuple[str, ApiToken]:
    """Make a token for ``days`` days (None: until revoked); answers the secret, which is shown only now.

    ``scope`` is a space-separated list of actions (``stock.receive``) or their first words (``stock``);
    empty allows whatever the owner may do, at the time of use.
    """
    at, secret = now(), PREFIX + secret_token()
    token = ApiToken(
        user_id=user.id, name=name, prefix=secret[:SHOWN], digest=digest(secret), scope=" ".join(scope.split()),
        created_at=at, expires_at=at + timedelta(days=days) if days else None,
    )  # fmt: skip
    with transaction() as write:
        write.add(token)
        record("token.created", f"account:{user.id}", by, name=name, prefix=token.prefix, scope=token.scope)
    return secret, token


def revoke_token(token_id: int, user_id: int, by: Actor) -> None:
    """End one of a person's tokens. Raises NotFound for another's, or one ended before."""
    mine = ApiToken.id == token_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
    with transaction() as write:
        if not write.execute(update(ApiToken).where(*mine).values(revoked_at=now())).rowcount:  # type: ignore[attr-defined]
            raise NotFound
        record("token.revoked", f"account:{user_id}", by, token=token_id)


def end_tokens(user_id: int) -> None:
    """End all of a person's tokens, in the running transaction."""
    live = ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
    db.session.execute(update(ApiToken).where(*live).values(revoked_at=now()))


def actor_of_token(secret: str) -> Actor | None:
    """The owner, narrowed to the token's scope; None when the token is unknown, expired or revoked."""
    if not secret.startswith(PREFIX):
        return None
    row = db.session.execute(_OF_SECRET, {"digest": digest(secret)}).one_or_none()
    if row is None:
        return None
    token, user = row
    at = now()
    if not user.is_active or token.revoked_at is not None or (token.expires_at and token.expires_at <= at):
        return None
    actor = actor_of(user, via="token", token_scopes=frozenset(token.scope.split()) or None)
    _touch(token)
    return actor


def _touch(token: ApiToken) -> None:
    at, seen = now(), token.last_used_at
    if seen is not None and at - seen < TOUCH_EVERY:
        return
    with transaction() as write:
        write.execute(
            update(ApiToken).where(ApiToken.id == token.id, ApiToken.last_used_at.is_not_distinct_from(seen))
            .values(last_used_at=at)
        )  # fmt: skip
