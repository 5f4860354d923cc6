"""Who invites, fills a block, scores, tells many, and enters papers from outside."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from core.accounts.permissions import Scope, permit, role, scope
from core.db import db
from shop.fairs.applying.joined import FairDelegation


def scope_of(delegation: FairDelegation) -> Scope:
    """The scope in which a delegation's people hold their role."""
    return Scope("delegation", delegation.code)


def _name(code: str) -> str | None:
    return db.session.scalar(select(FairDelegation.name).where(FairDelegation.code == code))


def _choices() -> list[tuple[str, str]]:
    query = select(FairDelegation.code, FairDelegation.name).order_by(FairDelegation.id.desc())
    return [(row[0], row[1]) for row in db.session.execute(query)]


scope("delegation", _l("Đoàn dự hội chợ"), _name, _choices)
role("fair_delegate", scope="delegation", label=_l("Đoàn của tỉnh, ngành khác"))
role("fair_reviewer", scope="fair", label=_l("Người chấm hồ sơ hội chợ"))

permit("invitations.manage", "fair_organizer", "admin")
permit("applications.enter", "fair_organizer", "admin")
permit("applications.score", "fair_reviewer", "fair_organizer", "admin")
permit("applications.review", "fair_reviewer", "fair_organizer", "auditor", "admin")
permit("criteria.manage", "fair_organizer", "admin")
permit("delegations.manage", "fair_organizer", "admin")
permit("delegations.fill", "fair_delegate", "admin")
permit("delegations.see", "fair_delegate", "fair_organizer", "admin")
permit("broadcasts.send", "fair_organizer", "admin")
permit("outsiders.read", "certifier", "auditor", "admin")
permit("outsiders.enter", "certifier")
permit("fairs.join", "producer")
permit("fairs.judge", "fair_reviewer")
permit("fairs.bring", "fair_delegate")
