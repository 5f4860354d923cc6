"""Where a commune reporter works: the commune of her grant, as it stood on the day the grant was given.

Codes of communes are used again (11728 was xã Đại Hà, then two different xã Kiến Hưng), so a grant of an old commune
must not open the new one that bears its code. It ends with its commune, and a person gives the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.areas.queries import get_area, present_of, successors
from catalog.candidates.refusals import AreaReorganised
from core.accounts.actor import Actor, Scope
from core.accounts.grants import grant_role, revoke_role
from core.accounts.models import UserAccount, UserGrant
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import local_day
from core.db import db, transaction
from core.errors import NotFound

ROLE, KIND = "reporter", "area"
#: Ended posts shown at once.
MOST_ENDED = 20
#: A code that no area bears: allowed there means allowed everywhere.
_NOWHERE = Scope(KIND, "")


@dataclass(frozen=True)
class Post:
    """One grant of a reporter: the area it means, and whether that area still stands."""

    grant_id: int
    user_id: int
    user_name: str
    area: Area
    is_standing: bool


def is_everywhere(actor: Actor, action: str) -> bool:
    """Whether the actor may do it in every commune."""
    return is_allowed(actor, action, _NOWHERE)


def posts_of(user_id: int | None, on: date) -> list[Post]:
    """The communes that a reporter holds; with no user, those of every reporter."""
    query = select(UserGrant, UserAccount.name).join(UserAccount, UserAccount.id == UserGrant.user_id)
    live = UserGrant.role == ROLE, UserGrant.scope_type == KIND, UserGrant.revoked_at.is_(None)
    if user_id is not None:
        query = query.where(UserGrant.user_id == user_id)
    rows = db.session.execute(query.where(*live).order_by(UserGrant.id)).all()
    epochs = _epochs({grant.scope_id for grant, _name in rows})
    return [_post(grant, name, epochs[grant.scope_id], on) for grant, name in rows if grant.scope_id in epochs]


def my_areas(actor: Actor, on: date) -> list[Area]:
    """The communes of the actor that stand on that day: where she may propose."""
    if actor.user_id is None:
        return []
    return [post.area for post in posts_of(actor.user_id, on) if post.is_standing]


def authorize_in(actor: Actor, action: str, area: Area, on: date) -> None:
    """Refuse unless allowed in this area of this epoch: NotFound for a foreign one, as everywhere."""
    authorize(actor, action, Scope(KIND, area.code))
    if is_everywhere(actor, action):
        return
    if area.id not in {post.area.id for post in posts_of(actor.user_id, on)}:
        raise NotFound


def choose_area(actor: Actor, code: str | None, on: date) -> Area:
    """The commune to propose for: the one named, or the only one held.

    Raises AreaReorganised when the actor's own commune has ended, AreaUnknown, NotFound for a foreign one.
    """
    authorize(actor, "candidates.propose")
    if is_everywhere(actor, "candidates.propose"):
        return get_area(code or "", on)
    posts = posts_of(actor.user_id, on)
    standing = [post.area for post in posts if post.is_standing and code in (None, post.area.code)]
    if standing:
        return standing[0]
    ended = [post.area for post in posts if not post.is_standing and code in (None, post.area.code)]
    if ended:
        raise AreaReorganised(area=ended[0].code, became=[area.code for area, _is_default in successors(ended[0])])
    raise NotFound


def list_ended(on: date) -> list[tuple[Post, Sequence[Area]]]:
    """Reporters whose commune has ended, each with the communes of that day it became."""
    ended = [post for post in posts_of(None, on) if not post.is_standing]
    return [(post, _became(post.area, on)) for post in ended[:MOST_ENDED]]


def move_post(by: Actor, grant_id: int, code: str, on: date) -> None:
    """Give the reporter of an ended commune a new one; the old grant is taken back. Raises NotFound, AreaUnknown."""
    authorize(by, "candidates.decide")
    with transaction():
        post = next((one for one, _became in list_ended(on) if one.grant_id == grant_id), None)
        if post is None:
            raise NotFound
        area = get_area(code, on)
        revoke_role(grant_id, by)
        grant_role(post.user_id, ROLE, Scope(KIND, area.code), by)
        record("reporter.moved", f"account:{post.user_id}", by, old=_text(post.area), new=_text(area))


def _epochs(codes: set[str]) -> dict[str, list[Area]]:
    """Every area that ever bore each of these codes, oldest first."""
    found: dict[str, list[Area]] = {}
    for area in db.session.scalars(select(Area).where(Area.code.in_(codes)).order_by(Area.valid_from)):
        found.setdefault(area.code, []).append(area)
    return found


def _post(grant: UserGrant, name: str, epochs: list[Area], on: date) -> Post:
    """What the grant means: the area that bore the code on the day of the grant, or else the last one."""
    given = local_day(grant.granted_at)
    area = next((one for one in epochs if one.valid_from <= given and _stands(one, given)), epochs[-1])
    return Post(grant.id, grant.user_id, name, area, _stands(area, on))


def _stands(area: Area, on: date) -> bool:
    return area.valid_until is None or area.valid_until >= on


def _became(area: Area, on: date) -> Sequence[Area]:
    """The areas of that day that a person may choose from, the proposed one first."""
    present, _is_doubtful = present_of(area, on)
    direct = [new for new, _is_default in successors(area) if _stands(new, on)]
    return list({one.id: one for one in [present, *direct] if one is not None}.values())


def _text(area: Area) -> str:
    return f"{area.code} ({area.valid_from})"
