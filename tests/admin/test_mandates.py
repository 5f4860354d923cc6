"""Acting for a producer, over HTTP: the producer gives, the store's manager acts, the clock or she ends it."""

import io
from datetime import date, time, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.documents.models import Document
from catalog.listings.models import Listing, Sku
from catalog.mandates.models import Mandate
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.accounts.tokens import create_token
from core.audit import AuditEntry
from core.clock import today
from tests.admin.conftest import Staff
from tests.catalog.photos import pictures
from tests.support.browser import Browser
from tests.support.client import FreshClient
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")
PAGE = "/quan-ly/uy-quyen"


class Case:
    """A producer with a product on sale, her browser, and a store's manager with one of her own."""

    def __init__(self, make: ModuleType, staff: Staff, session: Session, client: FlaskClient) -> None:
        self.listing: Listing = make.listing(name="Mật ong Cát Bà")
        self.product = session.get_one(Product, self.listing.product_id)
        self.owner = self.product.producer
        self.agent = make.user("store_manager", ("store", make.store().code), name="Quản lý Kiến Thụy")
        self.chair = staff("producer", ("producer", self.owner.code))
        self.manager = Browser(FreshClient(client.application)).become(self.agent)
        self.session = session

    def give(self, *parts: str, days: int = 30) -> Mandate:
        answer = self.chair.post(
            f"{PAGE}/moi", producer=self.owner.code, contact=self.agent.contact, parts=list(parts),
            from_on=str(today()), until_on=str(today() + timedelta(days=days)),
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        self.session.rollback()
        return self.session.scalars(select(Mandate).order_by(Mandate.id.desc())).first()  # type: ignore[return-value]

    def act(self, mandate: Mandate) -> None:
        assert self.manager.post(f"{PAGE}/{mandate.code}/thay-mat").location == f"{PAGE}/viec"


@pytest.fixture
def case(make: ModuleType, staff: Staff, session: Session, client: FlaskClient) -> Case:
    return Case(make, staff, session, client)


def test_she_gives_and_the_manager_acts_for_her(case: Case) -> None:
    photos = f"/quan-ly/anh/{case.product.code}"
    assert case.manager.get(photos).status_code == 403, "not without a mandate"
    mandate = case.give("photos")
    assert "Thay mặt" in case.manager.get(PAGE).text
    case.act(mandate)
    home = case.manager.get(f"{PAGE}/viec").text
    assert "Bạn đang thay mặt" in home
    assert f"đến {mandate.until_on:%d/%m/%Y}" in home
    sent = case.manager.post(photos, photo=(io.BytesIO(pictures.photo()), "a.jpg"))
    assert sent.status_code == 303
    entry = case.session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.added")).one()
    assert (entry.actor_id, entry.on_behalf_of) == (case.agent.id, case.owner.code)
    assert "Thêm ảnh" in case.chair.get(f"{PAGE}/{mandate.code}").text
    case.manager.post("/thoi-thay-mat")
    assert "Bạn đang thay mặt" not in case.manager.get("/quan-ly/").text
    assert case.manager.get(photos).status_code == 403


def test_no_more_than_was_given(case: Case, make: ModuleType) -> None:
    foreign = make.product()
    case.act(case.give("photos"))
    for path in (
        "/quan-ly/uy-quyen/moi", "/quan-ly/uy-quyen", "/quan-ly/nguoi-dung", "/quan-ly/giay-to", "/quan-ly/cua-hang",
        "/quan-ly/chung-nhan", "/quan-ly/san-xuat/1/anh",
    ):  # fmt: skip
        assert case.manager.get(path).status_code in (403, 404), path
    assert case.manager.get(f"/quan-ly/anh/{foreign.code}").status_code == 404, "another producer's"
    assert case.manager.get("/quan-ly/san-xuat").location == f"{PAGE}/viec", "what she sold is hers alone"
    sku = case.session.scalars(select(Sku).where(Sku.listing_id == case.listing.id)).one()
    assert case.manager.post(f"/quan-ly/san-xuat/gia/{sku.code}", price="1").status_code == 403


def test_prices_without_pages_and_pages_without_prices(case: Case, make: ModuleType, client: FlaskClient) -> None:
    sku = case.session.scalars(select(Sku).where(Sku.listing_id == case.listing.id)).one()
    secret, _row = create_token(case.agent, "test", SYSTEM)

    def patch(mandate: Mandate, **body: object) -> int:
        headers = {"Authorization": f"Bearer {secret}", "X-Acting-For": mandate.code, "If-Match": f'"{sku.version}"'}
        return client.patch(f"/api/v1/skus/{sku.code}", headers=headers, json=body).status_code

    pages = case.give("listings")
    assert patch(pages, price=1000) == 403
    assert patch(pages, net_grams=500) in (200, 202)
    case.chair.post(f"{PAGE}/{pages.code}/ket-thuc")
    assert patch(pages, label="Hũ nhỏ") == 403, "a program is told, not let through as itself"
    assert patch(case.give("prices"), label="Hũ vừa") == 403


def test_over_at_midnight(case: Case, clock: Clock) -> None:
    clock.on(date(2026, 11, 22), time(9))
    mandate = case.give("listings", "photos", days=0)
    case.act(mandate)
    photos = f"/quan-ly/anh/{case.product.code}"
    clock.on(date(2026, 11, 22), time(23, 59, 59))
    case.manager.become(case.agent)
    assert case.manager.get(photos).status_code == 200
    clock.forward(seconds=1)
    refused = case.manager.get(photos)
    assert refused.status_code == 403
    assert "Việc thay mặt đã kết thúc" in refused.text, "she is told why"


def test_ended_at_once(case: Case) -> None:
    mandate = case.give("photos")
    case.act(mandate)
    assert case.manager.get(f"/quan-ly/anh/{case.product.code}").status_code == 200
    case.chair.post(f"{PAGE}/{mandate.code}/ket-thuc", reason="Em tự làm được rồi")
    assert case.manager.get(f"/quan-ly/anh/{case.product.code}").status_code == 403
    assert "Em tự làm được rồi" in case.manager.get(f"{PAGE}/{mandate.code}").text
    assert case.manager.post(f"{PAGE}/{mandate.code}/thay-mat").location == f"{PAGE}/{mandate.code}"


def test_anothers_mandate_is_not_there(case: Case, staff: Staff, make: ModuleType) -> None:
    mandate, thief = case.give("photos"), staff("store_manager", ("store", make.store().code))
    assert thief.get(f"{PAGE}/{mandate.code}").status_code == 404
    assert thief.post(f"{PAGE}/{mandate.code}/thay-mat").status_code == 404
    assert thief.post(f"{PAGE}/{mandate.code}/ket-thuc").status_code == 404
    with thief.client.session_transaction() as kept:
        kept["acting"] = mandate.code
    assert thief.get(f"/quan-ly/anh/{case.product.code}").status_code == 403, "a code alone gives nothing"


def test_a_form_comes_back_with_what_was_typed(case: Case) -> None:
    answer = case.chair.post(f"{PAGE}/moi", producer=case.owner.code, contact="0912 345 678", parts=["photos"],
                             from_on=str(today()), until_on=str(today() + timedelta(days=400)))  # fmt: skip
    assert answer.status_code == 422
    assert 'value="0912 345 678"' in answer.text
    assert "không quá 12 tháng" in answer.text
    stranger = case.chair.post(f"{PAGE}/moi", producer="CT-ANOTHER", contact=case.agent.contact, parts=["photos"],
                               from_on=str(today()), until_on=str(today()))  # fmt: skip
    assert stranger.status_code == 404


def test_a_paper_is_kept_and_seen_twice(case: Case, staff: Staff, session: Session) -> None:
    first, second = staff("certifier"), staff("admin")
    fields = {"producer": case.owner.code, "contact": case.agent.contact, "parts": ["photos"],
              "from_on": str(today()), "until_on": str(today())}  # fmt: skip
    assert first.post(f"{PAGE}/giay", **fields).status_code == 422, "no paper, no mandate"
    bad = first.post(f"{PAGE}/giay", **fields, file=(io.BytesIO(pictures.SVG), "giay.jpg"))
    assert (bad.status_code, session.scalars(select(Document)).first()) == (422, None)
    wrong = {**fields, "contact": "nobody@example.test"}
    assert first.post(f"{PAGE}/giay", **wrong, file=(io.BytesIO(pictures.photo()), "giay.jpg")).status_code == 422
    assert session.scalars(select(Document)).first() is None, "a refusal keeps no paper either"
    made = first.post(f"{PAGE}/giay", **fields, file=(io.BytesIO(pictures.photo()), "giay.jpg"))
    assert made.status_code == 303
    assert case.manager.post(f"{made.location}/thay-mat").location == made.location, "it waits"
    first.post(f"{made.location}/xac-nhan")
    assert "Chưa có hiệu lực" in second.get(made.location).text
    assert case.chair.get(made.location).status_code == 200, "she sees it before it counts"
    second.post(f"{made.location}/xac-nhan")
    assert case.manager.post(f"{made.location}/thay-mat").location == f"{PAGE}/viec"
