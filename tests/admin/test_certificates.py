import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate, CertificateImport
from catalog.certificates.queries import governing
from core.clock import today
from tests.admin.conftest import Staff
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

NEW = "/quan-ly/chung-nhan/moi"
IMPORT = "/quan-ly/chung-nhan/nhap-tep"


def entry(product: str, **changes: str) -> dict[str, str]:
    begins = today() - timedelta(days=10)
    return {
        "product": product, "decision_number": "3981/QĐ-UBND", "decided_on": begins.isoformat(),
        "issuer_level": "province", "issuer": "UBND thành phố Hải Phòng", "stars": "4",
        "valid_from": begins.isoformat(), "valid_until": (begins + timedelta(days=1000)).isoformat(), "score": "78,5",
        **changes,
    }  # fmt: skip


def test_two_persons_make_a_certificate(staff: Staff, make, session: Session) -> None:
    product = make.product("Trà hoa cúc")
    first, second = staff("certifier"), staff("certifier")
    made = first.post(NEW, page=NEW, **entry(product.code))
    assert made.status_code == 303
    one = session.scalars(select(Certificate)).one()
    page = f"/quan-ly/chung-nhan/{one.code}"
    assert (one.stars, one.score_hundredths, one.verified_at) == (4, 7850, None)
    assert governing([product.id], today()) == {}

    own = first.post(f"{page}/xac-nhan", page=page, stars="4", valid_until=one.valid_until.isoformat())
    assert own.status_code == 409
    assert "Bạn là người nhập" in own.text

    blind = second.get(f"{page}/xac-nhan").text + second.get(page).text + second.get("/quan-ly/chung-nhan").text
    assert f"{one.valid_until:%d/%m/%Y}" not in blind
    assert one.valid_until.isoformat() not in blind
    assert "78.50" not in blind

    differs = second.post(f"{page}/xac-nhan", page=page, stars="5", valid_until=one.valid_until.isoformat())
    assert differs.status_code == 409
    assert governing([product.id], today()) == {}
    right = second.post(f"{page}/xac-nhan", page=page, stars="4", valid_until=one.valid_until.isoformat())
    assert right.status_code == 303
    assert governing([product.id], today())[product.id].certificate_id == one.id


def test_the_form_comes_back_with_what_was_typed(staff: Staff, make, session: Session) -> None:
    certifier = staff("certifier")
    answer = certifier.post(NEW, page=NEW, **entry("SP-NOTHERE", issuer="<b>UBND</b>"))
    assert answer.status_code == 422
    assert "&lt;b&gt;UBND&lt;/b&gt;" in answer.text
    assert "Không có sản phẩm mang mã này." in answer.text
    for bad in (
        {"stars": "2"},
        {"stars": "4.5"},
        {"valid_until": "2026-13-01"},
        {"valid_from": ""},
        {"score": "1e400"},
    ):
        answer = certifier.post(NEW, page=NEW, **entry(make.product().code, **bad))
        assert answer.status_code == 422, bad
    assert session.scalars(select(Certificate)).all() == []


@pytest.mark.parametrize(("count", "last"), [("same_day", "2029-02-28"), ("day_before", "2029-02-27")])
def test_the_form_proposes_36_months_by_either_count(count: str, last: str, staff: Staff) -> None:
    answer = staff("certifier").post(NEW, page=NEW, decided_on="2026-02-28", propose=count, issuer="UBND")
    assert answer.status_code == 200
    assert f'value="{last}"' in answer.text
    assert 'value="UBND"' in answer.text


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-08-05", ["QĐ 26/2026/QĐ-TTg", "Điều 4.1.a", "Điều 4.1.b", "40, 25, 35", "05/08/2029", "04/08/2029"]),
        ("2026-06-05", ["QĐ 26/2026/QĐ-TTg", "QĐ 1489/QĐ-TTg", "hoặc, với hồ sơ nộp trước"]),
        ("05/06/2024", ["QĐ 148/QĐ-TTg", "Cấp huyện", "khoản 1.b"]),
        ("2020-06-05", ["QĐ 1048/QĐ-TTg", "35, 25, 40"]),
        ("2018-06-05", ["chưa có bộ tiêu chí"]),
        ("", ["Điền ngày quyết định"]),
        ("x", ["Điền ngày quyết định"]),
    ],
)
def test_the_law_of_a_day_is_shown_beside_the_form(day: str, told: list[str], staff: Staff) -> None:
    answer = staff("certifier").get(f"/quan-ly/chung-nhan/luat?decided_on={day}")
    assert answer.status_code == 200
    assert [words for words in told if words not in answer.text] == []
    assert "<html" not in answer.text


