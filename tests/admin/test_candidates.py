"""The desk of candidates, as reporters and certifiers use it."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.areas.models import AreaChange
from catalog.candidates.models import Candidate
from catalog.documents.models import Document
from catalog.products.models import Product
from core.accounts.models import UserGrant
from core.db import transaction
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DESK = "/quan-ly/de-xuat"
NEW = f"{DESK}/moi"
LIST = f"{DESK}/nhap-danh-sach"
HOUSEHOLD = "producing_household"
TYPED = {
    "name": "Rươi kho niêu", "set": "4", "producer_name": "Hộ bà Thơm", "producer_kind": HOUSEHOLD, "score_a": "30,5",
}  # fmt: skip
PASTED = """STT\tTên sản phẩm\tBộ\tTên chủ thể\tLoại chủ thể\tĐiểm A
1\tRươi\t4\tHộ bà Thơm\tHộ sản xuất\t30,5
2\tMắm cáy\t9\tHTX Cáy\tHTX\t
"""


def test_a_commune_proposes_and_sees_what_became_of_it(staff: Staff, make, session: Session) -> None:
    area = make.area("Xã Thử Một")
    reporter, certifier = staff("reporter", ("area", area.code)), staff("certifier")
    assert "Xã Thử Một" in reporter.get(DESK).text
    made = reporter.post(NEW, page=NEW, **TYPED)
    assert made.status_code == 303, made.text
    one = session.scalars(select(Candidate)).one()
    assert (one.name, one.area_id, one.score_a, one.producer_kind) == ("Rươi kho niêu", area.id, 3050, HOUSEHOLD)
    page = f"{DESK}/{one.code}"
    assert "Thành sản phẩm" not in reporter.get(page).text
    assert reporter.post(f"{page}/thanh-san-pham", page=f"{page}/sua").status_code == 403
    done = certifier.post(f"{page}/thanh-san-pham", page=page)
    assert done.status_code == 303
    product = session.scalars(select(Product)).one()
    seen = reporter.get(page).text
    assert product.code in seen
    assert "chỉ được bán khi có quyết định công nhận" in seen
    assert product.code in reporter.get(DESK).text


def test_the_form_comes_back_with_what_was_typed(staff: Staff, make, session: Session) -> None:
    reporter = staff("reporter", ("area", make.area().code))
    wrong = {"set": "27"}, {"producer_name": ""}, {"score_a": "41"}
    texts = "Phải từ 1 đến 26", "Cần mã chủ thể", "Nhiều nhất 40"
    for bad, said in zip(wrong, texts, strict=True):
        answer = reporter.post(NEW, page=NEW, **{**TYPED, **bad})
        assert answer.status_code == 422
        assert said in answer.text
        assert "Rươi kho niêu" in answer.text
    assert session.scalars(select(Candidate)).all() == []


def test_look_alikes_are_seen_before_one_press_makes_a_product(staff: Staff, make, session: Session) -> None:
    known = make.product("Rươi kho niêu")
    reporter, certifier = staff("reporter", ("area", make.area().code)), staff("certifier")
    reporter.post(NEW, page=NEW, **TYPED)
    one = session.scalars(select(Candidate)).one()
    page = f"{DESK}/{one.code}"
    assert certifier.post(f"{page}/thanh-san-pham", page=page).location == page
    text = certifier.get(page).text
    assert "gần giống" in text
    assert known.code in text
    assert len(session.scalars(select(Product)).all()) == 1
    assert certifier.post(f"{page}/gop", page=page, product=known.code).status_code == 303
    session.expire_all()
    assert (one.state, one.product_id) == ("merged", known.id)


def test_declined_with_a_reason_that_the_commune_reads(staff: Staff, make, session: Session) -> None:
    reporter, certifier = staff("reporter", ("area", make.area().code)), staff("certifier")
    reporter.post(NEW, page=NEW, **TYPED)
    one = session.scalars(select(Candidate)).one()
    page = f"{DESK}/{one.code}"
    assert certifier.post(f"{page}/tu-choi", page=page, reason="").status_code == 422
    assert certifier.post(f"{page}/tu-choi", page=page, reason="Chưa rõ <b>nguồn</b>").status_code == 303
    assert "Chưa rõ &lt;b&gt;nguồn&lt;/b&gt;" in reporter.get(page).text


def test_an_edit_meets_another_edit(staff: Staff, make, session: Session) -> None:
    reporter = staff("reporter", ("area", make.area().code))
    reporter.post(NEW, page=NEW, **TYPED)
    one = session.scalars(select(Candidate)).one()
    url = f"{DESK}/{one.code}/sua"
    assert 'value="30,5"' in reporter.get(url).text
    first = reporter.post(url, page=url, **{**TYPED, "name": "Rươi một"}, version="1")
    assert first.status_code == 303
    second = reporter.post(url, page=url, **{**TYPED, "name": "Rươi hai"}, version="1")
    assert second.status_code == 412
    assert "Rươi một" in second.text
    assert "Rươi hai" in second.text
    assert reporter.get(f"{DESK}/DX-NOBODY00").status_code == 404


def test_a_pasted_list_is_tried_then_sent_once(staff: Staff, make, session: Session) -> None:
    reporter = staff("reporter", ("area", make.area().code))
    tried = reporter.post(LIST, page=LIST, table=PASTED)
    assert "2 sản phẩm sẽ được đề xuất" in tried.text
    assert session.scalars(select(Candidate)).all() == []
    assert reporter.post(LIST, page=LIST, table=PASTED, confirm="1").status_code == 303
    found = session.scalars(select(Candidate).order_by(Candidate.id)).all()
    assert [(one.name, one.set_no, one.producer_kind, one.score_a) for one in found] == [
        ("Rươi", 4, HOUSEHOLD, 3050), ("Mắm cáy", 9, "cooperative", None),
    ]  # fmt: skip
    assert "đã gửi trước đây" in reporter.post(LIST, page=LIST, table=PASTED, confirm="1").text
    bad = PASTED.replace("\t4\t", "\t40\t").replace("Mắm cáy", "Rươi")
    answer = reporter.post(LIST, page=LIST, table=bad, confirm="1")
    assert answer.status_code == 422
    assert "Dòng 2" in answer.text
    assert len(session.scalars(select(Candidate)).all()) == 2


def test_an_ended_commune_is_given_anew_by_a_person(staff: Staff, make, session: Session, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    old, new = make.area("Xã Cũ"), make.area("Xã Mới")
    reporter, certifier = staff("reporter", ("area", old.code)), staff("certifier")
    with transaction():
        old.valid_until = date(2026, 11, 20)
        session.add(AreaChange(old_id=old.id, new_id=new.id, is_default=True))
    page = reporter.get(DESK).text
    assert "đã được sắp xếp lại" in page
    assert NEW not in page
    assert reporter.post(NEW, page="/quen-mat-khau", **TYPED).status_code == 409
    assert "Giao địa bàn này" in certifier.get(DESK).text
    grant = session.scalars(select(UserGrant).where(UserGrant.role == "reporter")).one()
    assert certifier.post(f"{DESK}/dia-ban", page=DESK, grant=str(grant.id), area=new.code).status_code == 303
    assert reporter.post(NEW, page=NEW, **TYPED).status_code == 303
    assert session.scalars(select(Candidate)).one().area_id == new.id


def test_a_picture_is_the_communes_and_never_the_publics(staff: Staff, make, session: Session) -> None:
    reporter, other = staff("reporter", ("area", make.area().code)), staff("reporter", ("area", make.area("Xã B").code))
    reporter.post(NEW, page=NEW, **TYPED)
    one = session.scalars(select(Candidate)).one()
    page, picture = f"{DESK}/{one.code}", io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    sent = {"subject": f"candidate:{one.code}", "kind": "other"}
    stolen = other.post("/quan-ly/tai-lieu", page=NEW, file=(io.BytesIO(picture.getvalue()), "x.png"), **sent)
    assert stolen.status_code == 303
    assert session.scalars(select(Document)).all() == []
    reporter.post("/quan-ly/tai-lieu", page=page, file=(io.BytesIO(picture.getvalue()), "ruoi.png"), **sent)
    paper = session.scalars(select(Document)).one()
    assert "ruoi.png" in staff("certifier").get(page).text
    url = f"/tai-lieu/{paper.code}"
    assert [who.get(url).status_code for who in (reporter, staff("certifier"), other, staff("shopper"), staff())] == [
        200, 200, 404, 404, 404,
    ]  # fmt: skip
