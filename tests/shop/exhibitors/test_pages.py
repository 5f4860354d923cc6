"""The pages: producers, people with links, organizers, delegations, reviewers, certifiers. Foreign things are 404."""

import io
import json
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.accounts.actor import Actor
from core.accounts.models import UserGrant
from core.audit import AuditEntry
from core.db import db
from shop.exhibitors import delegations, invitations, outsiders
from shop.exhibitors.delegations import NewDelegation
from shop.fairs import queries
from shop.fairs.plans.plan import BoothPlan, Plan, document_of
from shop.fairs.plans.planning import present_plan
from tests.shop.exhibitors.conftest import People
from tests.shop.fairs.conftest import Ground
from tests.support.browser import Browser

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def organizer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


@pytest.fixture
def producer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("producer", ("producer", ground.producer.code)))


def test_a_producer_applies_edits_shares_and_withdraws(ground: Ground, people: People, producer: Browser) -> None:
    product, other = ground.product(), ground.product()
    neighbour = ground.make.producer()
    ground.make.user("producer", ("producer", neighbour.code))
    form = f"/hoi-cho/{ground.fair.slug}/dang-ky"
    wrong = producer.post(form, page=form, products=[product.slug], near="Không ai tên thế")
    assert wrong.status_code == 422
    assert "Không ai tên thế" in wrong.text
    assert producer.post(form, page=form, products=[product.slug], near=neighbour.code, booths="2").status_code == 303
    application = queries.find_live_application(ground.fair.id, ground.producer.id)
    assert application is not None
    assert application.wishes == {"near": [neighbour.code], "booths": 2}
    assert application.code in producer.get("/hoi-cho-cua-toi").text
    one = f"/hoi-cho-cua-toi/{application.code}"
    edit = f"{one}/sua"
    page = producer.get(edit).text
    assert neighbour.name in page
    done = producer.post(edit, page=edit, products=[product.slug, other.slug], version="1", note="Cần ổ cắm")
    assert done.status_code == 303
    stale = producer.post(edit, page=edit, products=[product.slug], version="1", note="Cũ rồi")
    assert stale.status_code == 412
    assert "Cũ rồi" in stale.text
    unknown = producer.post(f"{one}/ghep-gian", page=one, household="Không có hộ này")
    assert unknown.status_code == 422
    assert producer.post(f"{one}/ghep-gian", page=one, household=neighbour.code).status_code == 303
    assert neighbour.name in producer.get(one).text
    assert producer.post(f"{one}/thoi-ghep", page=one).status_code == 303
    assert producer.post(f"{one}/rut", page=one).status_code == 303
    assert "Đã rút" in producer.get(one).text


@pytest.mark.parametrize("page", ["/hoi-cho-cua-toi", "/gian-hang-cua-toi", "/hoi-cho"])
def test_ones_own_fairs_are_marked_under_fairs_in_the_bar_of_a_phone(producer: Browser, page: str) -> None:
    """And nothing else is; the front page is the control."""
    bar = re.compile(r'class="phone-bar".*?</nav>', re.S)

    def marked(url: str) -> list[str]:
        found = bar.search(producer.get(url).text)
        assert found
        return re.findall(r'href="([^"]+)" aria-current="page"', found[0])

    assert marked(page) == ["/hoi-cho"]
    assert marked("/") == []


def test_another_producers_application_does_not_exist(ground: Ground, people: People, producer: Browser) -> None:
    theirs = people.applied()
    page = "/hoi-cho-cua-toi"
    for path in ("", "/sua", "/tra-loi"):
        answer = producer.get(f"/hoi-cho-cua-toi/{theirs.code}{path}")
        assert answer.status_code == 404
    for path in ("/rut", "/ghep-gian", "/thoi-ghep"):
        answer = producer.post(f"/hoi-cho-cua-toi/{theirs.code}{path}", page=page, household=ground.producer.code)
        assert answer.status_code == 404
    assert queries.get_application(theirs.code).state == "submitted"


def test_an_invitation_is_a_page_that_changes_nothing_until_sent(
    ground: Ground, people: People, client: FlaskClient, producer: Browser
) -> None:
    product, key = ground.product(), people.key()
    page = f"/hoi-cho/moi/{key}"
    answer = producer.get(page)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert product.slug in answer.text
    assert invitations.find_by_key(key).uses == 0
    assert producer.post(page, page=page, products=[product.slug]).status_code == 303
    assert invitations.find_by_key(key).uses == 1
    client.delete_cookie("sid")
    assert "đã dùng hết" in client.get(page).text
    assert client.get(f"/hoi-cho/moi/{key}x").status_code == 404


