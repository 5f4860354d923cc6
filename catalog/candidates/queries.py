"""Reading candidates, and what is known already and looks like one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from catalog.candidates.models import Candidate
from catalog.candidates.refusals import CandidateNotFound
from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, list_same_tax_code
from catalog.products.models import Product
from core.db import db
from core.text import fold

#: How many look-alikes of each kind are shown.
_MOST_SIMILAR = 8
_MOST_MAKERS = 500


@dataclass(frozen=True)
class Similar:
    """Something known that may be the same: a product, a producer, or another candidate."""

    #: product, producer or candidate.
    kind: str
    code: str
    name: str
    #: The producer of a product, or the commune of a candidate.
    of: str
    #: same_product (same name and producer), same_name, near_name, same_tax_code, same_producer.
    why: str


def find_candidate(code: str) -> Candidate | None:
    """The candidate of that code."""
    return db.session.scalars(select(Candidate).where(Candidate.code == code)).first()


def get_candidate(code: str) -> Candidate:
    """As `find_candidate`; refuses with CandidateNotFound."""
    candidate = find_candidate(code)
    if candidate is None:
        raise CandidateNotFound
    return candidate


def list_candidates(
    *,
    state: str = "",
    q: str = "",
    area: str = "",
    among: Collection[int] | None = None,
    proposed_by: int | None = None,
    page: int = 1,
    per_page: int = 24,
) -> tuple[Sequence[Candidate], int]:
    """A page of candidates, those that wait oldest first, others newest first; and how many there are.

    among: only these areas (ids), and besides them what `proposed_by` proposed; None: every area.
    """
    query = _in(select(Candidate), among, proposed_by)
    if state:
        query = query.where(Candidate.state == state)
    if q:
        named = Candidate.name_folded.contains(fold(q), autoescape=True)
        query = query.where(or_(named, Candidate.code == q.upper()))
    if area:
        query = query.where(Candidate.area.has(code=area))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = Candidate.proposed_at if state == "proposed" else Candidate.proposed_at.desc()
    return db.session.scalars(
        query.order_by(order, Candidate.id).limit(per_page).offset((page - 1) * per_page)
    ).all(), total


def count_by_state(among: Collection[int] | None = None, proposed_by: int | None = None) -> dict[str, int]:
    """How many candidates there are in each state, seen as in `list_candidates`."""
    query = _in(select(Candidate.state, func.count()), among, proposed_by).group_by(Candidate.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_waiting() -> int:
    """How many proposals wait for the certifiers' desk."""
    query = select(func.count()).select_from(Candidate).where(Candidate.state == "proposed")
    return db.session.scalar(query) or 0


def find_twin(area_id: int, name: str, maker: str, besides: int = 0) -> Candidate | None:
    """The open proposal of this commune with this name and producer, accents and case apart."""
    query = select(Candidate).where(
        Candidate.area_id == area_id, Candidate.state == "proposed", Candidate.name_folded == fold(name),
        Candidate.id != besides,
    )  # fmt: skip
    return next((one for one in db.session.scalars(query) if fold(one.maker) == fold(maker)), None)


def list_makers(area_ids: Collection[int]) -> list[tuple[str, str]]:
    """Codes and names of the producers of these areas (of all, when none is named), to choose from."""
    query = select(Producer.code, Producer.name).order_by(Producer.name_folded).limit(_MOST_MAKERS)
    if area_ids:
        query = query.where(Producer.area_id.in_(area_ids))
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_similar(candidate: Candidate) -> list[Similar]:
    """What is known already and may be this candidate, the likeliest first."""
    makers = _makers(candidate)
    return [*_products(candidate, {maker.id for maker, _why in makers}), *_producers(makers), *_candidates(candidate)]


def _in(query: Select, among: Collection[int] | None, proposed_by: int | None) -> Select:  # type: ignore[type-arg]
    if among is None:
        return query
    return query.where(or_(Candidate.area_id.in_(among), Candidate.proposed_by == proposed_by))


def _makers(candidate: Candidate) -> list[tuple[Producer, str]]:
    """Producers that may be the candidate's, with why."""
    if candidate.producer is not None:
        return [(candidate.producer, "known")]
    by_tax = list_same_tax_code(candidate.producer_tax_code) if candidate.producer_tax_code else []
    found = {one.id: (one, "same_tax_code") for one in by_tax}
    named = find_by_name(candidate.producer_name)
    if named is not None:
        found.setdefault(named.id, (named, "same_producer"))
    return list(found.values())


def _producers(makers: list[tuple[Producer, str]]) -> list[Similar]:
    return [Similar("producer", one.code, one.name, "", why) for one, why in makers if why != "known"]


def _products(candidate: Candidate, maker_ids: set[int]) -> list[Similar]:
    """Products of the same name anywhere, and those of the same producer whose name shares most of its words."""
    name = candidate.name_folded
    ways = [Product.name_folded == name]
    if maker_ids:
        ways.append(Product.producer_id.in_(maker_ids))
    query = select(Product, Producer).join(Producer, Producer.id == Product.producer_id).where(or_(*ways))
    found = [(one, maker, _likeness(one, name, maker_ids)) for one, maker in db.session.execute(query.limit(200))]
    kept = [Similar("product", one.code, one.name, maker.name, why) for one, maker, why in found if why]
    order = ("same_product", "same_name", "near_name")
    return sorted(kept, key=lambda one: order.index(one.why))[:_MOST_SIMILAR]


def _likeness(product: Product, name: str, maker_ids: set[int]) -> str:
    """How a product resembles a folded name; '' when it does not."""
    if product.name_folded == name:
        return "same_product" if product.producer_id in maker_ids else "same_name"
    one, two = set(product.name_folded.split()), set(name.split())
    return "near_name" if len(one & two) * 2 > len(one | two) else ""


def _candidates(candidate: Candidate) -> list[Similar]:
    query = select(Candidate).where(
        Candidate.name_folded == candidate.name_folded, Candidate.state == "proposed", Candidate.id != candidate.id
    )
    found = db.session.scalars(query.order_by(Candidate.id).limit(_MOST_SIMILAR))
    return [Similar("candidate", one.code, one.name, one.area.name, "same_name") for one in found]
