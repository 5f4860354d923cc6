"""The registry's desk: out, tried, in, and confirmed by a second person with the same file."""

import io
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates.queries import governing
from catalog.products.models import Product
from catalog.registry.export import collect
from catalog.registry.files import write
from catalog.registry.models import RegistryImport
from core.clock import today
from tests.admin.conftest import Staff
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DESK = "/quan-ly/so-dang-ky"


def foreign(**changes: object) -> bytes:
    """A file of another house: one producer, one product, one certificate."""
    body = {
        "format": "ocop-registry", "version": 1,
        "producers": [{"code": "CT-XA", "name": "HTX Xa", "kind": "cooperative"}],
        "products": [{"code": "SP-XA", "name": "Trà xa", "producer": "CT-XA", "set": 12}],
        "certificates": [{
            "code": "CN-XA", "product": "SP-XA", "decision_number": "9/QĐ-UBND", "decided_on": "2026-08-05",
            "issuer_level": "province", "issuer": "UBND tỉnh Xa", "stars": 4, "valid_from": "2026-08-05",
            "valid_until": "2029-08-05", **changes,
        }],
    }  # fmt: skip
    return json.dumps(body).encode()


def send(who: Browser, data: bytes, **more: str) -> str:
    answer = who.post(DESK, page=DESK, file=(io.BytesIO(data), "so.json"), **more)
    return answer.location or answer.text


def test_a_file_is_tried_written_and_confirmed_by_another(staff: Staff, make, session: Session) -> None:
    first, second = staff("certifier"), staff("certifier")
    assert "Chứng nhận mới, chờ người thứ hai: 1" in send(first, foreign())
    assert session.scalars(select(Product)).all() == []
    page = send(first, foreign(), confirm="1")
    batch, product = session.scalars(select(RegistryImport)).one(), session.scalars(select(Product)).one()
    assert page == f"{DESK}/{batch.code}"
    assert governing([product.id], today()) == {}
    assert "Bạn là người nhập" in first.get(page).text
    seen = second.get(page).text
    assert "Trà xa" in seen
    assert batch.sha256 not in seen, "she must have it from the sender"
    url = f"{page}/xac-nhan"
    assert first.post(url, page=DESK, fingerprint=batch.sha256[:8]).status_code == 409
    assert second.post(url, page=page, fingerprint="00000000").status_code == 409
    assert second.post(url, page=page, fingerprint=batch.sha256[:7]).status_code == 422
    assert second.post(url, page=page, copy=(io.BytesIO(foreign(stars=3)), "khac.json")).status_code == 409
    assert governing([product.id], today()) == {}
    done = second.post(url, page=page, copy=(io.BytesIO(foreign()), "ban-cua-toi.json"))
    assert done.status_code == 303
    assert governing([product.id], today())[product.id].code == "CN-XA"
    assert second.post(url, page=DESK, fingerprint=batch.sha256).status_code == 409
    assert "Không có gì mới" in send(first, foreign())


def test_faults_are_shown_by_table_line_and_column(staff: Staff, session: Session) -> None:
    text = send(staff("certifier"), foreign(stars=5, product="SP-NONE"), confirm="1")
    assert "Chứng nhận, Dòng 1" in text
    assert "Không có sản phẩm mang mã này" in text
    assert session.scalars(select(RegistryImport)).all() == []


def test_a_file_is_taken_back(staff: Staff, session: Session) -> None:
    first = staff("certifier")
    page = send(first, foreign(), confirm="1")
    assert first.post(f"{page}/bo", page=page).status_code == 303
    assert session.scalars(select(RegistryImport.state)).one() == "rejected"
    assert send(first, foreign(), confirm="1").startswith(DESK), "it may come again"


def test_every_form_is_there_to_keep(staff: Staff, make) -> None:
    make.certificate(make.product("=Trà"))
    auditor = staff("auditor")
    assert "tai-ve/xlsx" in auditor.get(DESK).text
    for form in ("json", "csv", "xlsx"):
        answer = auditor.get(f"{DESK}/tai-ve/{form}")
        assert answer.data == write(collect(), form)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert auditor.get(f"{DESK}/tai-ve/exe").status_code == 404
    assert auditor.post(DESK, page="/quen-mat-khau").status_code == 403
    assert staff("producer", ("producer", make.producer().code)).get(DESK).status_code == 403
