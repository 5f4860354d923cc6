"""The desk, the exhibitor's page and the API of assignments: answers, refusals, and whose they are."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from shop.assignment import queries, service
from shop.assignment.gather import Asked
from shop.assignment.models import FairAssignment
from tests.shop.assignment.conftest import Ground
from tests.support.browser import Browser
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def headers(ground: Ground) -> dict[str, str]:
    return ground.make.headers("fair_organizer", ("fair", ground.fair.slug))


@pytest.fixture
def desk(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


def run_of(ground: Ground) -> FairAssignment:
    return service.answer(service.ask(ground.fair.slug, Asked({}), ground.organizer).code)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_the_whole_way_over_http(ground: Ground, client: FlaskClient, headers: dict[str, str]) -> None:
    ones = [ground.exhibitor() for _ in range(2)]
    url = f"/api/v1/fairs/{ground.fair.slug}/assignment"
    assert code_of(client.get(url, headers=headers)) == (404, "assignment.not_found")
    dry = client.post(url, json={"dry_run": True}, headers=headers)
    body = dry.get_json()
    assert (dry.status_code, body["state"], body["offers"], body["placed"]) == (200, "ready", 0, 2)
    assert 0 < body["first_come_score"] <= body["score"] <= body["bound"]
    again = client.post(url, json={}, headers=headers).get_json()
    assert (again["code"], again["places"]) == (body["code"], body["places"])
    mine = next(one for one in body["places"] if one["application"] == ones[0].code)
    free = next(c for c in ("A01", "A02", "A03", "A04") if all(c not in one["booths"] for one in body["places"]))
    places = f"{url}/places"
    change = {"application": ones[0].code, "booth": free, "source": mine["booths"][0]}
    assert code_of(client.post(places, json=change, headers=headers))[0] == 428
    versioned = {**headers, "If-Match": dry.headers["ETag"]}
    assert client.post(places, json=change, headers=versioned).get_json()["done"] == "placed"
    assert client.post(places, json=change, headers=versioned).status_code == 412
    done = client.post(url, json={"dry_run": False}, headers=headers).get_json()
    assert (done["state"], done["offers"]) == ("applied", 2)
    why = client.get(f"{url}/why?application={ones[0].code}", headers=headers).get_json()
    assert why["booths"] == [free]


def test_pins_over_http(ground: Ground, client: FlaskClient, headers: dict[str, str]) -> None:
    one = ground.exhibitor()
    url = f"/api/v1/fairs/{ground.fair.slug}/pins/A02"
    assert client.put(url, json={"application": one.code}, headers=headers).status_code == 200
    assert run_of(ground).plan == {one.code: ["A02"]}
    assert client.delete(url, headers=headers).status_code == 204
    assert code_of(client.delete(url, headers=headers)) == (404, "assignment.pin_not_found")
    assert code_of(client.put(url, json={"application": "HS-NONE"}, headers=headers)) == (404, "application.not_found")
    missing = client.put(url.replace("A02", "Z99"), json={"application": one.code}, headers=headers)
    assert code_of(missing) == (404, "booth.not_found")


@pytest.mark.parametrize(
    "body", [{"dry_run": "maybe"}, {"weights": {"gold": 1}}, {"weights": {"star": 9_999}}, {"seed": 0}, {"x": 1}]
)
def test_bad_input_is_named(ground: Ground, client: FlaskClient, headers: dict[str, str], body: Any) -> None:
    ground.exhibitor()
    assert client.post(f"/api/v1/fairs/{ground.fair.slug}/assignment", json=body, headers=headers).status_code == 422
    assert queries.find_latest(ground.fair.id) is None


def test_a_fair_without_exhibitors_says_so(ground: Ground, client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post(f"/api/v1/fairs/{ground.fair.slug}/assignment", json={}, headers=headers)
    assert code_of(answer) == (409, "assignment.nothing")


def test_foreign_fairs_and_applications_do_not_exist(ground: Ground, client: FlaskClient) -> None:
    mine, other = ground.exhibitor(), ground.exhibitor()
    run = run_of(ground)
    service.apply(run.code, None, ground.organizer)
    slug = ground.fair.slug
    stranger = ground.make.headers("fair_organizer", ("fair", ground.make.fair().slug))
    from catalog.producers.models import Producer
    from core.db import db

    her = ground.make.headers("producer", ("producer", db.session.get_one(Producer, mine.producer_id).code))
    api, desk = f"/api/v1/fairs/{slug}", f"/quan-ly/hoi-cho/{slug}/xep-gian"
    for url in (
        f"{api}/assignment",
        f"{api}/assignment/why?application={mine.code}",
        desk,
        f"{desk}/keo",
        f"{desk}/ap-dung",
    ):
        assert client.get(url, headers=stranger).status_code == 404
    assert client.post(f"{api}/assignment", json={}, headers=stranger).status_code == 404
    assert client.delete(f"{api}/pins/A01", headers=stranger).status_code == 404
    assert client.get(f"{api}/assignment/why?application={mine.code}", headers=her).status_code == 200
    assert client.get(f"{api}/assignment/why?application={other.code}", headers=her).status_code == 404
    assert client.get(f"/hoi-cho/{slug}/vi-sao-gian/{other.code}", headers=her).status_code == 404
    page = client.get(f"/hoi-cho/{slug}/vi-sao-gian/{mine.code}", headers=her)
    assert page.status_code == 200 and run.plan[mine.code][0] in page.text
    assert client.get(f"{api}/assignment", headers=her).status_code in (403, 404)


def test_the_desk_asks_looks_drags_and_applies(ground: Ground, desk: Browser) -> None:
    one, _other = ground.exhibitor(kind="corner"), ground.exhibitor()
    url = f"/quan-ly/hoi-cho/{ground.fair.slug}/xep-gian"
    assert "Chưa tính phương án nào" in desk.get(url).text
    assert desk.post(url, page=url, star="1000").status_code == 422
    assert desk.post(url, page=url, star="12").status_code == 303
    page = desk.get(url).text
    assert "Đã tính xong" in page and one.code in page
    run = queries.find_latest(ground.fair.id)
    assert run is not None
    here, seen = run.plan[one.code][0], str(run.version)
    free = next(c for c in ("A01", "A02", "A03", "A04") if [c] not in run.plan.values())
    board = f"{url}/keo"
    moved = desk.post(board, page=board, application=one.code, booth=free, source=here, version=seen)
    assert moved.status_code == 303
    stale = desk.post(board, page=board, application=one.code, booth=here, source=free, version=seen)
    assert stale.status_code == 412
    assert free in desk.get(board).text
    assert "Vì sao gian này" in desk.get(f"{url}/vi-sao/{one.code}").text
    unpinned = desk.post(f"{url}/ghim/{free}", page=board)
    assert (unpinned.status_code, queries.pins_of(ground.fair.id)) == (303, {})
    apply = f"{url}/ap-dung"
    assert desk.post(apply, page=apply).status_code == 422
    now = queries.get_run(run.code).version
    assert desk.post(apply, page=apply, version=str(now), waitlist_rest="true").status_code == 303
    assert queries.get_run(run.code).state == "applied"
    assert "Đã áp dụng" in desk.get(url).text


def test_pages_ask_no_statement_an_exhibitor(ground: Ground, desk: Browser) -> None:
    base = f"/quan-ly/hoi-cho/{ground.fair.slug}/xep-gian"
    ground.exhibitor()
    run_of(ground)
    urls = (base, f"{base}/keo", f"{base}/ap-dung")
    for url in urls:
        desk.get(url)
    few = [counted(lambda url=url: desk.get(url)) for url in urls]
    for _ in range(3):
        ground.exhibitor()
    run_of(ground)
    assert [counted(lambda url=url: desk.get(url)) for url in urls] <= few
