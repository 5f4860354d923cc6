"""What a commune proposes, who may see it, and what the desk makes of it."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.areas.models import Area, AreaChange
from catalog.candidates.models import Candidate
from catalog.candidates.posts import list_ended, move_post, posts_of
from catalog.candidates.queries import list_candidates, list_similar
from catalog.candidates.refusals import AreaReorganised, CandidateDecided, CandidateSimilar, CandidateTwice
from catalog.candidates.service import accept, decline, edit_candidate, get_visible, merge, propose
from catalog.certificates.queries import standings
from catalog.producers.models import Producer
from catalog.producers.refusals import ProducerUnknown
from catalog.products.models import Product
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.models import UserAccount
from core.accounts.queries import actor_of
from core.clock import today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from tests.support.clock import Clock

FACTS: dict[str, Any] = {
    "name": "Mật ong hoa sú", "set_no": 3, "producer_name": "HTX Ong Biển", "producer_kind": "cooperative",
    "producer_tax_code": "0100233488", "story": "Ong hút mật hoa sú vẹt.", "score_a": 3000, "score_b": 2000,
    "score_c": 2550, "contact": "Chị Hạnh (minh hoạ)",
}  # fmt: skip


@pytest.fixture
def commune(make: ModuleType) -> Area:
    return make.area("Xã Thử Một")


@pytest.fixture
def reporter(make: ModuleType, commune: Area) -> Actor:
    return make.actor("reporter", ("area", commune.code))


@pytest.fixture
def certifier(make: ModuleType) -> Actor:
    return make.actor("certifier")


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_reporter_proposes_for_her_commune(reporter: Actor, commune: Area) -> None:
    one = propose(reporter, **FACTS)
    assert (one.state, one.area_id, one.maker, one.name_folded) == (
        "proposed",
        commune.id,
        "HTX Ong Biển",
        "mat ong hoa su",
    )
    assert one.code.startswith("DX-")
    assert (count(Product), count(Producer)) == (0, 0), "a proposal is neither product nor producer"
    assert get_visible(reporter, one.code) is one


def test_another_commune_is_not_hers(reporter: Actor, make: ModuleType, certifier: Actor) -> None:
    other = make.area("Xã Khác")
    with pytest.raises(NotFound):
        propose(reporter, area=other.code, **FACTS)
    foreign = propose(certifier, area=other.code, **FACTS)
    for verb in (
        lambda: get_visible(reporter, foreign.code),
        lambda: edit_candidate(reporter, foreign.code, 1, {"name": "Của tôi"}),
    ):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(Forbidden):
        accept(reporter, foreign.code)
    for stranger in (make.actor("producer", ("producer", "CT-1")), make.actor("shopper"), make.actor("auditor")):
        with pytest.raises(Forbidden):
            propose(stranger, area=other.code, **FACTS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"producer_name": ""}, "producer_name"), ({"score_a": 4001}, "score_a"), ({"score_b": 2501}, "score_b"),
     ({"score_c": 3501}, "score_c")],
)  # fmt: skip
def test_what_cannot_be_is_refused(reporter: Actor, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        propose(reporter, **{**FACTS, **changes})
    assert list(refusal.value.facts["errors"]) == [field]
    assert count(Candidate) == 0


def test_an_unknown_producer_code(reporter: Actor) -> None:
    with pytest.raises(ProducerUnknown):
        propose(reporter, **{**FACTS, "producer": "CT-NOBODY"})


def test_the_same_proposal_twice(reporter: Actor, certifier: Actor) -> None:
    one = propose(reporter, **FACTS)
    with pytest.raises(CandidateTwice):
        propose(reporter, **{**FACTS, "name": "MẬT ONG hoa SÚ"})
    decline(certifier, one.code, reason="Chưa có công bố chất lượng.")
    assert propose(reporter, **FACTS).state == "proposed", "a declined one may come again"


def test_an_edit_by_version_until_it_is_decided(reporter: Actor, certifier: Actor, make: ModuleType) -> None:
    one = propose(reporter, **FACTS)
    maker = make.producer("HTX Ong Biển Kiến Thụy")
    changed = edit_candidate(reporter, one.code, one.version, {"producer": maker.code, "story": None})
    assert (changed.producer_id, changed.producer_name, changed.producer_tax_code, changed.story) == (
        maker.id,
        "",
        None,
        "",
    )
    with pytest.raises(EditConflict):
        edit_candidate(reporter, one.code, 1, {"name": "Cũ"})
    decline(certifier, one.code, reason="Trùng.")
    with pytest.raises(CandidateDecided):
        edit_candidate(reporter, one.code, one.version, {"name": "Muộn"})


def test_accepted_it_is_a_product_without_a_certificate(reporter: Actor, certifier: Actor, commune: Area) -> None:
    one = accept(certifier, propose(reporter, **FACTS).code)
    product = one.product
    assert product is not None
    assert (one.state, product.name, product.set_no, product.area_id) == ("accepted", FACTS["name"], 3, commune.id)
    assert (product.producer.name, product.producer.tax_code, product.producer.area_id) == (
        "HTX Ong Biển",
        "0100233488",
        commune.id,
    )
    assert one.code in product.note
    assert not standings([product.id], today())[product.id].status.is_open
    for again in (lambda: accept(certifier, one.code), lambda: decline(certifier, one.code, reason="x")):
        with pytest.raises(CandidateDecided):
            again()


def test_what_looks_alike_is_shown_before_anything_is_made(reporter: Actor, certifier: Actor, make: ModuleType) -> None:
    maker = make.producer("Hợp tác xã Ong", kind="cooperative")
    with transaction():
        maker.tax_code = "0100233488"
    known = make.product("Mật ong hoa sú vẹt", producer=maker)
    elsewhere = make.product("mật ong hoa sú")
    make.product("Muối", producer=maker)
    one = propose(reporter, **FACTS)
    kinds = [(s.kind, s.why, s.code) for s in list_similar(one)]
    assert kinds == [
        ("product", "same_name", elsewhere.code), ("product", "near_name", known.code),
        ("producer", "same_tax_code", maker.code),
    ]  # fmt: skip
    before = count(Product), count(Producer)
    with pytest.raises(CandidateSimilar) as refusal:
        accept(certifier, one.code)
    assert [s["code"] for s in refusal.value.facts["similar"]] == [code for _kind, _why, code in kinds]
    assert (count(Product), count(Producer)) == before
    done = accept(certifier, one.code, producer=maker.code, is_new=True)
    assert done.product is not None
    assert done.product.producer_id == maker.id
    assert count(Producer) == before[1], "the producer that was recognised, none new"


def test_merged_it_is_the_product_that_was_known(reporter: Actor, certifier: Actor, make: ModuleType) -> None:
    known = make.product("Mật ong hoa sú")
    one = merge(certifier, propose(reporter, **FACTS).code, product=known.slug, note="Đã có.")
    assert (one.state, one.product_id, one.reason) == ("merged", known.id, "Đã có.")
    assert count(Product) == 1


def test_lists_show_a_reporter_her_own(reporter: Actor, certifier: Actor, make: ModuleType, commune: Area) -> None:
    mine = propose(reporter, **FACTS)
    other = propose(certifier, area=make.area("Xã Khác").code, **FACTS)
    assert [c.code for c in list_candidates(among={commune.id}, proposed_by=reporter.user_id)[0]] == [mine.code]
    assert {c.code for c in list_candidates()[0]} == {mine.code, other.code}
    assert list_candidates(q="HOA su", state="declined")[1] == 0


DAY = timedelta(days=1)


def reorganise(old: Area, *names: str, code: str | None = None) -> list[Area]:
    """End a commune tonight; it becomes others tomorrow, the first of them the proposed one, perhaps under its code."""
    with transaction() as session:
        old.valid_until = today()
        new = [
            Area(code=(code if place == 0 and code else f"8{old.id % 1000:03}{place}"), valid_from=today() + DAY,
                 kind="commune", name=name, name_folded=name, sort_key=name, parent_id=old.parent_id)
            for place, name in enumerate(names)
        ]  # fmt: skip
        session.add_all(new)
        session.flush()
        session.add_all(AreaChange(old_id=old.id, new_id=one.id, is_default=one is new[0]) for one in new)
    return new


def test_a_grant_ends_with_its_commune_even_where_the_code_goes_on(
    app: Flask, reporter: Actor, commune: Area, clock: Clock, certifier: Actor
) -> None:
    """11728 was three different communes: a grant of one never opens the next; a person gives it."""
    mine = propose(reporter, **FACTS)
    bigger, part = reorganise(commune, "Xã Lớn", "Xã Phần", code=commune.code)
    clock.forward(days=2)
    with pytest.raises(AreaReorganised) as refusal:
        propose(reporter, **{**FACTS, "name": "Mắm"})
    assert refusal.value.facts["became"] == [bigger.code, part.code]
    with pytest.raises(AreaReorganised):
        propose(reporter, area=bigger.code, **{**FACTS, "name": "Mắm"})
    new_one = propose(certifier, area=bigger.code, **{**FACTS, "name": "Mắm"})
    with pytest.raises(NotFound):
        get_visible(reporter, new_one.code)
    assert get_visible(reporter, mine.code) is mine, "what she proposed stays hers to read"
    ((post, became),) = list_ended(today())
    assert (post.user_id, [area.id for area in became]) == (reporter.user_id, [bigger.id, part.id])
    move_post(certifier, post.grant_id, bigger.code, today())
    again = actor_of(db.session.get_one(UserAccount, reporter.user_id))
    assert again.grants == {Grant("reporter", Scope("area", bigger.code))}
    assert propose(again, **{**FACTS, "name": "Nước mắm"}).area_id == bigger.id
    assert list_ended(today()) == []


def test_a_standing_commune_needs_nobody(reporter: Actor, commune: Area, certifier: Actor) -> None:
    """The negative control of the test above: an ordinary grant stands and cannot be moved."""
    (post,) = posts_of(reporter.user_id, today())
    assert (post.is_standing, post.area.id) == (True, commune.id)
    with pytest.raises(NotFound):
        move_post(certifier, post.grant_id, commune.code, today())
