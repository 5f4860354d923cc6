"""An exhibitor's booth and the waiting list as pages and API: who sees what, forms that come back, few statements."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from core.clock import day_start, now, travel
from core.db import transaction
from core.worker import run_pending
from shop.assignment.models import BoothPin
from shop.fairs import queries
from shop.fairs.booths import jobs as booking_jobs
from shop.fairs.booths import leaving, moves, offers, queueing, swaps
from shop.fairs.booths.bookings import Claim, book, release
from shop.fairs.booths.fees import record_payment
from shop.fairs.booths.offers import Given
from shop.fairs.booths.shown import list_days
from shop.fairs.models import Booking
from shop.fairs.queries import get_application, get_booking
from shop.payments.models import Payment
from tests.shop.fairs.conftest import Ground
from tests.support.browser import Browser
from tests.support.mails import text_of
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def offered(ground: Ground) -> Booking:
    application = ground.application(ground.product(), ground.product(until=0))
    return offers.offer(ground.fair.slug, [Given(application.code, "A01")], ground.organizer)[0]


def her(ground: Ground) -> dict[str, str]:
    return ground.make.headers("producer", ("producer", ground.producer.code))


def organizer(ground: Ground) -> dict[str, str]:
    return ground.make.headers("fair_organizer", ("fair", ground.fair.slug))


def strangers(ground: Ground) -> list[dict[str, str]]:
    """Another producer, and the organizer of another fair."""
    other, fair = ground.make.producer(), ground.make.fair()
    return [
        ground.make.headers("producer", ("producer", other.code)),
        ground.make.headers("fair_organizer", ("fair", fair.slug)),
    ]


@pytest.mark.long
def test_yes_and_the_way_to_pay_over_the_api(client: FlaskClient, ground: Ground, offered: Booking) -> None:
    path = f"/api/v1/bookings/{offered.code}"
    said = client.post(f"{path}/acceptance", headers=her(ground) | {"Idempotency-Key": "a"})
    assert (said.status_code, said.json["state"]) == (200, "accepted")
    assert client.post(f"{path}/checkout", json={"provider": "cash"}, headers=her(ground)).status_code == 422
    asked = client.post(f"{path}/checkout", json={"provider": "vietqr"}, headers=her(ground))
    assert asked.json["payment"]["qr_text"]
    assert asked.json["due"] == 3_000_000
    days = client.get(f"{path}/days", headers=her(ground)).json["items"]
    assert [len(one["products"]) for one in days] == [2, 1, 1]  # the other's certificate ends on the first day
    assert [len(one["missing"]) for one in days] == [0, 1, 1]


@pytest.mark.parametrize(
    "act, body",
    [
        ("acceptance", None), ("refusal", {}), ("checkout", {"provider": "vietqr"}), ("withdrawal", None),
        ("swap", {"booking": "BK-1"}),
    ],
)  # fmt: skip
def test_another_gets_nowhere(client: FlaskClient, ground: Ground, offered: Booking, act: str, body: object) -> None:
    for headers in strangers(ground):
        answer = client.post(f"/api/v1/bookings/{offered.code}/{act}", json=body, headers=headers)
        assert answer.status_code == 404
        assert client.get(f"/api/v1/bookings/{offered.code}/days", headers=headers).status_code == 404
    assert get_booking(offered.code).state == "offered"


def test_only_the_organizer_offers_moves_and_orders(client: FlaskClient, ground: Ground, offered: Booking) -> None:
    wait = ground.make.application(ground.fair, state="waitlisted")
    fair, body = f"/api/v1/fairs/{ground.fair.slug}", {"offers": [{"application": wait.code, "booth": "A02"}]}
    mine, foreign = organizer(ground), strangers(ground)[1]
    for method, path, sent in (
        ("post", f"{fair}/offers", body), ("put", f"{fair}/queue", {"applications": [wait.code]}),
        ("post", f"{fair}/promotions", None), ("get", f"{fair}/queue", None),
        ("post", f"/api/v1/bookings/{offered.code}/move", {"booth": "A02"}),
    ):  # fmt: skip
        assert getattr(client, method)(path, json=sent, headers=foreign).status_code == 404
        assert getattr(client, method)(path, json=sent, headers=her(ground)).status_code == 403
    line = client.put(f"{fair}/queue", json={"applications": [wait.code]}, headers=mine).json["items"]
    assert [(one["number"], one["place"]) for one in line] == [(1, 1)]
    made = client.post(f"{fair}/offers", json=body, headers=mine)
    assert (made.status_code, made.json["items"][0]["state"]) == (201, "offered")
    assert client.post(f"{fair}/offers", json={"offers": []}, headers=mine).status_code == 422


@pytest.mark.long
def test_a_swap_over_the_api(client: FlaskClient, ground: Ground, offered: Booking) -> None:
    other, _ = book(ground.fair.slug, "A02", Claim(ground.make.application(ground.fair).code), ground.organizer)
    body = {"booking": other.code, "note": "Gần bạn hàng"}
    asked = client.post(f"/api/v1/bookings/{offered.code}/swap", json=body, headers=her(ground))
    assert (asked.status_code, asked.json["state"]) == (201, "asked")
    path = f"/api/v1/swaps/{asked.json['id']}/answer"
    for headers in strangers(ground):
        assert client.post(path, json={"agrees": True}, headers=headers).status_code == 404
    assert client.post(path, json={"agrees": "yes"}, headers=her(ground)).status_code == 422
    assert client.post(path, json={"agrees": False}, headers=her(ground)).json["state"] == "refused"
    assert client.post(path, json={"agrees": False}, headers=her(ground)).json["code"] == "swap.over"


@pytest.fixture
def producer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("producer", ("producer", ground.producer.code)))


@pytest.fixture
def desk(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


def test_her_page_from_the_offer_to_the_code_of_her_bank(ground: Ground, offered: Booking, producer: Browser) -> None:
    url = f"/hoi-cho/gian/{offered.code}"
    page = producer.get(url).get_data(as_text=True)
    for seen in ("Ban tổ chức mời bạn nhận gian này", "Nhận gian này", "không bày ngày này", "3.000.000"):
        assert seen in page
    assert "Ngân hàng không cho trừ tiền" not in page  # nothing was asked of a card
    assert "2.000.000" in page  # the second and the third day are one line
    assert producer.post(f"{url}/tra-tien", page=url, provider="at_store").status_code == 422
    assert producer.post(f"{url}/nhan-loi", page=url).status_code == 303
    assert "Gian chờ bạn thanh toán" in producer.get(url).get_data(as_text=True)
    assert producer.post(f"{url}/tra-tien", page=url, provider="vietqr").status_code == 303
    asked = producer.get(url).get_data(as_text=True)
    assert 'data-copy="3000000"' in asked
    assert "phiếu đặt gian được xác nhận khi" in asked
    assert "hàng trở lại kệ" not in asked
    assert producer.post(f"{url}/tu-choi", page=url, stays="true").status_code == 303
    assert "Bạn đã từ chối gian này" in producer.get(url).get_data(as_text=True)
    again = producer.post(f"{url}/nhan-loi", page=url)
    assert again.status_code == 409
    assert "trạng thái không làm được" in again.get_data(as_text=True)


def test_a_booth_by_card_is_never_called_goods(app: Flask) -> None:
    """Every state of the panel and every page on the way; as a control the same words do stand there for an order."""
    pages = [("cards/_panel.html", {"panel": {"facts": {"shown": shown, "start": "/"}}}) for shown in ("pay", "taking")]
    pages += [("cards/over.html", {"ended": ended}) for ended in ("expired", "failed", "refunded")]
    pages += [("cards/waiting.html", {"is_patient": patient}) for patient in (True, False)]
    pages.append(("cards/away.html", {"problem": "x"}))

    def said(template: str, facts: dict[str, object], reference: str) -> str:
        payment = Payment(reference=reference, amount_vnd=1, captured_vnd=0, refunded_vnd=0)
        with app.test_request_context():
            facts = facts | {"payment": payment, "is_booth": payment.is_for_booth, "token": "t", "back": "/"}
            page = render_template(template, **facts)
        main = re.search(r"<main.*</main>", page, re.S)
        return (main[0] if main else page).lower()

    goods = re.compile(r"\bđơn\b|\bhàng trở lại|đơn hàng|cửa hàng|giữ hàng")
    for template, facts in pages:
        assert not goods.search(said(template, facts, "bkg:BK-AAAAAAAA")), template
        assert goods.search(said(template, facts, "ord:DH-AAAAAAAA")), template


@pytest.mark.long
def test_giving_up_is_shown_before_it_is_done(ground: Ground, offered: Booking, producer: Browser) -> None:
    record_payment(offered.code, "at_store", None, ground.organizer)
    url = f"/hoi-cho/gian/{offered.code}/roi"
    page = producer.get(url).get_data(as_text=True)
    assert "100%" in page
    assert page.count("3.000.000") == 2
    assert producer.post(url, page=url).status_code == 303
    assert get_booking(offered.code).refund_due_vnd == 3_000_000


def test_after_the_fair_a_booth_is_not_given_back(ground: Ground, offered: Booking, client: FlaskClient) -> None:
    """Before, the control, her page offers it."""
    record_payment(offered.code, "at_store", None, ground.organizer)
    user, url = ground.make.user("producer", ("producer", ground.producer.code)), f"/hoi-cho/gian/{offered.code}"
    assert f"{url}/roi" in Browser(client).become(user).get(url).text
    with travel(day_start(ground.fair.closes_on + timedelta(1))):
        assert f"{url}/roi" not in Browser(client).become(user).get(url).text


@pytest.mark.long
def test_two_exhibitors_change_on_their_pages(ground: Ground, offered: Booking, producer: Browser) -> None:
    other, _ = book(ground.fair.slug, "A02", Claim(ground.make.application(ground.fair).code), ground.organizer)
    record_payment(offered.code, "at_store", None, ground.organizer)
    record_payment(other.code, "at_store", None, ground.organizer)
    url = f"/hoi-cho/gian/{offered.code}"
    assert f'value="{other.code}"' in producer.get(url).get_data(as_text=True)
    assert producer.post(f"{url}/doi", page=url, other="BK-KHONGCO").status_code == 404
    wrong = producer.post(f"{url}/doi", page=url, other=offered.code, note="Gần nhau, tiện hơn")
    assert (wrong.status_code // 100, "Gần nhau, tiện hơn" in wrong.text) == (4, True)  # what was typed is not lost
    assert producer.post(f"{url}/doi", page=url, other=other.code, note="Gần nhau").status_code == 303
    (swap,) = swaps.list_swaps(offered.id)
    assert "Gần nhau" in producer.get(url).get_data(as_text=True)
    assert producer.post(f"{url}/doi/{swap.code}", page=url, answer="no").status_code == 303
    assert swaps.get_swap(swap.code).state == "refused"


def test_a_strangers_page_is_not_there(ground: Ground, offered: Booking, client: FlaskClient) -> None:
    stranger = Browser(client).become(ground.make.user("producer", ("producer", ground.make.producer().code)))
    url = f"/hoi-cho/gian/{offered.code}"
    assert stranger.get(url).status_code == 404
    for act in ("nhan-loi", "tu-choi", "tra-tien", "roi", "doi", "cho-gian-khac"):
        assert stranger.post(f"{url}/{act}", provider="vietqr", other=offered.code).status_code == 404
    assert get_booking(offered.code).state == "offered"


def test_the_list_at_the_desk(ground: Ground, offered: Booking, desk: Browser) -> None:
    first, second = (ground.make.application(ground.fair, state="waitlisted") for _ in range(2))
    url = f"/quan-ly/hoi-cho/{ground.fair.slug}/danh-sach-cho"
    page = desk.get(url).get_data(as_text=True)
    for seen in (first.code, second.code, offered.code, "Mời danh sách chờ vào 1 gian trống"):
        assert seen in page
    put = {"line": [first.code, second.code], "code": second.code, "to": "top", "reason": "Năm sao"}
    assert desk.post(f"/quan-ly/hoi-cho/{ground.fair.slug}/thu-tu", page=url, **put).status_code == 303
    page = desk.get(url).get_data(as_text=True)
    assert page.index(f'id="{second.code}"') < page.index(f'id="{first.code}"')
    assert "Năm sao" in page
    wrong = desk.post(f"/quan-ly/hoi-cho/{ground.fair.slug}/moi", page=url, application=first.code)
    assert wrong.status_code == 422
    taken = desk.post(f"/quan-ly/hoi-cho/{ground.fair.slug}/moi", page=url, application=first.code, booth="A01")
    assert taken.status_code == 409
    assert desk.post(f"/quan-ly/hoi-cho/{ground.fair.slug}/moi-danh-sach-cho", page=url).status_code == 303
    assert get_application(second.code).state == "accepted"
    said = desk.post(f"/quan-ly/giu-gian/{offered.code}/tra-loi", page=url, answer="yes")
    assert (said.status_code, get_booking(offered.code).state) == (303, "accepted")


@pytest.mark.long
def test_the_list_asks_no_statement_a_line(ground: Ground, desk: Browser) -> None:
    url = f"/quan-ly/hoi-cho/{ground.fair.slug}/danh-sach-cho"
    ground.make.application(ground.fair, state="waitlisted")
    offers.offer(ground.fair.slug, [Given(ground.make.application(ground.fair).code, "A01")], ground.organizer)
    desk.get(url)
    few = counted(lambda: desk.get(url))
    for _ in range(4):
        ground.make.application(ground.fair, state="waitlisted")
        ground.make.application(ground.fair)
    offers.offer(ground.fair.slug, [Given(ground.make.application(ground.fair).code, "A02")], ground.organizer)
    assert counted(lambda: desk.get(url)) <= few


@pytest.mark.long
def test_what_is_shown_asks_no_statement_a_booth(ground: Ground) -> None:
    def take(booth: str) -> None:
        book(ground.fair.slug, booth, Claim(ground.make.application(ground.fair).code), ground.organizer)

    def read() -> object:
        return list_days(queries.list_bookings(fair_id))

    fair_id = ground.fair.id
    take("A01")
    few = counted(read)
    take("A02")
    assert counted(read) == few


@pytest.fixture
def mails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What was sent."""
    sent: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", sent.append)
    return sent


