"""Cases G1 to G5: products that split or merge, producers that change, numbers that repeat, entries that were wrong."""

from datetime import timedelta

import pytest

from catalog.certificates.queries import governing
from catalog.certificates.refusals import DecisionTwice, NotCertified, SamePerson
from catalog.certificates.service import enter
from catalog.corrections.service import confirm_correction, propose_correction
from catalog.producers.service import edit_producer
from catalog.products.service import create_product
from catalog.stops.models import ProductStop
from catalog.stops.service import lift_stop
from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db
from shop.carts import service as carts
from shop.inventory.queries import available
from shop.inventory.service import Delivered, receive
from tests.cases.conftest import DAY, LAST, NEXT, World

pytestmark = pytest.mark.long("postgresql")  # the same walk; test_c and test_once go it on both each day

ONE = timedelta(days=1)


def test_g1_what_splits_off_inherits_no_star(world: World) -> None:
    """A new variant of the same maker is a candidate: no page, no cart, no delivery; the parent sells on."""
    child = create_product(SYSTEM, name="Mật ong thử vị gừng", producer=world.product.producer.code, set_no=3)
    sku = world.make.pack_of(world.make.listing(child))
    assert governing([child.id, world.product.id], DAY).keys() == {world.product.id}
    with pytest.raises(NotCertified):
        carts.set_line(carts.start_cart().token, sku.code, 1)
    with pytest.raises(NotCertified):
        receive(
            world.store, [Delivered(sku.code, "L-1", 5, None, None, is_consigned=True, unit_cost_vnd=50_000)], SYSTEM
        )
    assert world.order().state == "placed"


def test_g2_merged_products_keep_their_own_certificates_and_lots(world: World) -> None:
    """A lot is sold under the certificate of the product it is of, whatever became of another one's."""
    target = world.make.product("Mật ong thử chung", producer=world.product.producer)
    kept = world.make.certificate(target)
    sku = world.make.pack_of(world.make.listing(target))
    other = world.make.lot(sku, world.store, on_shelf=4)
    world.clock.on(NEXT)
    world.night()
    assert world.lot_state() == ("blocked", "certificate")
    free = available([world.sku.id, sku.id], now())
    assert free == {sku.id: {world.store.id: 4}}
    assert (other.certificate_id, world.lot.certificate_id) == (kept.id, world.certificate.id)


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"kind": "enterprise"}, True),
        ({"tax_code": "0100233488"}, False),  # filled in where none was known
        ({"name": "Hợp tác xã Thử Mới"}, True),  # without a tax code the name is all that tells who it is
        ({"phone": "+84912345678"}, False),
    ],
)
def test_g3_another_subject_is_blocked_until_confirmed(world: World, changes: dict[str, str], stops: bool) -> None:
    """The certificate belongs to the subject and the product: nothing is sold until a certifier has confirmed."""
    maker, order = world.product.producer, world.order()
    edit_producer(world.make.actor("admin"), maker.code, maker.version, changes)
    world.worker()
    status = world.get(f"/products/{world.product.slug}")
    if not stops:
        assert status == (200, "")
        return
    assert status == (410, "product.stopped")
    assert (world.state(order), world.lot_state()) == ("held", ("blocked", "certificate"))
    (stop,) = db.session.query(ProductStop).all()
    assert (stop.kind, stop.producer_id) == ("subject", maker.id)
    lift_stop(world.certifier, stop.code, reason="Giấy đăng ký mới, cùng chủ thể")
    world.worker()
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    assert world.lot_state() == ("ok", None)
    assert world.state(order) == "placed"  # what was only stopped goes on
    assert world.breaches() == []


def test_g3_renamed_under_the_same_tax_code_is_the_same_subject(world: World) -> None:
    maker, admin = world.product.producer, world.make.actor("admin")
    edit_producer(admin, maker.code, maker.version, {"tax_code": "0100233488"})
    edit_producer(admin, maker.code, maker.version, {"name": "Hợp tác xã Thử Đổi Tên"})
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    edit_producer(admin, maker.code, maker.version, {"tax_code": "0314409058"})
    assert world.get(f"/products/{world.product.slug}") == (410, "product.stopped")


def entered(world: World, **changes: object) -> str:
    said = {
        "product": world.product.code, "decision_number": "144/QĐ-UBND", "decided_on": DAY, "issuer_level": "province",
        "issuer": "UBND thành phố Hải Phòng", "stars": 4, "valid_from": DAY, "valid_until": DAY + timedelta(days=1000),
    }  # fmt: skip
    return enter(world.certifier, **(said | changes)).code  # type: ignore[arg-type]


def test_g4_a_number_is_known_by_its_authority_and_day(world: World) -> None:
    """The same number of another authority or another day is another decision; the same three are the same."""
    first = entered(world)
    with pytest.raises(DecisionTwice):
        entered(world)
    assert entered(world, issuer="UBND tỉnh Hải Dương (cũ)") != first
    later = {"decided_on": DAY - 400 * ONE, "valid_from": DAY - 400 * ONE, "valid_until": DAY + 600 * ONE}
    assert entered(world, **later) != first


def test_g5_a_wrong_entry_is_put_right_by_two_persons(world: World) -> None:
    """A new version with its reason; nothing changes before the second person; then everything follows, once."""
    decided = world.order()
    reason = "Quyết định ghi ngày cuối là 21/11/2026, đã nhập nhầm."
    wrong = propose_correction(
        world.certifier, world.certificate.code, reason=reason, changes={"valid_until": DAY - ONE}
    )
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    with pytest.raises(SamePerson):
        confirm_correction(world.certifier, wrong.code)
    confirm_correction(world.second, wrong.code)
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.lapsed")
    world.worker()
    assert (world.lot_state(), world.state(decided)) == (("blocked", "certificate"), "placed")
    occasions = {str(one["occasion"]).split(":")[0] for one in world.trail("consequence.done")}
    assert occasions <= {"correction", "lapse"}
    back = propose_correction(world.certifier, world.certificate.code, reason=reason, changes={"valid_until": LAST})
    confirm_correction(world.second, back.code)
    world.worker()
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    assert world.lot_state() == ("ok", None)
    assert world.breaches() == []
