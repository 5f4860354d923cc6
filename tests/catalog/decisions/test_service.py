"""One decision over many products: entered by one, confirmed by another, whole or not at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from catalog.certificates.refusals import ImportRefused, VerificationDiffers
from catalog.certificates.service import enter, revoke, verify
from catalog.decisions.models import Decision, DecisionLine
from catalog.decisions.queries import list_lines
from catalog.decisions.reading import read_items
from catalog.decisions.refusals import DecisionClosed, DecisionOutdated, DecisionSamePerson
from catalog.decisions.rules import Facts
from catalog.decisions.service import confirm_decision, discard_decision, enter_decision, review, try_out
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.audit import AuditEntry
from core.clock import today
from core.db import db, transaction
from core.errors import Forbidden, Invalid
from tests.catalog.decisions.conftest import DAY, RECOGNITION, REVOCATION, Pair, certificate_of, product_line
from tests.support.clock import Clock

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _on_the_day(clock: Clock) -> None:
    clock.on(DAY)


def counts() -> tuple[int, ...]:
    tables = (Certificate, Product, Producer, Decision, DecisionLine)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def faults(pair: Pair, facts: Facts, *items: dict[str, object]) -> list[tuple[int, str | None]]:
    before = counts()
    with pytest.raises(ImportRefused) as refusal:
        pair.enter(facts, *items)
    assert counts() == before, "a refused decision writes nothing"
    return [(fault["line"], fault["column"]) for fault in refusal.value.facts["errors"]]


def test_a_recognition_is_worth_nothing_until_the_second_person(pair: Pair) -> None:
    decision = pair.enter(RECOGNITION, product_line(), product_line("Khô cá sặc", stars=4))
    assert counts() == (0, 0, 0, 1, 2)
    with pytest.raises(DecisionSamePerson):
        confirm_decision(pair.first, decision.code)
    done = confirm_decision(pair.second, decision.code, {"products": 2, "stars": {3: 1, 4: 1, 5: 0}})
    assert (done.state, done.confirmed_by) == ("confirmed", pair.second.user_id)
    assert counts() == (2, 2, 1, 1, 2)
    for one in db.session.scalars(select(Certificate)):
        assert (one.entered_by, one.verified_by) == (pair.first.user_id, pair.second.user_id)
        assert one.product_id in governing([one.product_id], DAY)
    assert [line.act for line in list_lines(done)] == ["new", "new"]
    assert all(line.certificate_id for line in list_lines(done))


@pytest.mark.daily
def test_a_decision_is_confirmed_once_and_stays(pair: Pair) -> None:
    decision = pair.apply(RECOGNITION, product_line())
    with pytest.raises(DecisionClosed):
        confirm_decision(pair.second, decision.code)
    with pytest.raises(DecisionClosed):
        discard_decision(pair.first, decision.code)
    with pytest.raises(DBAPIError), transaction() as session, session.begin_nested():
        session.execute(Decision.__table__.update().values(number="1/QĐ"))  # type: ignore[attr-defined]


@pytest.mark.daily
def test_one_person_alone_is_refused_by_the_database_too(pair: Pair) -> None:
    decision = pair.enter(RECOGNITION, product_line())
    alone = Decision.__table__.update().values(  # type: ignore[attr-defined]
        state="confirmed", confirmed_by=pair.first.user_id, confirmed_at=decision.entered_at
    )
    with pytest.raises(DBAPIError), transaction() as session, session.begin_nested():
        session.execute(alone)


def test_the_same_again_is_the_same_decision(pair: Pair) -> None:
    one = pair.enter(RECOGNITION, product_line())
    again, is_new = enter_decision(pair.second, RECOGNITION, read_items(RECOGNITION, [product_line()]))
    assert (again.id, is_new) == (one.id, False)
    assert pair.enter(RECOGNITION, product_line("Khô cá khác")).id != one.id
    discard_decision(pair.first, one.code)
    assert pair.enter(RECOGNITION, product_line()).id != one.id


def test_a_different_count_is_refused_and_nothing_written(pair: Pair) -> None:
    decision = pair.enter(RECOGNITION, product_line(), product_line("Khô cá sặc", stars=4))
    for typed, wrong in (
        ({"products": 3}, ["products"]),
        ({"products": 2, "stars": {4: 2}}, ["stars.4"]),
        ({"products": 0, "stars": {3: 0}}, ["products", "stars.3"]),
    ):
        with pytest.raises(VerificationDiffers) as refusal:
            confirm_decision(pair.second, decision.code, typed)
        assert refusal.value.facts["fields"] == wrong
        with pytest.raises(VerificationDiffers):
            review(pair.second, decision.code, typed)
    assert counts()[:3] == (0, 0, 0)
    assert len(review(pair.second, decision.code, {"products": 2}).plan.steps) == 2


def test_every_line_is_told_with_what_it_does(pair: Pair, make) -> None:
    maker = make.producer("HTX Thử")
    names = ("Gia hạn", "Xuống sao", "Từng bị thu hồi", "Chưa có gì")
    renewed, lower, revoked, _bare = (make.product(name, producer=maker) for name in names)
    old = make.certificate(renewed, stars=3, valid_until=DAY + timedelta(days=60))
    make.certificate(lower, stars=4)
    gone = make.certificate(revoked, stars=3)
    revoke(pair.first, gone.code, decision_number="1/QĐ", ground="breach", effective_on=DAY - timedelta(days=9))
    lines = [product_line(name) for name in (*names, "Gia hạn đặc biệt thượng hạng")]
    lines += [product_line("Sản phẩm khác", "HTX Mới", product_code=renewed.code)]
    with pytest.raises(ImportRefused):
        try_out(pair.first, RECOGNITION, read_items(RECOGNITION, lines))
    plan = try_out(pair.first, RECOGNITION, read_items(RECOGNITION, lines[:-1])).plan
    assert [step.act for step in plan.steps] == ["renewal", "downgrade", "again", "first", "new"]
    first = plan.steps[0]
    assert (first.certificate, first.cut_on, first.from_on) == (old.code, DAY - timedelta(days=1), DAY)
    assert (plan.steps[1].stars_before, plan.steps[1].stars) == (4, 3)
    assert (plan.totals.products, plan.totals.stars, plan.count("new")) == (5, {3: 5}, 1)


def test_look_alikes_are_warned_of_and_do_not_stop(pair: Pair, make) -> None:
    with transaction():
        make.producer("HTX Thử").tax_code = "0100233488"
        known = make.producer("HTX Sen")
    make.product("Trà lá sen Tháp Mười", producer=known)
    lines = [
        product_line(producer_tax_code="0100233488", maker="Hợp tác xã Thử Nghiệm"),
        product_line("Khô cá sặc", "htx thu", producer_tax_code="0314409058"),
        product_line("Trà sen Tháp Mười", "HTX Sen", set=12),
    ]
    plan = try_out(pair.first, RECOGNITION, read_items(RECOGNITION, lines)).plan
    warned = {(line, warning.column) for line, warning in plan.warned}
    assert {(1, "producer_tax_code"), (2, "producer_name"), (3, "product_name")} <= warned
    assert pair.apply(RECOGNITION, *lines).state == "confirmed"


def test_two_names_under_one_tax_code_are_one_producer_and_told(pair: Pair) -> None:
    lines = [
        product_line(producer_tax_code="0100233488"),
        product_line("Khô cá sặc", "Hợp tác xã Thử", producer_tax_code="0100233488"),
    ]
    plan = try_out(pair.first, RECOGNITION, read_items(RECOGNITION, lines)).plan
    assert [(line, warning.column) for line, warning in plan.warned] == [(2, "producer_tax_code")]
    assert plan.new_producers == 1
    pair.apply(RECOGNITION, *lines)
    assert counts()[2] == 1


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"stars": 2}, "stars"),
        ({"stars": 6}, "stars"),
        ({"stars": "3"}, "stars"),
        ({"stars": 3.5}, "stars"),
        ({"stars": True}, "stars"),
        ({"stars": 5}, None),
        ({"set": 27}, "set"),
        ({"score": 89}, "score"),
        ({"valid_from": "2026-08-04"}, "valid_from"),
        ({"valid_until": "2026-08-04"}, "valid_until"),
        ({"valid_until": "2026-02-30"}, "valid_until"),
        ({"valid_until": "2036-08-05"}, "valid_until"),
        ({"producer_tax_code": "0100233489"}, "producer_tax_code"),
        ({"product_name": "a\u202eb"}, "product_name"),
        ({"price": 5}, "price"),
    ],
)
def test_one_bad_line_is_named_and_nothing_written(pair: Pair, change: dict[str, object], column: str | None) -> None:
    found = faults(pair, RECOGNITION, product_line("Khô cá sặc"), product_line(**change))
    assert (2, column) in found
    assert {line for line, _column in found} == {2}


def test_the_same_product_twice_is_a_fault(pair: Pair, make) -> None:
    one = make.product("Khô cá lóc", producer=make.producer("HTX Thử"))
    assert faults(pair, RECOGNITION, product_line(), product_line()) == [(1, "product_name"), (2, "product_name")]
    by_code = product_line(product_code=one.code)
    assert faults(pair, RECOGNITION, product_line(), by_code)[0][0] in (1, 2)
    pair.apply(RECOGNITION, product_line())
    assert faults(pair, replace(RECOGNITION, document="x.pdf"), product_line()) == [(1, "product_name")]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(RECOGNITION, decided_on=DAY + timedelta(days=1)), "decided_on"),
        (replace(RECOGNITION, ground="criteria"), "ground"),
        (replace(RECOGNITION, effective_on=DAY), "effective_on"),
        (replace(RECOGNITION, revokes="1/QĐ"), "revokes"),
        (replace(REVOCATION, ground=None), "ground"),
        (replace(REVOCATION, ground="mood"), "ground"),
        (replace(REVOCATION, effective_on=None), "effective_on"),
        (replace(REVOCATION, until_on=DAY), "until_on"),
        (replace(REVOCATION, kind="suspension", until_on=DAY - timedelta(days=1)), "until_on"),
    ],
)
def test_facts_that_contradict_each_other(pair: Pair, facts: Facts, field: str) -> None:
    items = [product_line()] if facts.kind == "recognition" else [{"product_code": "SP-1"}]
    with pytest.raises(Invalid) as refusal:
        pair.enter(facts, *items)
    assert field in refusal.value.facts["errors"]


def test_only_certifiers(pair: Pair, make) -> None:
    lines = read_items(RECOGNITION, [product_line()])
    decision = pair.enter(RECOGNITION, product_line())
    for role in ("admin", "auditor", "producer"):
        someone = make.actor(role, ("producer", "CT-1") if role == "producer" else None)
        for act in (
            lambda by: enter_decision(by, RECOGNITION, lines),
            lambda by: try_out(by, RECOGNITION, lines),
            lambda by: confirm_decision(by, decision.code),
            lambda by: discard_decision(by, decision.code),
        ):
            with pytest.raises(Forbidden):
                act(someone)


def ended(*codes: str) -> list[dict[str, object]]:
    return [{"product_code": code} for code in codes]


def test_a_revocation_finds_its_certificates_by_any_name(pair: Pair, make) -> None:
    products = [make.product(f"Sản phẩm {n}", producer=make.producer(f"HTX {n}")) for n in range(4)]
    made = [make.certificate(one) for one in products]
    with transaction():
        products[1].ocop_code = "87-01-02-2024"
    lines = [
        {"product_code": products[0].code},
        {"product_code": "87-01-02-2024", "ground": "breach"},
        {"certificate_code": made[2].code},
        {"product_name": "SẢN PHẨM 3", "producer_name": "htx 3"},
    ]
    decision = pair.apply(REVOCATION, *lines)
    db.session.expire_all()
    assert [one.revoked_on for one in made] == [DAY] * 4
    assert [one.revocation_ground for one in made] == ["criteria", "breach", "criteria", "criteria"]
    assert {one.revocation_number for one in made} == {"77/QĐ-UBND"}
    assert {one.revocation_authority for one in made} == {"UBND tỉnh Đồng Tháp"}
    assert [line.certificate_id for line in list_lines(decision)] == [one.id for one in made]
    assert governing([one.id for one in products], DAY) == {}


def test_a_revocation_by_the_number_of_an_earlier_decision(pair: Pair) -> None:
    pair.apply(RECOGNITION, product_line(), product_line("Khô cá sặc"))
    pair.apply(replace(RECOGNITION, number="1/QĐ-UBND"), product_line("Khô cá khác"))
    whole = replace(REVOCATION, revokes="3981/QĐ-UBND")
    assert len(try_out(pair.first, whole, []).plan.steps) == 2
    pair.apply(whole)
    assert certificate_of("Khô cá lóc").revoked_on == certificate_of("Khô cá sặc").revoked_on == DAY
    assert certificate_of("Khô cá khác").revoked_on is None
    with pytest.raises(Invalid):
        pair.enter(replace(whole, document="again.pdf"))
    with pytest.raises(Invalid):
        pair.enter(replace(whole, revokes="404/QĐ"))


def test_a_line_that_names_nothing_to_revoke(pair: Pair, make) -> None:
    bare = make.product("Chưa công nhận")
    waiting = make.certificate(make.product("Chờ xác nhận"), verified=False)
    gone = make.certificate(make.product("Đã thu hồi"))
    revoke(pair.first, gone.code, decision_number="1/QĐ", ground="breach")
    for _n in range(2):
        make.certificate(make.product("Cùng tên"))
    lines = [
        *ended("SP-KHONGCO", bare.code, waiting.code, gone.code),
        {"product_name": "Cùng tên"},
        {"producer_name": "HTX Thử"},
        {"certificate_code": "CN-KHONGCO"},
    ]
    found = [faults(pair, REVOCATION, line) for line in lines]
    column = ["product_code"] * 4 + ["producer_name", "product_code", "certificate_code"]
    assert found == [[(1, name)] for name in column]
    twice = make.certificate(make.product("Hai lần"))
    assert faults(pair, REVOCATION, *ended(twice.code, twice.code)) == [(2, "product_code")]


def test_lapsed_ones_are_recorded_and_close_nothing(pair: Pair, make) -> None:
    lapsed = make.certificate(make.product("Không đánh giá lại"), valid_until=DAY - timedelta(days=30))
    open_one = make.certificate(make.product("Đánh giá không đạt"))
    lines = read_items(REVOCATION, ended(lapsed.code, open_one.code))
    plan = try_out(pair.first, REVOCATION, lines).plan
    assert [(step.act, step.is_closing) for step in plan.steps] == [("record", False), ("revoke", True)]


def test_the_whole_confirmation_is_refused_when_one_line_fits_no_longer(pair: Pair, make) -> None:
    one, two = make.certificate(make.product("Một")), make.certificate(make.product("Hai"))
    decision = pair.enter(REVOCATION, *ended(one.code, two.code))
    revoke(pair.first, two.code, decision_number="9/QĐ", ground="stopped")
    with pytest.raises(DecisionOutdated) as refusal:
        confirm_decision(pair.second, decision.code, {"products": 2})
    assert [(fault["line"], fault["column"]) for fault in refusal.value.facts["errors"]] == [(2, "product_code")]
    db.session.expire_all()
    assert (one.revoked_on, decision.state) == (None, "entered")
    recognised = pair.enter(RECOGNITION, product_line("Ba"), product_line("Bốn"))
    product = make.product("Bốn", producer=make.producer("HTX Thử"))
    entry = enter(
        pair.first, product=product.code, decision_number=RECOGNITION.number, decided_on=RECOGNITION.decided_on,
        issuer_level="province", issuer=RECOGNITION.issuer, stars=3, valid_from=date(2026, 8, 5),
        valid_until=date(2029, 8, 5),
    )  # fmt: skip
    verify(pair.second, entry.code, stars=3, valid_until=date(2029, 8, 5))
    before = counts()
    with pytest.raises(DecisionOutdated):
        confirm_decision(pair.second, recognised.code)
    assert counts() == before


def test_a_suspension_over_many(pair: Pair, make) -> None:
    made = [make.certificate(make.product(f"Sản phẩm {n}")) for n in range(2)]
    facts = replace(REVOCATION, kind="suspension", ground="Kiểm tra nhãn", until_on=DAY + timedelta(days=10))
    pair.apply(facts, *ended(*(one.code for one in made)))
    ids = [one.product_id for one in made]
    assert governing(ids, DAY) == governing(ids, DAY + timedelta(days=10)) == {}
    assert set(governing(ids, DAY + timedelta(days=11))) == set(ids)


def test_each_deed_is_in_the_trail(pair: Pair, app: Flask) -> None:
    decision = pair.apply(RECOGNITION, product_line())
    query = select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.subject == f"decision:{decision.code}")
    assert [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))] == [
        ("decision.entered", pair.first.user_id), ("decision.confirmed", pair.second.user_id),
    ]  # fmt: skip
    assert today() == DAY