def test_papers_from_outside_come_by_an_invitation(
    ground: Ground, people: People, client: FlaskClient, pdf: bytes
) -> None:
    key = people.key(uses=3)
    page = f"/hoi-cho/moi/{key}/giay-to"
    visitor = Browser(client)
    assert "name-1" in visitor.get(page).text
    assert "name-2" in visitor.post(page, page=page, act="more", count="1", name="HTX Mường").text
    typed = papers(ground)
    missing = visitor.post(page, page=page, **typed)
    assert missing.status_code == 422
    assert "HTX Mường" in missing.text
    sent = visitor.post(page, page=page, **typed, **{"scan-1": (io.BytesIO(pdf), "qd.pdf")})
    assert sent.status_code == 303, sent.text
    (one,) = outsiders.list_outsiders(fair_id=ground.fair.id)
    assert (one.name, one.state, one.products[0].stars) == ("HTX Mường", "sent", 4)
    status = client.get(sent.headers["Location"])
    assert one.code in status.text
    assert "người thứ hai xác nhận từng sản phẩm" in status.text, "what comes next"
    assert f'href="/hoi-cho/{ground.fair.slug}"' in status.text.split('class="crumbs"')[1].split("</nav>")[0]
    certifier = visitor.become(ground.make.user("certifier"))
    assert "HTX Mường" in certifier.get("/quan-ly/giay-to-ngoai").text
    desk = f"/quan-ly/giay-to-ngoai/{one.code}"
    assert certifier.post(f"{desk}/tu-choi", page=desk, reason="ngắn").status_code == 422
    assert certifier.post(f"{desk}/nhap", page=desk).status_code == 303
    assert "Chờ người thứ hai" in certifier.get(desk).text


def test_the_desk_of_the_organizer(ground: Ground, people: People, organizer: Browser) -> None:
    first, second = people.applied(), people.applied(kind="corner")
    slug = ground.fair.slug
    board = f"/quan-ly/hoi-cho/{slug}/ho-so"
    assert first.code in organizer.get(board).text
    assert first.code not in organizer.get(f"{board}?state=accepted&group=khong&sort=score").text
    nothing = organizer.post(f"{board}/quyet-dinh", page=board, decision="accepted")
    assert nothing.status_code == 422
    both = {"applications": [first.code, second.code], "decision": "accepted", "note": "Mời bạn"}
    assert organizer.post(f"{board}/quyet-dinh", page=board, **both).status_code == 303
    assert {queries.get_application(one.code).state for one in (first, second)} == {"accepted"}
    again = organizer.post(f"{board}/quyet-dinh", page=board, **{**both, "decision": "rejected"})
    assert again.status_code == 409
    assert first.code in again.text
    criteria = f"/quan-ly/hoi-cho/{slug}/tieu-chi"
    assert organizer.post(criteria, page=criteria, **{"name-1": "Sao", "weight-1": "101"}).status_code == 422
    assert organizer.post(criteria, page=criteria, **{"name-1": "Sao", "weight-1": "60"}).status_code == 303
    one = f"/quan-ly/ho-so-hoi-cho/{first.code}"
    name = organizer.get(one).text.split('name="points-')[1].split('"')[0]
    assert organizer.post(f"{one}/cham", page=one, **{f"points-{name}": "11"}).status_code == 422
    assert organizer.post(f"{one}/cham", page=one, **{f"points-{name}": "8"}).status_code == 303
    assert "80,0" in organizer.get(board).text
    guests = f"/quan-ly/hoi-cho/{slug}/loi-moi"
    assert organizer.post(guests, page=guests, uses="5").status_code == 422
    until = ground.fair.applications_until.isoformat()
    assert organizer.post(guests, page=guests, uses="5", until_on=until, name="Nhóm Zalo").status_code == 303
    assert "Nhóm Zalo" in organizer.get(guests).text


def test_a_message_is_shown_before_it_is_sent(ground: Ground, people: People, organizer: Browser) -> None:
    one = people.applied()
    page = f"/quan-ly/hoi-cho/{ground.fair.slug}/tin"
    words = {"subject": "Giờ chở hàng", "body": "Từ 6 giờ.", "booth": "any"}
    shown = organizer.post(page, page=page, act="show", **words)
    assert shown.status_code == 200
    seal = shown.text.split('name="seal" value="')[1].split('"')[0]
    other = organizer.post(page, page=page, act="send", seal="0" * 16, **words)
    assert other.status_code == 409
    assert organizer.post(page, page=page, act="send", seal=seal, **words).status_code == 303
    assert "Giờ chở hàng" in organizer.get(f"/quan-ly/ho-so-hoi-cho/{one.code}").text


