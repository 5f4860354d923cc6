"""Steps that both journeys take, each a call or two over HTTP."""

from typing import Any

from tests import make
from tests.journeys.conftest import Town

HONEY = "Mật ong hoa rừng Cát Bà"
CONTACT = {"name": "Chị Mua Thử", "phone": "0912 345 678"}


def open_town(town: Town) -> None:
    """A commune, a store with its legal seller, and two certifiers, a manager, an organizer, an admin."""
    town.live.run(lambda: make.store("kien-thuy"))
    town.hires("enters", "certifier")
    town.hires("verifies", "certifier")
    town.hires("manager", "store_manager", ("store", "kien-thuy"))
    town.hires("admin", "admin")


def register_producer(town: Town, name: str = "Hợp tác xã Ong Cát Bà") -> str:
    """A producer with an account of her own; answers its code."""
    code = town.does("enters", "POST", "/producers", {"name": name, "kind": "cooperative"})["code"]
    town.hires(code, "producer", ("producer", code))
    return code


def certify(town: Town, product: str, valid_from: str, valid_until: str, stars: int = 4) -> str:
    """Enter a certificate and have a second person verify it; answers its code."""
    entered = town.does(
        "enters",
        "POST",
        "/certificates",
        {
            "product": product, "decision_number": "144/QĐ-UBND", "decided_on": valid_from, "issuer_level": "province",
            "issuer": "UBND thành phố Hải Phòng", "stars": stars, "valid_from": valid_from, "valid_until": valid_until,
        },
    )  # fmt: skip
    code = entered["code"]
    assert town.refused(None, "GET", f"/certificates/{code}")[0] == 404
    second = {"stars": stars, "valid_until": valid_until}
    assert town.refused("enters", "POST", f"/certificates/{code}/verification", second)[1] == "verification.same_person"
    town.does("verifies", "POST", f"/certificates/{code}/verification", second)
    return code


def list_product(town: Town, producer: str, name: str, set_no: int = 3, price: int = 180_000) -> tuple[str, str]:
    """A product, and its live listing with one pack; answers slug and SKU."""
    product = town.does("enters", "POST", "/products", {"name": name, "producer": producer, "set": set_no})
    pack = {"label": "Chai 500 ml", "price": price, "vat_class": "processed"}
    words = {"summary": "Quà quê tự tay làm.", **make.label()}
    wanted = {"product": product["code"], "skus": [pack | {"storage": make.KEPT}], **words}
    listing = town.does(producer, "POST", "/listings", wanted)
    town.does("enters", "POST", f"/listings/{listing['id']}/publication")
    return product["slug"], listing["skus"][0]["code"]


def receive(town: Town, sku: str, quantity: int = 20) -> str:
    """The store takes a delivery; answers the lot's code."""
    line = {"sku": sku, "number": "L01", "quantity": quantity, "made_on": "2026-11-01", "expires_on": "2027-11-01"}
    taken = town.does("manager", "POST", "/stores/kien-thuy/receipts", {"lines": [line]})
    return taken["lines"][0]["lot"]


def fill_cart(town: Town, *skus: str) -> str:
    """A cart with one of each; answers its token."""
    token = town.does(None, "POST", "/carts", {"store": "kien-thuy"})["token"]
    for sku in skus:
        town.does(None, "PUT", f"/carts/{token}/lines/{sku}", {"quantity": 1})
    return token


def checkout_body(provider: str = "at_store", total: int = 180_000) -> dict[str, Any]:
    """What a shopper sends to order."""
    return {
        "contact": CONTACT,
        "fulfilment": {"method": "pickup", "store": "kien-thuy"},
        "payment": {"provider": provider},
        "expected_total": total,
    }


def order(town: Town, sku: str, provider: str = "at_store") -> dict[str, Any]:
    """Fill a cart and order it."""
    return town.does(None, "POST", f"/carts/{fill_cart(town, sku)}/checkout", checkout_body(provider))


def open_fair(town: Town, opens_on: str, closes_on: str) -> str:
    """A registered fair with two booths; answers its slug."""
    seller = town.live.run(lambda: make.seller("Ban tổ chức hội chợ Thử").code)
    fair = town.does(
        "admin",
        "POST",
        "/fairs",
        {
            "name": "Hội chợ OCOP Kiến Thụy", "seller": seller, "registration_number": "12/SCT",
            "venue": "Nhà văn hóa huyện", "opens_on": opens_on, "closes_on": closes_on,
        },
    )  # fmt: skip
    slug = fair["slug"]
    town.hires("organizer", "fair_organizer", ("fair", slug))
    square = [[0, 0], [300, 0], [300, 300], [0, 300]]
    plan = {
        "halls": [{"code": "A", "name": "Nhà A", "width": 2000, "height": 2000}],
        "booths": [
            {"code": f"A{n + 1}", "hall": "A", "polygon": [[x + 500 * n, y] for x, y in square], "price": 500_000}
            for n in range(2)
        ],
    }
    town.does("organizer", "PUT", f"/fairs/{slug}/plan", plan, If_Match=f'"{fair["version"]}"')
    return slug


def certified_producer(town: Town, product: str, valid_from: str) -> tuple[str, str]:
    """Another producer with a product on sale until 2028; answers producer and slug."""
    producer = register_producer(town, f"Hộ sản xuất {product}")
    slug, _sku = list_product(town, producer, product)
    certify(town, slug, valid_from, "2028-12-31")
    return producer, slug


def apply_and_accept(town: Town, fair: str, producer: str, product: str) -> str:
    """A producer applies with a product and is accepted; answers the application's code."""
    wanted = {"products": [product], "conditional": True}
    application = town.does(producer, "POST", f"/fairs/{fair}/applications", wanted)["id"]
    town.does("organizer", "POST", f"/applications/{application}/decision", {"decision": "accepted"})
    return application


def take_booth(town: Town, fair: str, producer: str, product: str, booth: str = "A1") -> dict[str, Any]:
    """A producer applies, is accepted and gets a booth for all days; answers the booking."""
    claim = {"application": apply_and_accept(town, fair, producer, product), "conditional": True}
    return town.does("organizer", "PUT", f"/fairs/{fair}/booths/{booth}/booking", claim)
