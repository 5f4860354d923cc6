"""A whole guest checkout over REST, paid at the store, in at most forty statements."""

from types import ModuleType

from flask.testing import FlaskClient
from sqlalchemy import event

from core.db import db

MOST = 40
_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK")  # what the test's own outer transaction adds


def test_a_whole_guest_checkout_takes_at_most_forty_statements(make: ModuleType, client: FlaskClient) -> None:
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
        body = {
            "contact": {"name": "Người thử", "phone": f"091234567{number}"},
            "fulfilment": {"method": "pickup", "store": code},
            "payment": {"provider": "at_store"},
            "expected_total": cart.json["total"],
        }
        placed = client.post(
            f"/api/v1/carts/{cart.json['token']}/checkout", json=body, headers={"Idempotency-Key": f"k{number}"}
        )
        assert placed.status_code == 201, placed.text

    checkout(1)  # whatever is read once and kept
    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        checkout(2)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    asked = [one for one in seen if not one.startswith(_FRAME)]
    assert len(asked) <= MOST, "\n".join(" ".join(one.split())[:110] for one in asked)
