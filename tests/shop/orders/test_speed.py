"""A whole guest checkout over REST, fetched or sent, in at most forty statements."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from core.db import db

MOST = 40
_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # what the test's own outer transaction adds


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_whole_guest_checkout_takes_at_most_forty_statements(
    make: ModuleType, client: FlaskClient, is_sent: bool
) -> None:
    home = make.area("Xã Kiến Hải").code
    store, skus = make.store(), [make.sku() for _ in range(3)]
    for sku in skus:
        make.lot(sku, store, on_shelf=20)
    code, lines = store.code, [{"sku": sku.code, "quantity": 2} for sku in skus]
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    def checkout(number: int) -> None:
        cart = client.post("/api/v1/carts", json={"store": code, "lines": lines})
        assert cart.status_code == 201, cart.text
        address = f"/api/v1/carts/{cart.json['token']}"
        body = {
            "contact": {"name": "Người thử", "phone": f"091234567{number}"},
            "fulfilment": {"method": "pickup", "store": code},
            "payment": {"provider": "at_store"},
            "expected_total": cart.json["total"],
        }
        if is_sent:
            body |= {
                "fulfilment": {"method": "delivery", "address": {"line": "Số 5, thôn Đoài", "area": home}},
                "payment": {"provider": "cod"},
                "expected_total": client.get(f"{address}/quote?method=delivery&area={home}").json["total"],
            }
        placed = client.post(f"{address}/checkout", json=body, headers={"Idempotency-Key": f"k{number}"})
        assert placed.status_code == 201, placed.text

    checkout(1)  # whatever is read once and kept
    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        checkout(2)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    asked = [one for one in seen if not one.startswith(_FRAME)]
    print(len(asked))
    assert len(asked) <= MOST, "\n".join(" ".join(one.split())[:330] for one in asked)