def test_a_file_is_tried_and_taken_in(ground: Ground, people: People, organizer: Browser) -> None:
    maker = ground.make.producer()
    product = ground.make.product(producer=maker)
    ground.certificate(product)
    page = f"/quan-ly/hoi-cho/{ground.fair.slug}/nop-ho"

    def upload(text: str, act: str):
        return organizer.post(page, page=page, act=act, file=(io.BytesIO(text.encode()), "ho-so.csv"))

    wrong = upload(f"producer;products\n{maker.code};khong-co\n", "save")
    assert wrong.status_code == 422
    assert 'id="loi-tep"' in wrong.text
    good = f"producer,products\n{maker.code},{product.slug}\n"
    assert maker.name in upload(good, "try").text
    assert queries.list_applications(ground.fair.id) == []
    assert upload(good, "save").status_code == 303
    assert [one.source for one in queries.list_applications(ground.fair.id)] == ["file"]
    assert organizer.post(page, page=page, act="save").status_code == 422


def test_a_delegation_is_made_by_the_organizer_and_filled_by_its_people(ground: Ground, client: FlaskClient) -> None:
    organizer = Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))
    page = f"/quan-ly/hoi-cho/{ground.fair.slug}/doan"
    assert organizer.post(page, page=page, name="Sở Công Thương tỉnh Thử").status_code == 303
    (one,) = delegations.list_delegations(ground.fair.id)
    desk = f"/quan-ly/doan/{one.code}"
    bad = organizer.post(f"{desk}/gian", page=desk, booths="A01-A09", version=str(one.version))
    assert bad.status_code == 409
    assert "A09" in bad.text
    assert organizer.post(f"{desk}/gian", page=desk, booths="A01-A02", version=str(one.version)).status_code == 303
    invited = organizer.post(f"{desk}/moi", page=desk, name="Cô Thử", contact="co.thu@example.test")
    assert "/loi-moi/" in invited.text
    delegate = organizer.become(ground.make.user("fair_delegate", ("delegation", one.code)))
    assert one.name in delegate.get("/quan-ly/doan").text
    assert "A02" in delegate.get(desk).text
    assert "name-1" in delegate.get(f"{desk}/giay-to").text
    assert delegate.post(f"{desk}/gian", page=desk, booths="").status_code == 403
    foreign = delegations.create_delegation(
        ground.fair.slug, NewDelegation("Sở khác"), ground.make.actor("fair_organizer", ("fair", ground.fair.slug))
    )
    assert delegate.get(f"/quan-ly/doan/{foreign.code}").status_code == 404


def test_a_reviewer_sees_the_board_and_decides_nothing(ground: Ground, people: People, client: FlaskClient) -> None:
    one = people.applied()
    reviewer = Browser(client).become(ground.make.user("fair_reviewer", ("fair", ground.fair.slug)))
    assert ground.fair.name in reviewer.get("/quan-ly/xet-ho-so").text
    board = f"/quan-ly/hoi-cho/{ground.fair.slug}/ho-so"
    assert one.code in reviewer.get(board).text
    denied = reviewer.post(f"{board}/quyet-dinh", page=board, applications=[one.code], decision="accepted")
    assert denied.status_code == 403
    other = ground.make.fair()
    assert reviewer.get(f"/quan-ly/hoi-cho/{other.slug}/ho-so").status_code == 404


