"""A guest's wish on its pages, from asking to withdrawing."""

from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient

from tests.shop.waiting.conftest import SoldOut, key_in, work
from tests.support.browser import Browser


def form(gone: SoldOut, **more: str) -> dict[str, str]:
    return {"product": gone.product.slug, "contact": "cho@example.test", "consent": "true", **more}


pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def test_a_guest_asks_on_the_product_s_page(gone: SoldOut, client: FlaskClient, mails: list[EmailMessage]) -> None:
    visitor, page = Browser(client), f"/san-pham/{gone.product.slug}"
    assert "Báo tôi khi có lại" in visitor.get(page).text
    asked = visitor.post("/bao-toi", page, **form(gone))
    assert asked.status_code == 303
    again = visitor.post("/bao-toi", page, **form(gone))
    assert (again.status_code, again.location) == (303, asked.location)
    first, second = (visitor.get(one.location).text.split("<main")[1].split("</main>")[0] for one in (asked, again))
    assert first == second
    assert "cho@example.test" not in visitor.get(asked.location).text + asked.location
    work()
    key = key_in(mails[0])
    shown = visitor.get(f"/bao-toi/{key}")
    assert shown.status_code == 200 and "ch***@example.test" in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert gone.states() == ["unconfirmed"], "looking is no yes: programs that read mail open links"
    assert visitor.post(f"/bao-toi/{key}/xac-nhan", f"/bao-toi/{key}").status_code == 303
    assert gone.states() == ["waiting"]
    assert visitor.post(f"/bao-toi/{key}/thoi", f"/bao-toi/{key}").status_code == 303
    assert visitor.get(f"/bao-toi/{key}").status_code == 410
    assert gone.states() == ["withdrawn"]
