import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM, Grant, Scope
from core.accounts.models import OneTimeLink, UserGrant, UserSession
from core.accounts.queries import find_by_text, grants_of
from core.audit import AuditEntry, record
from core.clock import now, today
from core.db import transaction
from core.outbox import OutboxRow
from shop.inventory.models import StockLevel
from tests.admin.conftest import Staff
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DESK = "/quan-ly/"


def audit_rows(session: Session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_the_first_desk_shows_what_waits(staff: Staff, make) -> None:
    make.certificate(make.product("Trà sắp hết"), valid_until=today() + timedelta(days=20))
    make.certificate(verified=False)
    text = staff("certifier").get(DESK).text
    assert "chờ bạn đọc lại" in text
    assert "Trà sắp hết" in text


ROLES = ("admin", "auditor", "certifier", "reporter", "producer", "cashier", "store_manager", "fair_organizer")


def scopes(make) -> dict[str, tuple[str, str]]:
    """Where each role that has a place has it."""
    return {
        "reporter": ("area", make.area().code), "producer": ("producer", make.producer().code),
        "cashier": ("store", make.store("mot").code), "store_manager": ("store", make.store("hai").code),
        "fair_organizer": ("fair", make.fair().slug),
    }  # fmt: skip


def menu_of(someone: Browser) -> list[str]:
    """The addresses at the side of her desk."""
    page = someone.get(DESK)
    assert page.status_code == 200
    side = page.text.split('<div class="desk-side">')[1].split("</nav>")[0]
    return [part.split('"')[0] for part in side.split('href="')[1:]]


def test_every_role_has_a_desk_and_every_line_of_a_menu_opens(staff: Staff, make) -> None:
    places, opened = scopes(make), set[str]()
    for role in ROLES:
        someone = staff(role, places.get(role))
        urls = menu_of(someone)
        assert urls, role
        for url in set(urls) - opened:
            assert someone.get(url).status_code in (200, 303), (role, url)
        opened |= set(urls)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_line_of_its_menu_opens_for_each_role(staff: Staff, make, role: str) -> None:
    someone = staff(role, scopes(make).get(role))
    for url in menu_of(someone):
        assert someone.get(url).status_code in (200, 303), url


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("page", "line"), [("", "cua-hang"), ("/quay", "cac-quay"), ("/ca", "cac-quay"), ("/thu-hoi", "thu-hoi-hang")]
)
def test_a_page_of_a_store_is_at_its_own_line_of_the_menu(staff: Staff, make, page: str, line: str) -> None:
    store = make.store()
    text = staff("store_manager", ("store", store.code)).get(f"{DESK}cua-hang/{store.code}{page}").text
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', text)[:1] == [f"{DESK}{line}"]


def test_shoppers_and_strangers_have_none(staff: Staff, client: FlaskClient) -> None:
    assert staff().get(DESK).status_code == 403
    assert staff("shopper").get(DESK).status_code == 403
    assert client.get(DESK).location == "/dang-nhap?next=/quan-ly/"


def test_another_store_is_not_found(staff: Staff, make) -> None:
    mine, other = make.store(), make.store()
    cashier = staff("cashier", ("store", mine.code))
    for url in (
        f"/quan-ly/cua-hang/{other.code}",
        f"/quan-ly/cua-hang/{other.code}/nhap-hang",
        "/quan-ly/cua-hang/none",
    ):
        assert cashier.get(url).status_code == 404, url
    assert cashier.get(f"/quan-ly/cua-hang/{mine.code}/dieu-chinh").status_code == 403


def test_an_adjustment_by_the_manager(staff: Staff, make, session: Session) -> None:
    store = make.store()
    lot = make.lot(store=store, on_shelf=10)
    manager, url = staff("store_manager", ("store", store.code)), f"/quan-ly/cua-hang/{store.code}/dieu-chinh"
    done = manager.post(url, page=url, lot=lot.code, place="shelf", quantity="-2", reason="damage", note="vỡ")
    assert done.status_code == 303
    assert manager.post(url, page=url, lot=lot.code, place="shelf", quantity="2", reason="damage").status_code == 422
    assert manager.post(url, page=url, lot=lot.code, place="shelf", quantity="-99", reason="damage").status_code == 409
    session.expire_all()
    assert session.scalars(select(StockLevel.on_hand)).one() == 8


def test_a_manager_invites_a_cashier_but_no_admin(staff: Staff, make, session: Session) -> None:
    store = make.store()
    manager, url = staff("store_manager", ("store", store.code)), "/quan-ly/nguoi-dung/moi"
    shown = manager.get(url).text
    assert 'value="cashier"' in shown
    assert 'value="admin"' not in shown
    answer = manager.post(url, page=url, name="Cô Ba", contact="0912345678", role="cashier", code=store.code)
    assert answer.status_code == 201
    assert "<svg" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cô Ba" in manager.get("/quan-ly/nguoi-dung").text
    for role, code in (("admin", ""), ("store_manager", store.code), ("cashier", make.store().code)):
        assert manager.post(url, page=url, name="X", contact="x@y.test", role=role, code=code).status_code == 403
    link = session.scalars(select(OneTimeLink)).one()
    assert manager.post(f"/quan-ly/nguoi-dung/loi-moi/{link.id}/thu-hoi", page=url).status_code == 303
    session.expire_all()
    assert link.used_at is not None


