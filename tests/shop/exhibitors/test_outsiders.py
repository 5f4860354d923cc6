"""Exhibitors from outside: entered by one certifier, verified by another, and only then an application."""

from datetime import timedelta
from types import ModuleType

import pytest

from catalog.certificates.models import Certificate
from catalog.certificates.refusals import SamePerson
from catalog.certificates.service import verify
from catalog.documents.rules import inspect
from core.accounts.actor import ANONYMOUS, Actor
from core.db import db
from core.errors import Forbidden, Invalid
from core.worker import run_pending
from shop.exhibitors import outsiders
from shop.exhibitors.outside_pages import own_key
from shop.exhibitors.outsiders import Paper, Papers
from shop.exhibitors.queries import entrants_of
from shop.exhibitors.refusals import LinkUnknown, OutsiderNotReady
from shop.fairs import queries
from shop.fairs.applying.applications import Way
from shop.fairs.rules import ApplicationState
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")


def papers(ground: Ground, pdf: bytes, *, until: int = 400, count: int = 1) -> Papers:
    """Papers of some products whose certificates end so many days after the opening."""
    decided = ground.fair.opens_on - timedelta(500)
    facts = {
        "name": "HTX Mường", "kind": "cooperative", "tax_code": None, "address": "Bản Thử", "contact_name": "Bà Thử",
        "phone": None, "email": "ba@example.test",
    }  # fmt: skip
    product = {
        "set_no": 4, "stars": 4, "decided_on": decided, "issuer_level": "province", "issuer": "UBND tỉnh Thử",
        "valid_from": decided, "valid_until": ground.fair.opens_on + timedelta(until),
    }  # fmt: skip
    scan = inspect(pdf)
    rows = [
        Paper({**product, "name": f"Cao {n}", "decision_number": f"{n}/QĐ"}, f"{n}.pdf", scan) for n in range(count)
    ]
    return Papers(facts, rows, wishes={"kind": "corner"})


def entered(ground: Ground, pdf: bytes, by: Actor, **more: int):
    one = outsiders.send(ground.fair, papers(ground, pdf, **more), Way("outside"), ANONYMOUS)
    scans = {key: inspect(data) for key, data in outsiders.scan_bytes(one).items()}
    return outsiders.enter(one.code, scans, by)


def certificates(one) -> list[Certificate]:
    ids = [row.certificate_id for row in one.products]
    return list(outsiders.certificates_by_id(ids).values())


def test_only_after_the_second_reading_there_is_an_application(ground: Ground, pdf: bytes, make: ModuleType) -> None:
    first, second = make.actor("certifier"), make.actor("certifier")
    one = entered(ground, pdf, first, count=2)
    assert one.state == "entered"
    assert queries.list_applications(ground.fair.id) == []
    a, b = certificates(one)
    with pytest.raises(SamePerson):
        verify(first, a.code, stars=4, valid_until=a.valid_until)
    verify(second, a.code, stars=4, valid_until=a.valid_until)
    run_pending()
    assert queries.list_applications(ground.fair.id) == []
    verify(second, b.code, stars=4, valid_until=b.valid_until)
    run_pending()
    db.session.expire_all()
    (application,) = queries.list_applications(ground.fair.id)
    assert (application.source, application.submitted_at, application.wishes) == (
        "outside", one.sent_at, {"kind": "corner"},
    )  # fmt: skip
    assert outsiders.get_outsider(one.code).state == "applied"
    assert outsiders.apply_verified(a.id) is None
    (entrant,) = entrants_of(ground.fair, one.sent_at, (ApplicationState.SUBMITTED,))
    assert (entrant.stars, entrant.kind, len(entrant.covered_days)) == (4, "corner", 3)


def test_what_cannot_apply_is_refused_with_its_reason(ground: Ground, pdf: bytes, make: ModuleType) -> None:
    one = entered(ground, pdf, make.actor("certifier"), until=0)
    (certificate,) = certificates(one)
    verify(make.actor("certifier"), certificate.code, stars=4, valid_until=certificate.valid_until)
    run_pending()
    db.session.expire_all()
    assert queries.list_applications(ground.fair.id) == []
    after = outsiders.get_outsider(one.code)
    assert after.state == "refused"
    assert "công nhận" in after.reason


def test_who_enters_and_what_is_over(ground: Ground, pdf: bytes, make: ModuleType) -> None:
    one = outsiders.send(ground.fair, papers(ground, pdf), Way("outside"), ANONYMOUS)
    for role, scope in (("fair_organizer", ("fair", ground.fair.slug)), ("admin", None)):
        with pytest.raises(Forbidden):
            outsiders.enter(one.code, {}, make.actor(role, scope))
    key = own_key(one)
    with pytest.raises(LinkUnknown):
        outsiders.withdraw(key[:-1] + ("0" if key[-1] != "0" else "1"), ANONYMOUS)
    assert outsiders.withdraw(key, ANONYMOUS).state == "withdrawn"
    assert outsiders.withdraw(key, ANONYMOUS).state == "withdrawn"
    with pytest.raises(OutsiderNotReady):
        outsiders.enter(one.code, {}, make.actor("certifier"))
    with pytest.raises(Invalid):
        outsiders.send(ground.fair, Papers({}, []), Way("outside"), ANONYMOUS)