@pytest.mark.parametrize("who", ["reviewer", "delegate"])
def test_reviewers_and_delegates_are_let_go_by_their_own_organizer(
    ground: Ground, organizer: Browser, client: FlaskClient, who: str
) -> None:
    """From the page that lists them; roles and invitations of another fair are 404, and a right stays where it is."""
    desk, role, scope, invite = place(ground, ground.organizer, ground.fair.slug, who)
    foreign = place(ground, ground.make.actor("admin"), ground.make.fair().slug, who)
    person = ground.make.user(role, scope, name="Cô Thôi Việc")
    ground.make.user(foreign[1], foreign[2])
    assert "Cô Thôi Việc" in organizer.get(desk).text
    organizer.post(invite, page=desk, name="Chị Mai", contact="mai@example.vn")
    (link,) = re.findall(r'action="([^"]+/rut)"', organizer.get(desk).text)
    (end,) = re.findall(r'action="([^"]+/thoi)"', organizer.get(desk).text)
    (theirs,) = held_in(foreign[2])
    crossed = f"{end.rsplit('/', 2)[0]}/{theirs}/thoi"
    for path in (crossed, crossed.replace(scope[1], foreign[2][1]), link.replace(scope[1], foreign[2][1])):
        assert organizer.post(path, page=desk).status_code == 404, path
    assert held_in(foreign[2]) == [theirs]
    assert organizer.post(link, page=desk).status_code == organizer.post(end, page=desk).status_code == 303
    assert held_in(scope) == []
    assert "Chị Mai" not in organizer.get(desk).text
    assert organizer.post(end, page=desk).status_code == 404, "twice is once"
    written = {one.action for one in db.session.scalars(select(AuditEntry))}
    assert {"grant.revoked", "fair.reviewer_ended" if who == "reviewer" else "delegation.person_ended"} <= written
    assert Browser(client).become(person).get(desk).status_code in (403, 404)


def test_the_page_of_differences_names_a_block_before_anything_is_saved(ground: Ground, organizer: Browser) -> None:
    one = delegations.create_delegation(ground.fair.slug, NewDelegation("Sở Công Thương tỉnh Thử"), ground.organizer)
    delegations.set_block(one.code, ["A01"], one.version, ground.organizer)
    page, plan = f"/quan-ly/hoi-cho/{ground.fair.slug}/so-do", present_plan(ground.fair)

    def compared(booths: tuple[BoothPlan, ...]) -> TestResponse:
        document = json.dumps(document_of(Plan(plan.halls, booths)))
        return organizer.post(f"{page}/khac", page=page, document=document)

    dropped = compared(plan.booths[1:])
    assert dropped.status_code == 422 and 'id="mat-hua"' in dropped.text
    assert one.name in dropped.text and "Lưu sơ đồ" not in dropped.text
    dearer = compared(tuple(replace(booth, price_vnd=1) for booth in plan.booths))
    assert dearer.status_code == 200 and 'id="dong-den"' in dearer.text
    assert one.name in dearer.text and "Lưu sơ đồ" in dearer.text


@pytest.mark.parametrize("path", ["xet", "tieu-chi", "loi-moi", "nop-ho", "doan", "tin"])
def test_another_organizers_fair_does_not_exist(ground: Ground, organizer: Browser, path: str) -> None:
    assert organizer.get(f"/quan-ly/hoi-cho/{ground.make.fair().slug}/{path}").status_code == 404


def place(ground: Ground, by: Actor, slug: str, who: str) -> tuple[str, str, tuple[str, str], str]:
    """Where reviewers or delegates are listed: the page, their role and its scope, the address of an invitation."""
    if who == "reviewer":
        fair = f"/quan-ly/hoi-cho/{slug}"
        return f"{fair}/tieu-chi", "fair_reviewer", ("fair", slug), f"{fair}/nguoi-cham"
    one = delegations.create_delegation(slug, NewDelegation("Sở Công Thương tỉnh Thử"), by)
    return f"/quan-ly/doan/{one.code}", "fair_delegate", ("delegation", one.code), f"/quan-ly/doan/{one.code}/moi"


def held_in(scope: tuple[str, str]) -> list[int]:
    db.session.expire_all()
    live = UserGrant.scope_type == scope[0], UserGrant.scope_id == scope[1], UserGrant.revoked_at.is_(None)
    return list(db.session.scalars(select(UserGrant.id).where(*live, UserGrant.role != "fair_organizer")))


def papers(ground: Ground) -> dict[str, str]:
    """A filled form of papers with one product, without its scan."""
    ends = ground.fair.closes_on
    return {
        "name": "HTX Mường", "kind": "cooperative", "area": ground.make.area().code, "contact_name": "Bà Thử",
        "email": "ba@example.test", "count": "1", "name-1": "Cá trắm đen",
        "set_no-1": "5", "stars-1": "4", "decision_number-1": "12/QĐ-UBND",
        "decided_on-1": "2026-01-05", "issuer_level-1": "province", "issuer-1": "UBND tỉnh Cao Bằng",
        "valid_from-1": "2026-01-05", "valid_until-1": ends.replace(year=ends.year + 1).isoformat(),
    }  # fmt: skip