def test_a_role_taken_back_counts_at_the_next_request(staff: Staff, make, session: Session) -> None:
    store = make.store()
    person = make.user("cashier", ("store", store.code))
    cashier = staff().become(person)
    assert cashier.get(f"/quan-ly/cua-hang/{store.code}").status_code == 200
    grant = session.scalars(select(UserGrant).where(UserGrant.user_id == person.id)).one()
    admin = staff("admin")
    done = admin.post(
        f"/quan-ly/nguoi-dung/{person.id}/vai-tro/{grant.id}/thu-hoi", page=f"/quan-ly/nguoi-dung/{person.id}"
    )
    assert done.status_code == 303
    assert cashier.get(f"/quan-ly/cua-hang/{store.code}").status_code == 403
    (entry,) = audit_rows(session, "grant.revoked")
    assert entry.data == {"role": "cashier", "scope": f"store:{store.code}"}


def test_admin_gives_roles_and_closes_accounts(staff: Staff, make, session: Session) -> None:
    store, person, admin = make.store(), make.user(), staff("admin")
    page = f"/quan-ly/nguoi-dung/{person.id}"
    assert admin.post(f"{page}/vai-tro", page=page, role="cashier", code=store.code).status_code == 303
    assert grants_of(person.id) == {Grant("cashier", Scope("store", store.code))}
    assert admin.post(f"{page}/vai-tro", page=page, role="cashier", code="nowhere").status_code == 422
    staff().become(person)
    version = person.version
    assert admin.post(f"{page}/tai-khoan", page=page, version=version, is_active="0").status_code == 303
    session.expire_all()
    assert all(one.revoked_at for one in session.scalars(select(UserSession).where(UserSession.user_id == person.id)))
    assert admin.post(f"{page}/tai-khoan", page=page, version=version, is_active="1").status_code == 412


def test_a_code_on_paper(staff: Staff, make) -> None:
    store = make.store()
    person = make.user("cashier", ("store", store.code))
    manager = staff("store_manager", ("store", store.code))
    answer = manager.post(f"/quan-ly/nguoi-dung/{person.id}/ma-qr", page="/quan-ly/nguoi-dung/moi")
    assert answer.status_code == 201
    path = answer.text.split('<code class="secret">')[1].split("</code>")[0].split("/vao/")[1]
    someone = staff()
    someone.client.delete_cookie("session")
    assert someone.post(f"/vao/{path}").status_code == 303
    assert someone.get(f"/quan-ly/cua-hang/{store.code}").status_code == 200
    boss = make.user("admin")
    assert manager.get(f"/quan-ly/nguoi-dung/{boss.id}").status_code == 404
    assert manager.post(f"/quan-ly/nguoi-dung/{boss.id}/ma-qr", page="/quan-ly/nguoi-dung/moi").status_code == 404


def test_the_trail_with_filters(staff: Staff, make, client: FlaskClient) -> None:
    with transaction():
        record("thing.made", "thing:one", SYSTEM, colour="đỏ")
        record("thing.ended", "thing:two", make.actor("admin"))
    auditor = staff("auditor")
    page = auditor.get("/quan-ly/nhat-ky?subject=thing:").text
    assert "thing.made" in page
    assert "đỏ" in page
    assert "thing.ended" not in auditor.get("/quan-ly/nhat-ky?subject=thing:one").text
    assert "thing.made" not in auditor.get("/quan-ly/nhat-ky?from=2199-01-01").text
    for ends in ("from=0001-01-01", "to=9999-12-31"):
        assert auditor.get(f"/quan-ly/nhat-ky?{ends}").status_code == 200
    assert staff("certifier").get("/quan-ly/nhat-ky").status_code == 403


def test_the_trail_over_rest(make, client: FlaskClient) -> None:
    by = make.actor("admin")
    with transaction():
        record("thing.made", "thing:one", SYSTEM, colour="đỏ")
        record("thing.ended", "thing:two", by)
    headers = make.headers("auditor")
    answer = client.get("/api/v1/audit?subject=thing:&per_page=1", headers=headers).json
    assert (answer["total"], answer["page"], answer["per_page"]) == (2, 1, 1)
    assert answer["items"][0]["action"] == "thing.ended"
    mine = client.get(f"/api/v1/audit?actor={by.user_id}&subject=thing:", headers=headers).json
    assert [item["subject"] for item in mine["items"]] == ["thing:two"]
    day = today().isoformat()
    assert client.get(f"/api/v1/audit?from={day}&to={day}&subject=thing:", headers=headers).json["total"] == 2
    assert client.get("/api/v1/audit?colour=red", headers=headers).status_code == 422
    assert client.get("/api/v1/audit?from=yesterday", headers=headers).status_code == 422
    assert client.get("/api/v1/audit").status_code == 401
    assert client.get("/api/v1/audit", headers=make.headers("certifier")).status_code == 403


def test_a_failed_reaction_is_seen_and_retried(staff: Staff, session: Session) -> None:
    with transaction() as write:
        at = now()
        row = OutboxRow(
            reaction="x.y:Z", payload={}, created_at=at, due_at=at + timedelta(hours=1), attempts=4, last_error="hỏng"
        )
        write.add(row)
    admin, url = staff("admin"), "/quan-ly/viec-nen"
    assert "hỏng" in admin.get(url).text
    assert staff("auditor").get(url).status_code == 200
    assert admin.post(f"{url}/{row.id}/thu-lai", page=url).status_code == 303
    session.expire_all()
    assert row.due_at <= now()
    assert admin.post(f"{url}/999999/thu-lai", page=url).status_code == 404


def test_who_invited_is_known_by_contact(staff: Staff, make) -> None:
    person = make.user("certifier", email="lan@demo.test")
    assert find_by_text("LAN@demo.test").id == person.id
    assert "lan@demo.test" in staff("admin").get("/quan-ly/nguoi-dung?q=lan@demo").text
    assert "lan@demo.test" not in staff("admin").get("/quan-ly/nguoi-dung?role=cashier").text
