"""What is foreseen is what then happens, in a number of statements that does not grow."""

from datetime import timedelta

import pytest

from catalog.certificates import service as certificates
from catalog.consequences.port import Change, Effect, Happening, foresee, sentence
from core.clock import today
from core.db import db
from shop.orders.models import Order
from tests.cases.conftest import DAY, NEXT, World
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # the same walk; test_c and test_once go it on both each day

ONE = timedelta(days=1)


def told(happening: Happening, world: World, on=DAY) -> dict[tuple[str, str], Effect]:
    return {(one.object, one.act): one for one in foresee(Change(happening, (world.product.id,), on))}


def test_a_suspension_does_what_was_foreseen(world: World) -> None:
    world.order("vietqr")
    world.order("vietqr")
    world.order()
    world.cart()
    before = told(Happening.SUSPENSION, world)
    certificates.suspend(world.certifier, world.certificate.code, decision_number="1/QĐ", ground="Kiểm tra")
    world.worker()
    states = [one.state for one in db.session.query(Order)]
    assert states.count("cancelled_lapsed") == before["payment", "cancelled"].count == 2
    assert states.count("held") == before["order", "held"].count == 1
    lots = next(one for one in world.trail("consequence.done") if one["consequence"] == "lot")
    assert (lots["lots"], lots["units"]) == (before["lot", "blocked"].count, before["lot", "blocked"].units) == (1, 10)
    after = told(Happening.SUSPENSION, world)
    assert after.keys() & {("listing", "unlisted"), ("cart", "unpayable"), ("lot", "blocked")} == set()
    certificates.lift(world.certifier, world.certificate.code)
    world.worker()
    assert [one.state for one in db.session.query(Order)].count("placed") == 1
    certificates.suspend(world.certifier, world.certificate.code, decision_number="2/QĐ", ground="Kiểm tra")
    world.worker()
    back = told(Happening.RENEWAL, world)
    assert (back["lot", "freed"].units, back["cart", "payable"].count, back["listing", "relisted"].count) == (10, 1, 1)


def test_after_a_lapse_what_was_decided_ships(world: World) -> None:
    decided = world.order()
    effects = told(Happening.LAPSE, world, NEXT)
    assert (effects["order", "ships"].count, effects["order", "ships"].money_vnd) == (1, decided.total_vnd)
    assert ("order", "held") not in effects
    assert effects["listing", "unlisted"].count == 1


@pytest.mark.parametrize("happening", list(Happening))
def test_the_number_of_statements_does_not_grow(world: World, happening: Happening) -> None:
    def change(count: int) -> Change:
        made = [world.make.lot(world.make.sku(), world.store).product_id for _ in range(count)]
        return Change(happening, (world.product.id, *made), today() + ONE)

    one, many = change(0), change(12)
    assert counted(lambda: foresee(many)) == counted(lambda: foresee(one)) <= 17


def test_every_effect_has_its_sentence(world: World) -> None:
    world.order("vietqr")
    world.order()
    world.cart()
    with world.client.application.test_request_context():
        for happening in Happening:
            for effect in foresee(Change(happening, (world.product.id,), DAY)):
                assert "×" not in sentence(effect), effect
                assert sentence(effect).split()[0].isdecimal(), sentence(effect)
