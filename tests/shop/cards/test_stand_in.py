"""The stand-in's own pages, as a person walks them: a refusal leaves a form that can be used."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from shop.orders.models import Order
from tests.support.cards import ASKS, GOOD, Cards


def send(cards: Cards, path: str, **fields: str) -> tuple[int, str, str]:
    """Post a form of the stand-in; answers status, where it leads, and the page."""
    link = HTTPConnection(urlsplit(cards.stand_in.url).netloc, timeout=10)
    link.request("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, answer.headers.get("Location", ""), text


def test_after_a_refusal_at_the_bank_another_card_pays(cards: Cards, order: Order) -> None:
    pay = f"/c/pay/{cards.page_of(order)}"
    status, bank, _text = send(cards, pay, card=ASKS)
    assert (status, bank) == (303, pay.replace("/pay/", "/bank/"))
    status, _to, text = send(cards, bank, answer="no")
    assert status == 402 and "Bạn đã không xác nhận với ngân hàng" in text
    form = re.search(r'<form method="post" action="([^"]+)"', text)
    assert form, "the form says where it goes"
    status, to, _text = send(cards, form[1], card=GOOD)
    assert status == 303 and "/c/" not in to
