"""Verbs on candidates: propose, edit, accept, merge, decline. Each is one transaction.

Nothing here makes anything sellable: an accepted candidate becomes a product without a certificate.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.areas.models import Area
from catalog.candidates.models import Candidate
from catalog.candidates.posts import authorize_in, choose_area, is_everywhere
from catalog.candidates.queries import find_twin, get_candidate, list_similar
from catalog.candidates.refusals import CandidateDecided, CandidateSimilar, CandidateTwice
from catalog.candidates.rules import faults_of_scores
from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from catalog.producers.refusals import ProducerUnknown
from catalog.producers.service import create_producer
from catalog.products.models import Product
from catalog.products.queries import find_product
from catalog.products.refusals import ProductUnknown
from catalog.products.service import create_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.ids import short_code
from core.text import fold

#: What says who makes it, when the producer is not one we know.
MAKER = ("producer_name", "producer_kind", "producer_tax_code", "producer_address", "producer_phone")
_EMPTY = {"producer_name": "", "producer_address": "", "story": "", "contact": ""}


def propose(by: Actor, *, area: str | None = None, **facts: Any) -> Candidate:
    """Propose a product of a commune (its code; a reporter's own when left out).

    facts: name, set_no, producer (a known code) or producer_name and producer_kind, the rest as in the model.
    Raises AreaReorganised, AreaUnknown, NotFound (another's commune), ProducerUnknown, CandidateTwice, Invalid.
    """
    authorize(by, "candidates.propose")
    with transaction() as session:
        at = now()
        commune = choose_area(by, area, local_day(at))
        values = _values(facts)
        _check(values, local_day(at))
        candidate = Candidate(
            code=short_code("DX"),
            state="proposed",
            area_id=commune.id,
            proposed_by=by.user_id,
            proposed_at=at,
            **values,
        )
        _refuse_twin(commune, candidate)
        session.add(candidate)
        session.flush()
        session.refresh(candidate)
        record("candidate.proposed", _subject(candidate), by, name=candidate.name, area=commune.code)
    return candidate


def edit_candidate(by: Actor, code: str, version: int, changes: dict[str, Any]) -> Candidate:
    """Change a proposal that waits.

    Raises CandidateNotFound (NotFound for another's), CandidateDecided, CandidateTwice, EditConflict, Invalid.
    """
    with transaction() as session:
        candidate = get_visible(by, code, "candidates.edit")
        check_version(candidate, version)
        _refuse_decided(candidate)
        values = _values(_present(candidate) | changes)
        _check(values, local_day(candidate.proposed_at))
        before = {field: getattr(candidate, field) for field in values}
        changed = {field: value for field, value in values.items() if before[field] != value}
        for field, value in changed.items():
            setattr(candidate, field, value)
        with session.no_autoflush:
            _refuse_twin(candidate.area, candidate)
        session.flush()
        session.refresh(candidate)
        record("candidate.edited", _subject(candidate), by, before={f: before[f] for f in changed}, after=changed)
    return candidate


def accept(by: Actor, code: str, *, producer: str | None = None, is_new: bool = False, note: str = "") -> Candidate:
    """Make a product of a candidate, and a producer where it names none that we know.

    producer: the code of the producer that the desk recognised in the name given. is_new: the desk has looked at
    what is similar. Raises CandidateSimilar (facts: similar), CandidateDecided, ProducerUnknown, CandidateNotFound.
    """
    authorize(by, "candidates.decide")
    with transaction():
        candidate = _locked(code)
        similar = list_similar(candidate)
        if similar and not is_new:
            raise CandidateSimilar(similar=[vars(one) for one in similar])
        maker = _maker(by, candidate, producer)
        product = create_product(
            by, name=candidate.name, producer=maker.code, set_no=candidate.set_no, note=_note(candidate)
        )
        product.area_id = candidate.area_id
        _decide(candidate, "accepted", by, now(), product, note)
        record("candidate.accepted", _subject(candidate), by, product=product.code, producer=maker.code)
    return candidate


def merge(by: Actor, code: str, *, product: str, note: str = "") -> Candidate:
    """Say that a candidate is a product that we know already. Raises ProductUnknown, CandidateDecided."""
    authorize(by, "candidates.decide")
    with transaction():
        candidate = _locked(code)
        found = find_product(product)
        if found is None:
            raise ProductUnknown(product=product)
        _decide(candidate, "merged", by, now(), found, note)
        record("candidate.merged", _subject(candidate), by, product=found.code)
    return candidate


def decline(by: Actor, code: str, *, reason: str) -> Candidate:
    """Decline a candidate with a reason that its commune reads. Raises CandidateDecided, CandidateNotFound."""
    authorize(by, "candidates.decide")
    with transaction():
        candidate = _locked(code)
        _decide(candidate, "declined", by, now(), None, reason)
        record("candidate.declined", _subject(candidate), by, reason=reason)
    return candidate


def get_visible(by: Actor, code: str, action: str = "candidates.read") -> Candidate:
    """A candidate that the actor may see: everybody's for the desk, a reporter's own and her commune's.

    Raises CandidateNotFound, Forbidden without any such role.
    """
    authorize(by, action)
    candidate = get_candidate(code)
    is_own = by.user_id is not None and candidate.proposed_by == by.user_id
    if not (is_everywhere(by, action) or (is_own and action == "candidates.read")):
        authorize_in(by, action, candidate.area, local_day(now()))
    return candidate


def _values(facts: dict[str, Any]) -> dict[str, Any]:
    """The columns: a known producer replaces what was said of an unknown one, and emptied texts are ''."""
    values = {key: _EMPTY.get(key) if value is None else value for key, value in facts.items()}
    known = values.pop("producer", None)
    if known:
        maker = find_producer(known)
        if maker is None:
            raise ProducerUnknown(producer=known)
        values |= {"producer_id": maker.id, **dict.fromkeys(MAKER), "producer_name": "", "producer_address": ""}
    else:
        values["producer_id"] = None
    values["name_folded"] = fold(values["name"])
    return values


def _present(candidate: Candidate) -> dict[str, Any]:
    """What stands now, in the words of `propose`."""
    own = ("name", "set_no", "story", "score_a", "score_b", "score_c", "contact", *MAKER)
    producer = candidate.producer.code if candidate.producer else None
    return {field: getattr(candidate, field) for field in own} | {"producer": producer}


def _check(values: dict[str, Any], on: date) -> None:
    errors = faults_of_scores((values.get("score_a"), values.get("score_b"), values.get("score_c")), on)
    if values["producer_id"] is None and not values.get("producer_name"):
        errors["producer_name"] = [_("Cần mã chủ thể, hoặc tên chủ thể.")]
    if errors:
        raise Invalid(errors)


def _refuse_twin(area: Area, candidate: Candidate) -> None:
    known = db.session.get(Producer, candidate.producer_id) if candidate.producer_id else None
    maker = known.name if known else candidate.producer_name
    twin = find_twin(area.id, candidate.name, maker, besides=candidate.id or 0)
    if twin is not None:
        raise CandidateTwice(candidate=twin.code)


def _locked(code: str) -> Candidate:
    """The candidate, once nobody else is deciding on it. Raises CandidateDecided."""
    candidate = get_candidate(code)
    locked = select(Candidate.id).where(Candidate.id == candidate.id)
    db.session.execute(locked.with_for_update())
    db.session.refresh(candidate)
    _refuse_decided(candidate)
    return candidate


def _refuse_decided(candidate: Candidate) -> None:
    if candidate.state != "proposed":
        raise CandidateDecided(state=candidate.state)


def _maker(by: Actor, candidate: Candidate, recognised: str | None) -> Producer:
    if recognised:
        found = find_producer(recognised)
        if found is None:
            raise ProducerUnknown(producer=recognised)
        return found
    if candidate.producer is not None:
        return candidate.producer
    maker = create_producer(
        by, name=candidate.producer_name, kind=candidate.producer_kind or "producing_household",
        tax_code=candidate.producer_tax_code, address=candidate.producer_address, phone=candidate.producer_phone,
    )  # fmt: skip
    maker.area_id = candidate.area_id
    return maker


def _note(candidate: Candidate) -> str:
    """What the desks keep of the proposal, in the note of its product."""
    lines = [_("Từ đề xuất %(code)s của %(area)s.", code=candidate.code, area=candidate.area.name)]
    return "\n\n".join([*lines, candidate.story] if candidate.story else lines)[:2000]


def _decide(candidate: Candidate, state: str, by: Actor, at: datetime, product: Product | None, reason: str) -> None:
    candidate.state, candidate.reason = state, reason
    candidate.product_id = product.id if product else None
    candidate.decided_by, candidate.decided_at = by.user_id, at
    db.session.flush()
    db.session.refresh(candidate)


def _subject(candidate: Candidate) -> str:
    return f"candidate:{candidate.code}"