@pytest.mark.long
def test_her_people_are_told_once_of_everything(ground: Ground, mails: list[EmailMessage]) -> None:
    ground.make.user("producer", ("producer", ground.producer.code))
    application = ground.application(ground.product(), state="waitlisted")
    holder, _ = book(ground.fair.slug, "A02", Claim(ground.make.application(ground.fair).code), ground.organizer)
    release(ground.fair.slug, "A02", None, ground.organizer)
    run_pending()
    (booking,) = queries.live_bookings_of_booth(holder.booth_id)
    assert booking.application_id == application.id
    assert booking.expires_at is not None
    with travel(booking.expires_at - timedelta(hours=2)):
        assert [booking_jobs.remind_due(now()) for _ in range(2)] == [1, 0]
        run_pending()
        offers.accept(booking.code, ground.organizer)
        record_payment(booking.code, "at_store", None, ground.organizer)
        run_pending()
        moves.move(booking.code, "A01", ground.organizer)
        leaving.leave(booking.code, ground.organizer)
        run_pending()
    subjects = [str(one["Subject"]) for one in mails]
    begins = ("Mời nhận gian A02", "Gian A02: còn đến", "Gian A02 đã thanh toán", "Gian của bạn nay là A01",
              "Gian A01 đã trả lại")  # fmt: skip
    assert [said for said, begin in zip(subjects, begins, strict=True) if said.startswith(begin)] == subjects
    assert f"/hoi-cho/gian/{booking.code}" in text_of(mails[0])


def test_a_pinned_booth_waits_for_whom_it_is_pinned(ground: Ground) -> None:
    first, second = (ground.make.application(ground.fair, state="waitlisted") for _ in range(2))
    booth = queries.find_booth(ground.fair.id, "A01")
    assert booth is not None
    with transaction() as session:
        session.add(BoothPin(
            fair_id=ground.fair.id, booth_id=booth.id, application_id=second.id, pinned_by="x", pinned_at=now()
        ))  # fmt: skip
    made = queueing.promote(ground.fair.id, "A01", now())
    assert made is not None
    assert made.application_id == second.id
    other = queueing.promote(ground.fair.id, "A02", now())
    assert other is not None
    assert other.application_id == first.id
