"""The desk of decisions: tried, entered, counted by a second person, applied; and what comes back on sale."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from catalog.certificates.service import revoke
from catalog.decisions import uploads
from catalog.decisions.models import Decision, Upload
from catalog.listings.queries import list_open
from catalog.listings.service import edit_listing
from core.clock import now, today
from tests.admin.conftest import Staff
from tests.support.browser import Browser
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

NEW = "/quan-ly/quyet-dinh/moi"
LIST = "/quan-ly/quyet-dinh"
REOPEN = "/quan-ly/mo-ban-lai"


def recognition(**more: str) -> dict[str, str]:
    return {
        "kind": "recognition", "number": "3981/QĐ-UBND", "decided_on": "2026-08-05", "issuer_level": "province",
        "issuer": "UBND tỉnh Đồng Tháp", **more,
    }  # fmt: skip


def revocation(**more: str) -> dict[str, str]:
    changed = {"kind": "revocation", "number": "77/QĐ-UBND", "ground": "criteria", "effective_on": today().isoformat()}
    return recognition(**(changed | {"decided_on": today().isoformat()} | more))


TABLE = (
    "Tên sản phẩm\tChủ thể\tBộ\tSao\tTừ ngày\tĐến ngày\n"
    "Khô cá lóc\tHTX Thử\t8\t3\t05/08/2026\t05/08/2029\n"
    "Khô cá sặc\tHTX Thử\t8\t4\t05/08/2026\t05/08/2029\n"
)


@pytest.fixture(autouse=True)
def _on_the_day(clock: Clock) -> None:
    clock.on(date(2026, 11, 22))


def key_of(page: str) -> str:
    return page.split('name="key" value="')[1].split('"')[0]


def enter(browser: Browser, **data: str) -> str:
    """Try a decision, write it down; answers the address of its page."""
    trial = browser.post(NEW, page=NEW, **data)
    assert trial.status_code == 200, trial.text
    data.pop("table", None)
    done = browser.post(NEW, page=NEW, **data, key=key_of(trial.text), enter="1")
    assert done.status_code == 303
    return done.location


def test_paste_try_enter_count_and_apply(staff: Staff, session: Session) -> None:
    first, second = staff("certifier"), staff("certifier")
    trial = first.post(NEW, page=NEW, **recognition(table=TABLE))
    assert trial.status_code == 200
    assert "sản phẩm mới" in trial.text
    assert session.scalars(select(Decision)).all() == []
    page = enter(first, **recognition(table=TABLE))
    assert "chờ người thứ hai" in first.get(page).text
    assert session.scalars(select(Certificate)).all() == []

    # The second person sees no line and no figure before counting.
    blind = second.get(page).text + second.get(f"{page}/xac-nhan").text + second.get(LIST).text
    assert "Khô cá" not in blind
    assert "2 sản phẩm" not in blind
    own = first.post(f"{page}/xac-nhan", page=page, products="2")
    assert own.status_code == 409
    wrong = second.post(f"{page}/xac-nhan", page=page, products="3", stars4="1")
    assert (wrong.status_code, "Khác với bản đã nhập" in wrong.text, "Khô cá" in wrong.text) == (409, True, False)
    seen = second.post(f"{page}/xac-nhan", page=page, products="2", stars4="1")
    assert (seen.status_code, "Khô cá lóc" in seen.text) == (200, True)
    mistyped = second.post(f"{page}/xac-nhan", page=page, products="2", confirm="39/QĐ")
    assert mistyped.status_code == 422
    assert session.scalars(select(Certificate)).all() == []
    done = second.post(f"{page}/xac-nhan", page=page, products="2", stars4="1", confirm="3981/qđ-ubnd")
    assert done.status_code == 303
    made = session.scalars(select(Certificate)).all()
    assert set(governing([one.product_id for one in made], today())) == {one.product_id for one in made}
    result = second.get(page).text
    assert all(one.code in result for one in made)
    assert second.get(f"{page}/xac-nhan").status_code == 200


def test_faults_are_told_by_line_and_column_and_keep_what_was_pasted(staff: Staff, session: Session) -> None:
    answer = staff("certifier").post(NEW, page=NEW, **recognition(table=TABLE.replace("\t4\t", "\t7\t")))
    assert answer.status_code == 422
    assert '<th scope="row">Dòng 3</th>' in answer.text
    assert "stars" in answer.text
    assert "Khô cá sặc" in answer.text
    for bad in ({"number": ""}, {"decided_on": "2026-13-01"}, {"kind": "gift"}, {"effective_on": "2026-11-22"}):
        assert staff("certifier").post(NEW, page=NEW, **recognition(table=TABLE, **bad)).status_code == 422, bad
    assert staff("certifier").post(NEW, page=NEW, **recognition()).status_code == 422
    assert session.scalars(select(Decision)).all() == []


def test_a_file_waits_in_the_database_for_its_sender_only(staff: Staff, session: Session) -> None:
    first, other = staff("certifier"), staff("certifier")
    trial = first.post(NEW, page=NEW, **recognition(), file=(io.BytesIO(TABLE.encode()), "qd.csv"))
    key = key_of(trial.text)
    assert session.scalars(select(Upload.sha256)).all() == [key]
    assert other.post(NEW, page=NEW, **recognition(), key=key, file_name="qd.csv", enter="1").status_code == 422
    again = first.post(NEW, page=NEW, **recognition(), key=key, file_name="qd.csv", edit="1")
    assert "qd.csv" in again.text
    done = [first.post(NEW, page=NEW, **recognition(), key=key, file_name="qd.csv", enter="1") for _press in range(2)]
    assert [one.status_code for one in done] == [303, 303]
    assert done[0].location == done[1].location, "pressed twice is entered once"


def test_files_that_nobody_took_up_are_forgotten(staff: Staff, make, clock: Clock, session: Session) -> None:
    by = make.actor("certifier")
    key = uploads.keep(by, b"x")
    assert uploads.keep(by, b"x") == key
    assert uploads.tidy_uploads(now()) == 0
    assert uploads.tidy_uploads(now() + timedelta(days=1, seconds=1)) == 1
    assert uploads.find(by, key) is None
    assert uploads.find(by, "../ocop.db") is None


def test_a_revocation_shows_what_closes(staff: Staff, make, session: Session) -> None:
    listing = make.listing(name="Mật ong thử")
    make.lot(make.pack_of(listing), on_shelf=5)
    one = session.scalars(select(Certificate)).one()
    first, second = staff("certifier"), staff("certifier")
    trial = first.post(NEW, page=NEW, **revocation(table=one.code)).text
    assert "thu hồi, ngừng bán" in trial
    assert "đơn vị hàng bị khóa" in trial
    page = enter(first, **revocation(table=one.code))
    seen = second.post(f"{page}/xac-nhan", page=page, products="1").text
    assert "đơn vị hàng bị khóa" in seen
    assert second.post(f"{page}/xac-nhan", page=page, products="1", confirm="77/QĐ-UBND").status_code == 303
    assert governing([one.product_id], today()) == {}
    assert one.code in second.get(page).text


def test_the_same_again_is_told(staff: Staff) -> None:
    first = staff("certifier")
    page = enter(first, **recognition(table=TABLE))
    assert page in first.post(NEW, page=NEW, **recognition(table=TABLE)).text
    assert first.post(f"{page}/bo", page=page).status_code == 303
    assert "Xem quyết định đã nhập" not in first.post(NEW, page=NEW, **recognition(table=TABLE)).text


def test_recognised_again_waits_for_one_press(staff: Staff, make, session: Session) -> None:
    listing = make.listing(name="Mật ong thử")
    edit_listing(make.actor("admin"), listing.id, listing.version, {"summary": "Quà quê."})
    old = session.scalars(select(Certificate)).one()
    revoke(make.actor("certifier"), old.code, decision_number="9/QĐ", ground="criteria")
    first, second = staff("certifier"), staff("certifier")
    assert "Không có sản phẩm nào" in first.get(REOPEN).text
    line = f"{old.product.code}\tMật ong thử\t{old.product.producer.name}\t3\t3\t05/08/2026\t05/08/2029"
    table = f"Mã sản phẩm\tTên sản phẩm\tChủ thể\tBộ\tSao\tTừ ngày\tĐến ngày\n{line}\n"
    trial = first.post(NEW, page=NEW, **recognition(table=table)).text
    assert "được công nhận lại sau thu hồi" in trial
    page = enter(first, **recognition(table=table))
    second.post(f"{page}/xac-nhan", page=page, products="1", confirm="3981/QĐ-UBND")
    assert list_open(today()) == []
    assert "chờ mở bán" in second.get(page).text
    assert "Mật ong thử" in second.get(REOPEN).text
    none = second.post(REOPEN, page=page, decision=page.rsplit("/", 1)[1])
    assert list_open(today()) == []
    done = second.post(REOPEN, page=page, listing=str(listing.id), decision=page.rsplit("/", 1)[1])
    assert none.status_code == done.status_code == 303
    assert [row.listing_id for row in list_open(today())] == [listing.id]


@pytest.mark.parametrize("role", ["auditor", "admin", "cashier", "producer", None])
def test_who_may(staff: Staff, make, role: str | None) -> None:
    page = enter(staff("certifier"), **recognition(table=TABLE))
    scopes = {"cashier": ("store", make.store().code), "producer": ("producer", make.producer().code)}
    someone = staff(role, scopes.get(role or ""))
    reads = 200 if role in ("auditor", "admin") else 403
    assert someone.get(LIST).status_code == someone.get(page).status_code == reads
    assert someone.get(NEW).status_code == someone.get(f"{page}/xac-nhan").status_code == 403
    assert someone.get(REOPEN).status_code == (200 if role == "admin" else 403)