def test_an_exception_is_explained_then_accepted_with_a_tick(staff: Staff, make, session: Session) -> None:
    product, certifier, verifier = make.product(), staff("certifier"), staff("certifier")
    wrong = entry(product.code, stars="3", decided_on="2024-05-06", valid_from="2024-05-06", valid_until="2027-05-06")
    assert "exception_reason" not in certifier.get(NEW).text
    refused = certifier.post(NEW, page=NEW, **wrong)
    assert refused.status_code == 422
    assert 'name="exception_reason"' in refused.text
    assert "QĐ 148/QĐ-TTg, Phụ lục II, khoản 1.b" in refused.text
    short = certifier.post(NEW, page=NEW, **wrong, exception_reason="vì thế")
    assert (short.status_code, "Lý do phải có ít nhất 20 ký tự" in short.text) == (422, True)
    impossible = certifier.post(NEW, page=NEW, **{**wrong, "valid_until": "2024-01-01"})
    assert 'name="exception_reason"' not in impossible.text, "nothing excuses it"
    reason = "Tỉnh đánh giá hồ sơ 4 sao, kết quả 3 sao."
    assert certifier.post(NEW, page=NEW, **wrong, exception_reason=reason).status_code == 303
    one = session.scalars(select(Certificate)).one()
    page = f"/quan-ly/chung-nhan/{one.code}/xac-nhan"
    assert reason not in verifier.get(page).text
    reading = {"stars": "3", "valid_until": "2027-05-06"}
    assert "Hai lần đọc khác nhau" in verifier.post(page, page=page, **{**reading, "stars": "4"}).text
    asked = verifier.post(page, page=page, **reading)
    assert asked.status_code == 409
    assert "Hai lần đọc khác nhau" not in asked.text, "this reading agrees"
    assert "Trả lại người nhập" in asked.text
    assert reason in asked.text
    assert 'name="accept_exception"' in asked.text
    assert verifier.post(page, page=page, **reading, accept_exception="true").status_code == 303
    session.expire_all()
    assert one.is_exception_accepted
    assert reason in verifier.get(f"/quan-ly/chung-nhan/{one.code}").text


def test_a_revocation_names_what_closes_and_wants_the_code(staff: Staff, make, session: Session) -> None:
    listing = make.listing(name="Mật ong thử")
    make.lot(make.pack_of(listing), on_shelf=5)
    one = session.scalars(select(Certificate)).one()
    certifier, page = staff("certifier"), f"/quan-ly/chung-nhan/{one.code}/thu-hoi"
    shown = certifier.get(page).text
    assert "sản phẩm ngừng bán" in shown
    assert "1 lô ở 1 cửa hàng" in shown
    data = {"decision_number": "9/QĐ", "ground": "criteria"}
    looked = certifier.post(page, page=page, look="1", effective_on="2026-01-15", **data)
    assert (looked.status_code, "2026-01-15" in looked.text, "sản phẩm ngừng bán" in looked.text) == (200, True, True)
    assert certifier.post(page, page=page, **data).status_code == 422
    assert governing([one.product_id], today())
    assert certifier.post(page, page=page, confirm=one.code.lower(), **data).status_code == 303
    assert governing([one.product_id], today()) == {}
    session.expire_all()
    assert (one.revocation_number, one.revoked_on) == ("9/QĐ", today())


def test_suspend_and_lift(staff: Staff, make, session: Session) -> None:
    one = make.certificate()
    certifier, page = staff("certifier"), f"/quan-ly/chung-nhan/{one.code}"
    answer = certifier.post(f"{page}/tam-dung", page=page, decision_number="9", ground="Kiểm tra", confirm=one.code)
    assert answer.status_code == 303
    assert governing([one.product_id], today()) == {}
    assert certifier.post(f"{page}/bo-tam-dung", page=page).status_code == 303
    assert governing([one.product_id], today())


