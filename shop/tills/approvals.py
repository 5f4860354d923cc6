"""A manager's PIN approves one act in place: one act, one amount, one use, at one till, for some minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.ids import digest, secret_token
from shop.tills.here import Here
from shop.tills.models import Till
from shop.tills.people_models import TillApproval
from shop.tills.pins import check_person
from shop.tills.refusals import ApprovalNeeded, ApprovalWrong
from shop.tills.rules import Act

LIVES = timedelta(minutes=10)


@dataclass(frozen=True)
class Approved:
    """An approval and its token, told once."""

    row: TillApproval
    token: str


def approve(till: Till, act: Act, amount_vnd: int, manager_id: int, pin: str, by: Actor) -> Approved:
    """A manager says yes, at the till, to one act up to an amount. Raises PinWrong, RateLimited."""
    manager = check_person(manager_id, pin, till, "till.approve")
    token = secret_token()
    with transaction() as session:
        at = now()
        row = TillApproval(
            token_digest=digest(token), act=act, till_id=till.id, amount_vnd=amount_vnd, manager_id=manager_id,
            manager=manager.label, asked_by=by.label, given_at=at, expires_at=at + LIVES,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record("till.approved", f"till:{till.code}", manager, act=act.value, amount_vnd=amount_vnd, asked_by=by.label)
    return Approved(row, token)


def use_approval(
    act: Act,
    amount_vnd: int,
    limit_vnd: int,
    place: Here,
    by: Actor,
    tokens: Sequence[str],
    used_for: str,
    at: datetime,
) -> None:
    """Spend an approval for an act beyond the role's limit. Inside a transaction; a refusal undoes the spending.

    Whoever may approve herself, in a session of her own, needs none. Raises ApprovalNeeded without any that fits the
    act, ApprovalWrong for one that is used, too old, for less or of another till.
    """
    if is_allowed(by, "till.approve", Scope("store", place.store_code)):
        return
    digests = [digest(token) for token in tokens]
    query = select(TillApproval).where(TillApproval.token_digest.in_(digests), TillApproval.act == act)
    found = list(db.session.scalars(query.order_by(TillApproval.id).with_for_update())) if digests else []
    if not found:
        raise ApprovalNeeded(act=act.value, limit=limit_vnd, amount=amount_vnd)
    fit = next((one for one in found if _fits(one, amount_vnd, place, at)), None)
    if fit is None:
        raise ApprovalWrong(act=act.value, amount=amount_vnd)
    fit.used_at, fit.used_for = at, used_for
    record("approval.used", f"till:{place.till_code}", by, act=act.value, manager=fit.manager, used_for=used_for)


def _fits(one: TillApproval, amount_vnd: int, place: Here, at: datetime) -> bool:
    return one.till_id == place.till_id and one.used_at is None and at < one.expires_at and amount_vnd <= one.amount_vnd
