"""Clock work and reactions: through the outbox, twice, and after a week of sleep."""

from datetime import timedelta

import pytest

from catalog.certificates.events import CertificateEnded, CertificateVerified
from catalog.consequences.service import listeners
from core.clock import day_start, today, travel
from core.db import transaction
from core.events import publish, registered
from core.schedule import jobs as all_jobs
from core.worker import run_pending
from shop.fairs import jobs
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from tests.shop.fairs.conftest import Ground
from tests.shop.fairs.test_coverage import breaches, certificate_of, revoke


def test_everything_is_registered() -> None:
    told = [*registered(), *listeners()]
    mine = {reaction for _event, _when, reaction in told if reaction.startswith("shop.fairs.")}
    assert {one.rsplit(".", 1)[1] for one in mine} >= {
        "product_ended",
        "product_renewed",
        "fee_came",
    }
    assert {one for one in all_jobs() if one.startswith("shop.fairs.")} == {
        "shop.fairs.booths.jobs.end_swaps", "shop.fairs.booths.jobs.remind_due", "shop.fairs.jobs.close_choices",
        "shop.fairs.jobs.expire_holds", "shop.fairs.jobs.look_at_bookings", "shop.fairs.jobs.turn_fairs",
    }  # fmt: skip


@pytest.mark.on("sqlite")
def test_an_end_told_twice_is_one_end(ground: Ground) -> None:
    product = ground.product()
    booking, _ = book(ground.fair.slug, "A01", Claim(ground.application(product).code), ground.organizer)
    record_payment(booking.code, "at_store", None, ground.organizer)
    certificate = certificate_of(product)
    revoke(certificate, today())
    for _ in range(2):
        with transaction():
            publish(CertificateEnded(certificate.id, product.id, today(), "revoked"))
    run_pending()
    assert ground.rows(booking) == []
    assert booking.refund_due_vnd == 3_000_000
    assert len(ground.everything(booking)) == 3


@pytest.mark.on("sqlite")
def test_a_renewal_told_by_the_outbox_restores(ground: Ground) -> None:
    product = ground.product(until=0)
    claim = Claim(ground.application(product).code, is_conditional=True)
    booking, _ = book(ground.fair.slug, "A01", claim, ground.organizer)
    renewed = ground.make.certificate(product, valid_from=ground.fair.opens_on + timedelta(1))
    with transaction():
        publish(CertificateVerified(renewed.id, product.id, renewed.valid_from))
    run_pending()
    assert ground.states(booking) == ["hold"] * 3


def test_a_machine_that_slept_catches_up(ground: Ground) -> None:
    """No lower bound: the deadline passed, the hold ran out and the fair ended while nobody looked."""
    waiting, _ = book(
        ground.fair.slug, "A01", Claim(ground.application(ground.product(until=0)).code, is_conditional=True),
        ground.organizer,
    )  # fmt: skip
    held, _ = book(ground.fair.slug, "A02", Claim(ground.make.application(ground.fair).code), ground.organizer)
    late = ground.fair.closes_on + timedelta(30)
    with travel(day_start(late)):
        rounds = [
            (jobs.expire_holds(day_start(late)), jobs.look_at_bookings(late), jobs.turn_fairs(late)) for _ in range(3)
        ]
        assert rounds == [(1, 1, 1), (1, 0, 0), (0, 0, 0)]  # the second: what was left of the other, unpaid too
        assert breaches() == []
    assert (held.state, ground.rows(held)) == ("released", [])
    assert (waiting.state, ground.rows(waiting)) == ("released", [])
