"""Verbs on mandates: give, enter a paper, confirm it, end. Each is one transaction.

Who acts under a mandate cannot give one: her actions are narrowed to what she was given, and giving is none of it.
"""

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.mandates.events import MandateTold
from catalog.mandates.models import PAPER, SELF, Mandate
from catalog.mandates.queries import get_mandate, last_entry_id, people_of
from catalog.mandates.refusals import MandateSamePerson, MandateState, MandateTwice
from catalog.mandates.rules import PARTS, State, agents, last_day, state_of
from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, scope_of
from core.accounts.actor import Actor
from core.accounts.models import UserGrant
from core.accounts.permissions import authorize, is_allowed
from core.accounts.queries import find_by_text, list_grants
from core.audit import record
from core.clock import now, today
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code


def give(
    by: Actor, *, producer: str, contact: str, parts: Collection[str], from_on: date, until_on: date
) -> Mandate:  # fmt: skip
    """A producer's own person lets somebody act for her, from a day to a day; it counts at once.

    contact: phone or e-mail of a store's manager, a commune's reporter or a certifier.
    Raises ProducerNotFound, NotFound for another's, Invalid, MandateTwice.
    """
    owner = get_producer(producer)
    authorize(by, "mandates.give", scope_of(owner))
    with transaction():
        mandate = _write(by, owner, contact, parts, from_on, until_on, None)
        mandate.confirmed_by, mandate.confirmed_at = by.user_id, mandate.given_at
        _tell(by, mandate, "given", [mandate.user_id])
    return mandate


def enter_paper(
    by: Actor, *, producer: str, contact: str, parts: Collection[str], from_on: date, until_on: date, document: str
) -> Mandate:  # fmt: skip
    """Write down what a producer signed on paper (document: the code of its scan); a second person must see it.

    Her people are told at once, so that nobody acts in her name without her knowing. Raises as `give`.
    """
    authorize(by, "mandates.enter")
    owner = get_producer(producer)
    with transaction():
        mandate = _write(by, owner, contact, parts, from_on, until_on, document)
        _tell(by, mandate, "entered", _own_people(mandate))
    return mandate


def confirm(by: Actor, code: str) -> Mandate:
    """A second person has seen the paper. Raises MandateNotFound, MandateState, MandateSamePerson."""
    authorize(by, "mandates.enter")
    with transaction():
        mandate = _locked(code, by)
        if state_of(mandate, today()) != State.WAITING:
            raise MandateState(state=state_of(mandate, today()))
        if by.user_id in (mandate.given_by, mandate.user_id):
            raise MandateSamePerson
        mandate.confirmed_by, mandate.confirmed_at = by.user_id, now()
        _tell(by, mandate, "confirmed", [mandate.user_id, *_own_people(mandate)])
    return mandate


def end(by: Actor, code: str, reason: str = "") -> Mandate:
    """End it at once: the producer takes it back, its holder lays it down, or an administrator ends it.

    Raises MandateNotFound, MandateState when it has ended already.
    """
    with transaction():
        mandate = _locked(code, by)
        is_holder = by.behalf is None and by.user_id == mandate.user_id
        if not is_holder and not is_allowed(by, "mandates.end"):
            authorize(by, "mandates.give", scope_of(mandate.producer))
        if mandate.ended_at is not None:
            raise MandateState(state=State.ENDED)
        mandate.ended_by, mandate.ended_at, mandate.ended_reason = by.user_id, now(), reason or None
        _tell(by, mandate, "ended", [mandate.user_id, *_own_people(mandate)])
    return mandate


def _write(
    by: Actor, owner: Producer, contact: str, parts: Collection[str], from_on: date, until_on: date, paper: str | None
) -> Mandate:  # fmt: skip
    _check_days(from_on, until_on)
    if not parts or set(parts) - set(PARTS):
        raise Invalid({"parts": [_("Hãy chọn ít nhất một việc.")]})
    post = _post_of(by, contact)
    db.session.execute(select(Producer.id).where(Producer.id == owner.id).with_for_update())
    _check_alone(owner, post.user_id, from_on, until_on)
    mandate = Mandate(
        code=short_code("UQ"), producer_id=owner.id, user_id=post.user_id, role=post.role, scope_type=post.scope_type,
        scope_id=post.scope_id, is_for_listings="listings" in parts, is_for_photos="photos" in parts,
        is_for_prices="prices" in parts, from_on=from_on, until_on=until_on, consent=PAPER if paper else SELF,
        document_code=paper, given_by=by.user_id, given_at=now(), told_entry_id=last_entry_id(),
    )  # fmt: skip
    db.session.add(mandate)
    db.session.flush()
    return mandate


def _check_days(from_on: date, until_on: date) -> None:
    if from_on < today():
        raise Invalid({"from_on": [_("Ngày bắt đầu không thể ở quá khứ.")]})
    if not from_on <= until_on <= last_day(from_on):
        told = _("Ngày cuối phải từ ngày bắt đầu và không quá 12 tháng (%(day)s).", day=f"{last_day(from_on):%d/%m/%Y}")
        raise Invalid({"until_on": [told]})


def _post_of(by: Actor, contact: str) -> UserGrant:
    """The post in which somebody may be asked; one answer for nobody and for somebody without, who is not told of."""
    user = find_by_text(contact)
    if user is not None and user.id == by.user_id:
        raise Invalid({"contact": [_("Không tự ủy quyền cho chính mình được.")]})
    held = list_grants([user.id])[user.id] if user is not None and user.is_active else []
    post = next((one for one in held if one.role in agents()), None)
    if post is None:
        told = _("Không có quản lý cửa hàng, cán bộ xã hay cán bộ chứng nhận nào dùng số điện thoại hoặc email này.")
        raise Invalid({"contact": [told]})
    return post


def _check_alone(owner: Producer, user_id: int, from_on: date, until_on: date) -> None:
    same = Mandate.producer_id == owner.id, Mandate.user_id == user_id, Mandate.ended_at.is_(None)
    overlaps = Mandate.from_on <= until_on, Mandate.until_on >= from_on
    other = db.session.scalars(select(Mandate).where(*same, *overlaps)).first()
    if other is not None:
        raise MandateTwice(mandate=other.code)


def _tell(by: Actor, mandate: Mandate, what: str, people: Sequence[int]) -> None:
    db.session.flush()
    record(
        f"mandate.{what}", f"mandate:{mandate.code}", by, producer=mandate.producer.code, user=mandate.user_id,
        from_on=mandate.from_on, until_on=mandate.until_on, paper=mandate.document_code, reason=mandate.ended_reason,
    )  # fmt: skip
    for user_id in dict.fromkeys(people):
        if user_id != by.user_id:
            publish(MandateTold(mandate.id, user_id, what))


def _own_people(mandate: Mandate) -> list[int]:
    return [one.id for one in people_of(mandate.producer)]


def _locked(code: str, by: Actor) -> Mandate:
    mandate = get_mandate(code, by)
    db.session.refresh(mandate, with_for_update={"of": Mandate})
    return mandate
