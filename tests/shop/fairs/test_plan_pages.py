"""The organizer's pages and the API of the plan: seen before saved, refused in words, nobody else's."""

import html
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from PIL import Image

from core.db import db
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.plans.plan import Grid, Plan, document_of, generate
from shop.fairs.plans.planning import list_plans, present_plan
from shop.fairs.plans.underlays import find_underlay
from tests.shop.fairs.conftest import Ground
from tests.support.browser import Browser

pytestmark = pytest.mark.on("sqlite")

V1 = "/api/v1/fairs"


@pytest.fixture
def browser(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


@pytest.fixture
def desk(ground: Ground) -> str:
    return f"/quan-ly/hoi-cho/{ground.fair.slug}/so-do"


def drawn(ground: Ground, plan: Plan | None = None) -> str:
    db.session.expire_all()
    return json.dumps(document_of(plan or present_plan(ground.fair)))


def fields_of(page: str) -> dict[str, str]:
    """The form that saves, as the page of differences carries it."""
    form = page[page.index('id="luu"') :]
    document = re.search(r'<textarea name="document" hidden>(.*?)</textarea>', form, re.S)
    assert document
    hidden = dict(re.findall(r'name="(version|once)" value="([^"]+)"', form))
    return hidden | {"document": html.unescape(document[1])}


def test_two_hundred_booths_from_a_form(ground: Ground, browser: Browser, desk: str) -> None:
    grid = {
        "hall": "B", "name": "Nhà B", "rows": "10", "columns": "20", "aisle": "300", "booth_width": "300",
        "booth_depth": "300", "price": "3.000.000", "prefix": "B", "services": "power",
    }  # fmt: skip
    page = browser.post(f"{desk}/luoi", page=desk, **grid)
    assert page.status_code == 200 and "BA01" in page.text and "Lưu sơ đồ" in page.text
    assert not list_plans(ground.fair), "nothing is saved yet"
    answer = browser.post(f"{desk}/luu", page=desk, **fields_of(page.text), note="Thêm nhà B")
    assert answer.status_code == 303
    assert len(present_plan(ground.fair).booths) == 202
    seen = browser.get(desk).text
    assert 'id="plan-BJ20"' in seen and "Thêm nhà B" in seen
    bad = browser.post(f"{desk}/luoi", page=desk, **grid | {"rows": "27"})
    assert bad.status_code == 422 and 'value="27"' in bad.text


def test_the_same_form_twice_is_saved_once(ground: Ground, browser: Browser, desk: str) -> None:
    hall, booths = generate(Grid("A", 2, 3))
    page = browser.post(f"{desk}/khac", page=desk, document=drawn(ground, Plan((hall,), booths)))
    fields = fields_of(page.text)
    assert browser.post(f"{desk}/luu", page=desk, **fields).status_code == 303
    assert browser.post(f"{desk}/luu", page=desk, **fields).status_code == 409
    assert len(list_plans(ground.fair)) == 2


def test_a_held_booth_that_would_go_is_named_with_its_holder(ground: Ground, browser: Browser, desk: str) -> None:
    book(ground.fair.slug, "A01", Claim(ground.application(ground.product()).code), ground.organizer)
    plan = present_plan(ground.fair)
    page = browser.post(f"{desk}/khac", page=desk, document=drawn(ground, Plan(plan.halls, plan.booths[1:])))
    assert page.status_code == 422
    assert "bỏ mất gian đang có người giữ" in page.text and ground.producer.name in page.text
    assert "Lưu sơ đồ" not in page.text
    fields = fields_of(page.text)
    refused = browser.post(f"{desk}/luu", page=desk, **fields)
    assert refused.status_code == 409 and "đang có người giữ" in refused.text
    assert fields_of(refused.text)["document"] == fields["document"], "what was drawn is not lost"


def test_who_saved_first_is_not_overwritten(ground: Ground, browser: Browser, desk: str) -> None:
    plan = present_plan(ground.fair)
    mine = browser.post(f"{desk}/khac", page=desk, document=drawn(ground, Plan(plan.halls, plan.booths[:1])))
    hall, booths = generate(Grid("A", 2, 3))
    theirs = browser.post(f"{desk}/khac", page=desk, document=drawn(ground, Plan((hall,), booths)))
    assert browser.post(f"{desk}/luu", page=desk, **fields_of(theirs.text)).status_code == 303
    late = browser.post(f"{desk}/luu", page=desk, **fields_of(mine.text))
    assert late.status_code == 412 and "vừa được người khác sửa" in late.text
    assert browser.post(f"{desk}/luu", page=desk, **fields_of(late.text)).status_code == 303
    assert len(present_plan(ground.fair).booths) == 1


def test_files_go_out_and_come_in(ground: Ground, browser: Browser, desk: str) -> None:
    for kind in ("json", "svg"):
        file = browser.get(f"{desk}/tep/{kind}")
        assert file.headers["Content-Disposition"] == f'attachment; filename="so-do-{ground.fair.slug}.{kind}"'
        page = browser.post(f"{desk}/khac", page=desk, file=(io.BytesIO(file.data), f"x.{kind}"))
        assert "không khác sơ đồ đang dùng" in page.text
    bad = browser.post(f"{desk}/khac", page=desk, file=(io.BytesIO(b"<svg/>"), "x.svg"))
    assert bad.status_code == 422 and "không phải do hệ thống xuất ra" in bad.text
    assert browser.get(f"{desk}/in.pdf?kho=A3").data.startswith(b"%PDF-")
    for bad in (f"{desk}/tep/exe", f"{desk}/tep/json?ban=7", f"{desk}/tep/json?ban={10**30}"):
        assert browser.get(bad).status_code == 404
    for data in ({"document": "{"}, {"document": "{}"}, {"number": "x"}, {}):
        assert browser.post(f"{desk}/khac", page=desk, **data).status_code in (404, 422)
    assert browser.post(f"{desk}/luu", page=desk, document="[]", version="1").status_code == 422


def test_an_old_plan_is_used_again(ground: Ground, browser: Browser, desk: str) -> None:
    hall, booths = generate(Grid("A", 2, 3))
    page = browser.post(f"{desk}/khac", page=desk, document=drawn(ground, Plan((hall,), booths)))
    browser.post(f"{desk}/luu", page=desk, **fields_of(page.text))
    again = browser.post(f"{desk}/khac", page=desk, number="1")
    browser.post(f"{desk}/luu", page=desk, **fields_of(again.text))
    assert [one.code for one in present_plan(ground.fair).booths] == ["A01", "A02"]


def test_a_drawing_lies_under_a_hall(ground: Ground, browser: Browser, desk: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(out, "PNG")
    sent = browser.post(f"{desk}/nen", page=desk, hall="A", file=(io.BytesIO(out.getvalue()), "nen.png"))
    assert sent.status_code == 303
    db.session.expire_all()
    under = find_underlay(ground.fair, "A")
    assert under is not None and (under.width, under.height) == (6000, 3000)
    assert browser.get(f"{desk}/nen/A.webp").mimetype == "image/webp"
    assert "nen/A.webp" in html.unescape(browser.get(f"{desk}/ve").text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(desk).text)
    assert token
    place = {"x": -50, "y": 20, "width": 4000, "version": under.version}

    def move(**changes: object) -> int:
        headers = {"X-CSRFToken": token[1]}
        return browser.client.post(f"{desk}/nen/A/cho", json=place | changes, headers=headers).status_code

    assert move() == 200
    assert [move(), move(width=0), move(x="1"), move(more=1)] == [412, 422, 422, 422]
    for files in ({}, {"file": (io.BytesIO(b"GIF"), "x.gif")}):
        assert browser.post(f"{desk}/nen", page=desk, hall="A", **files).status_code == 422
    none = browser.post(f"{desk}/nen", page=desk, hall="Z", file=(io.BytesIO(out.getvalue()), "nen.png"))
    assert none.status_code == 404
    assert browser.post(f"{desk}/nen/A/bo", page=desk).status_code == 303
    assert browser.get(f"{desk}/nen/A.webp").status_code == 404


def test_the_plan_over_the_api(ground: Ground, client: FlaskClient) -> None:
    slug = ground.fair.slug
    organizer = ground.make.headers("fair_organizer", ("fair", slug))
    found = client.get(f"{V1}/{slug}/plan")
    document = found.get_json()
    assert {one["uid"] for one in document["booths"]} and found.headers["ETag"]
    assert client.get(f"{V1}/{slug}/plan.svg").mimetype == "image/svg+xml"
    first, second = document["booths"]
    first["code"], second["code"], second["use"] = "A02", "A01", "sponsor"
    told = client.post(f"{V1}/{slug}/plan/preview", json=document, headers=organizer).get_json()
    assert told["sound"] and [(one["code"], one["to"], one["parts"]) for one in told["changes"]] == [
        ("A01", "A02", ["code"]), ("A02", "A01", ["code", "use"]),
    ]  # fmt: skip
    put = client.put(f"{V1}/{slug}/plan", json=document, headers=organizer | {"If-Match": found.headers["ETag"]})
    assert put.status_code == 200
    states = {one["code"]: (one["use"], one["status"]) for one in client.get(f"{V1}/{slug}/booths").get_json()["items"]}
    assert states == {"A01": ("sponsor", "closed"), "A02": ("exhibitor", "free")}
    kept = client.get(f"{V1}/{slug}/plan/versions", headers=organizer).get_json()["items"]
    assert [one["number"] for one in kept] == [2, 1]
    assert client.get(f"{V1}/{slug}/plan/versions/1", headers=organizer).get_json()["booths"]
    assert client.get(f"{V1}/{slug}/plan/versions/9", headers=organizer).status_code == 404
    wanted = {"hall": "A", "rows": 2, "columns": 3, "zone": "I"}
    grid = client.post(f"{V1}/{slug}/plan/grid", json=wanted, headers=organizer).get_json()
    assert len(grid["booths"]) == 6 and grid["booths"][0]["zone"] == "I"
    assert client.post(f"{V1}/{slug}/plan/grid", json=wanted | {"rows": 0}, headers=organizer).status_code == 422


def test_a_plan_is_its_organizers_alone(ground: Ground, client: FlaskClient, desk: str) -> None:
    other = ground.make.fair()
    stranger = Browser(client).become(ground.make.user("fair_organizer", ("fair", other.slug)))
    for path in ("", "/ve", "/in.pdf", "/tep/json", "/nen/A.webp"):
        assert stranger.get(desk + path).status_code == 404
    own = f"/quan-ly/hoi-cho/{other.slug}/so-do"
    for path in ("/ve", "/khac", "/luoi", "/luu", "/nen", "/nen/A/cho", "/nen/A/bo"):
        sent = stranger.post(desk + path, page=own, document=drawn(ground), version="1", hall="A")
        assert sent.status_code == 404, path
    assert not list_plans(ground.fair)
    headers = ground.make.headers("fair_organizer", ("fair", other.slug))
    for path in ("preview", "grid"):
        body = {"hall": "A", "rows": 1, "columns": 1} if path == "grid" else json.loads(drawn(ground))
        assert client.post(f"{V1}/{ground.fair.slug}/plan/{path}", json=body, headers=headers).status_code == 404
    assert client.get(f"{V1}/{ground.fair.slug}/plan/versions", headers=headers).status_code == 404