@pytest.mark.parametrize("role", ["auditor", "admin", "cashier", "producer", None])
def test_only_certifiers_enter_and_end(staff: Staff, make, role: str | None) -> None:
    scopes = {"cashier": ("store", make.store().code), "producer": ("producer", make.producer().code)}
    someone = staff(role, scopes.get(role or ""))
    code = make.certificate().code
    for url in (NEW, IMPORT, f"/quan-ly/chung-nhan/{code}/thu-hoi", f"/quan-ly/chung-nhan/{code}/xac-nhan"):
        assert someone.get(url).status_code == 403, url
    assert someone.get("/quan-ly/chung-nhan").status_code == (200 if role in ("auditor", "admin") else 403)


@pytest.mark.parametrize("state", ["", "waiting", "open", "ending", "lapsed", "suspended", "revoked", "nonsense"])
def test_filters(staff: Staff, make, state: str) -> None:
    make.certificate(make.product("Còn hạn lâu"))
    make.certificate(make.product("Gần cạn"), valid_until=today() + timedelta(days=20))
    make.certificate(make.product("Cam đã cũ"), valid_until=today() - timedelta(days=1))
    make.certificate(make.product("Chờ đọc"), verified=False)
    text = staff("auditor").get(f"/quan-ly/chung-nhan?state={state}").text
    shown = {name for name in ("Còn hạn lâu", "Gần cạn", "Cam đã cũ", "Chờ đọc") if name in text}
    every = {"Còn hạn lâu", "Gần cạn", "Cam đã cũ", "Chờ đọc"}
    assert shown == {
        "waiting": {"Chờ đọc"}, "open": {"Còn hạn lâu", "Gần cạn"}, "ending": {"Gần cạn"}, "lapsed": {"Cam đã cũ"},
        "suspended": set(), "revoked": set(),
    }.get(state, every)  # fmt: skip


def test_search_folds(staff: Staff, make) -> None:
    make.certificate(make.product("Nước mắm Cát Hải"))
    make.certificate(make.product("Trà cúc"))
    text = staff("auditor").get("/quan-ly/chung-nhan?q=nuoc+mam").text
    assert "Nước mắm Cát Hải" in text
    assert "Trà cúc" not in text


GOOD = (
    "product_code,product_name,producer_name,producer_tax_code,set,stars,score,valid_from,valid_until\n"
    ",Chè xanh,HTX Chè,,1,4,78.5,2026-01-10,2029-01-09\n"
    ",Cam Canh,HTX Cam,,1,3,,2026-01-10,2029-01-09\n"
)
DECISION = {
    "decision_number": "77/QĐ-UBND", "decided_on": "2026-01-10", "issuer_level": "province",
    "issuer": "UBND TP Hải Phòng",
}  # fmt: skip


def send(browser: Browser, text: str, **more: str):
    data = {**DECISION, **more, "file": (io.BytesIO(text.encode()), "qd77.csv")}
    return browser.post(IMPORT, page=IMPORT, **data)


def test_import_tries_first_and_writes_when_confirmed(staff: Staff, session: Session) -> None:
    certifier = staff("certifier")
    trial = send(certifier, GOOD)
    assert trial.status_code == 200
    assert "2 chứng nhận sẽ được nhập" in trial.text
    assert session.scalars(select(CertificateImport)).all() == []
    key = trial.text.split('name="key" value="')[1].split('"')[0]
    done = certifier.post(IMPORT, page=IMPORT, **DECISION, key=key, file_name="qd77.csv", confirm="1")
    assert done.status_code == 303
    rows = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [(row.product.name, row.stars, row.verified_at) for row in rows] == [
        ("Chè xanh", 4, None),
        ("Cam Canh", 3, None),
    ]
    again = send(certifier, GOOD, confirm="1")
    assert "đã nhập trước đây" in again.text


def test_one_bad_line_writes_nothing_and_is_named(staff: Staff, session: Session) -> None:
    bad = GOOD + ",Bưởi,HTX Bưởi,,1,7,,2026-01-10,2029-01-09\n"
    answer = send(staff("certifier"), bad, confirm="1")
    assert answer.status_code == 422
    assert '<th scope="row">Dòng 4</th>' in answer.text
    assert "stars" in answer.text
    assert session.scalars(select(Certificate)).all() == []


def test_a_key_is_no_path(staff: Staff) -> None:
    for key in ("../ocop.db", "..", "/etc/passwd", "0" * 64):
        answer = staff("certifier").post(IMPORT, page=IMPORT, **DECISION, key=key, confirm="1")
        assert answer.status_code == 422
