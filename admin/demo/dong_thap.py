"""The case of Đồng Tháp as a demonstration: one decision that revokes 47 products of 27 producers, step by step.

Told by the press: 41 had simply not been re-assessed, so their stars had lapsed long before the decision; 6 failed.
All names are invented (data/SOURCE.md). Each step may be run again: it says that it was done, and changes nothing.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from flask import current_app
from sqlalchemy import func, select

from admin.demo.chance import dice_of
from admin.demo.dong_thap_shop import fill_the_shop, is_stocked
from admin.demo.goods import at
from admin.demo.labels import UNKNOWN_ADDRESS, label_of
from admin.demo.packs import skus_of
from admin.demo.people import ACCOUNTS, People
from admin.demo.plan import DAY
from admin.demo.sample import DATA
from catalog.certificates.law import competent_levels
from catalog.certificates.rules import add_months
from catalog.consequences.port import sentence
from catalog.decisions.models import CONFIRMED, Decision
from catalog.decisions.queries import count_lines, find_numbered
from catalog.decisions.reading import read_items
from catalog.decisions.rules import Facts
from catalog.decisions.service import confirm_decision, enter_decision, review, try_out
from catalog.listings.models import Listing
from catalog.listings.queries import list_reopenable
from catalog.listings.service import open_listing, publish_listing, reopen
from catalog.products.models import Product
from core.accounts.actor import SYSTEM, Actor
from core.accounts.contacts import Contact
from core.accounts.queries import find_by_contact
from core.clock import today, travel
from core.db import db, transaction
from core.schedule import run_nightly
from core.worker import run_pending

SEED = 77039
AUTHORITY = "UBND tỉnh Đồng Tháp"
DISTRICT = "UBND huyện Tháp Mười"
REVOCATION = "MH-47-TH/QĐ-UBND (minh hoạ)"
RESTORATION = "MH-12-CN/QĐ-UBND (minh hoạ)"
#: How long ago the stars of those that were not re-assessed ran out.
LAPSED_AGO = 40 * DAY
#: Of the products that a later decision recognises again, how many of each outcome.
RESTORED = {"failed": 4, "not_reassessed": 8}


@dataclass(frozen=True)
class Row:
    """One product of the case."""

    name: str
    producer: str
    set_no: int
    stars: int
    #: not_reassessed or failed.
    outcome: str


@cache
def rows() -> tuple[Row, ...]:
    """The 47 products."""
    with (DATA / "dong_thap.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Row(one["name"], one["producer"], int(one["set"]), int(one["stars"]), one["outcome"])
            for one in csv.DictReader(lines)
        )


class Incomplete(Exception):
    """A step was asked for before the one it stands on."""


Step = Callable[[], Iterator[str]]


def prepare() -> Iterator[str]:
    """The 47 products as they stood: recognised three years ago, listed, some in stores, carts, orders, a booth."""
    if _products():
        yield "47 products are there already"
    else:
        with transaction():
            _recognise_of_old()
            _list_all()
        yield f"47 products of {len({row.producer for row in rows()})} producers, recognised of old and listed"
    failed = [product for product in _products() if _row(product).outcome == "failed"]
    lapsed = [product for product in _products() if _row(product).outcome != "failed"]
    if is_stocked(failed):
        yield "stock, carts and orders are there already"
    else:
        yield from fill_the_shop(failed, lapsed, _people())
    _run_reactions()
    yield from _pages()


def dry_run() -> Iterator[str]:
    """What the decision would do; nothing is written."""
    facts, items = _revocation()
    trial = try_out(_first(), facts, read_items(facts, items))
    if trial.same is not None and trial.same.state == CONFIRMED:
        yield f"the decision was confirmed before: {trial.same.code}"
        return
    plan = trial.plan
    yield f"{facts.number}: {plan.totals.products} products"
    yield f"  {plan.count('revoke')} revoked and taken off sale"
    yield f"  {plan.count('record')} recorded only: their stars had run out before"
    yield from (f"  {sentence(effect)}" for effect in trial.effects)


def enter() -> Iterator[str]:
    """The first certifier writes it down."""
    facts, items = _revocation()
    found, is_new = enter_decision(_first(), facts, read_items(facts, items))
    yield f"{'entered' if is_new else 'entered before'}: {found.code}; nothing has changed yet"


def confirm() -> Iterator[str]:
    """The second certifier counts 47, reads the consequences, and confirms."""
    found = _decision(REVOCATION)
    if found.state == CONFIRMED:
        yield f"confirmed before: {found.code}"
        return
    totals = {"products": len(rows())}
    effects = review(_second(), found.code, totals).effects
    confirm_decision(_second(), found.code, totals)
    yield f"confirmed by {_second().label}: {count_lines([found.id])[found.id]} certificates revoked in one transaction"
    yield from (f"  {sentence(effect)}" for effect in effects)


def after() -> Iterator[str]:
    """What follows, done by the worker; and what the pages answer now."""
    _need_confirmed()
    _run_reactions()
    yield "the worker has done what follows"
    yield from _pages()


def restore() -> Iterator[str]:
    """A new decision recognises twelve of them again: by two persons, and nothing comes on sale by itself."""
    _need_confirmed()
    facts, items = _restoration()
    found, is_new = enter_decision(_first(), facts, read_items(facts, items))
    if found.state != CONFIRMED:
        confirm_decision(_second(), found.code, {"products": sum(RESTORED.values())})
    yield f"{'recognised again' if is_new else 'recognised again before'}: {sum(RESTORED.values())} products"
    _run_reactions()
    waiting = list_reopenable(today(), [product.id for product in _products()])
    yield f"{len(waiting)} wait for a person to put them on sale"
    yield from _pages()


def reopening() -> Iterator[str]:
    """A person puts them on sale again."""
    waiting = list_reopenable(today(), [product.id for product in _products()])
    if waiting:
        reopen(_second(), [listing.id for listing, _product, _governing in waiting])
        _run_reactions()
    yield f"{len(waiting)} put on sale again by {_second().label}" if waiting else "none waits to be put on sale"
    yield from _pages()


STEPS: dict[str, Step] = {
    "prepare": prepare, "dry-run": dry_run, "enter": enter, "confirm": confirm, "after": after, "restore": restore,
    "reopen": reopening,
}  # fmt: skip


# What the decisions say


def _revocation() -> tuple[Facts, list[dict[str, object]]]:
    """As it was first entered, so that a later day runs the same decision again."""
    day = _day_of(REVOCATION)
    facts = Facts("revocation", REVOCATION, day, "province", AUTHORITY, "criteria", day, is_demo=True)
    grounds = {"not_reassessed": "other", "failed": None}
    items = [
        {"product_name": row.name, "producer_name": row.producer, "ground": grounds[row.outcome]} for row in rows()
    ]
    return facts, [{name: value for name, value in item.items() if value} for item in items]


def _restoration() -> tuple[Facts, list[dict[str, object]]]:
    day = _day_of(RESTORATION)
    facts = Facts("recognition", RESTORATION, day, "province", AUTHORITY, is_demo=True)
    chosen = [row for outcome, count in RESTORED.items() for row in _of(outcome)[:count]]
    return facts, _recognised(chosen, day)


def _recognised(chosen: Sequence[Row], day: date) -> list[dict[str, object]]:
    last = add_months(day, 36).isoformat()
    return [
        {
            "product_name": row.name, "producer_name": row.producer, "set": row.set_no, "stars": row.stars,
            "valid_from": day.isoformat(), "valid_until": last,
        }
        for row in chosen
    ]  # fmt: skip


def _recognise_of_old() -> None:
    """Their first decisions, under a past clock: one for each outcome and star, by whoever was competent."""
    begins = {
        "not_reassessed": add_months(today() - LAPSED_AGO, -36),
        "failed": add_months(today(), -30),
    }
    together = sorted(rows(), key=lambda row: (row.outcome, row.stars))
    for (outcome, stars), group in groupby(together, key=lambda row: (row.outcome, row.stars)):
        day = begins[outcome]
        level = competent_levels(stars, day)[0]
        issuer = DISTRICT if level == "district" else AUTHORITY
        number = f"MH-DT{stars}-{day:%Y%m}/QĐ-UBND (minh hoạ)"
        facts = Facts("recognition", number, day, level, issuer, is_demo=True)
        with travel(at(day + DAY)):
            items = _recognised(list(group), day)
            found, _is_new = enter_decision(_first(), facts, read_items(facts, items))
        with travel(at(day + 7 * DAY)):
            confirm_decision(_second(), found.code)


def _list_all() -> None:
    for number, product in enumerate(_products(), start=1):
        summary = f"{product.name} của {product.producer.name}. Sản phẩm đặt ra để minh hoạ một quyết định thu hồi."
        with travel(at(today() - timedelta(days=700))):
            skus = skus_of(f"DT{number:02}", product.set_no, dice_of(SEED, product.name))
            words = label_of(product.set_no) | {"maker_address": UNKNOWN_ADDRESS, "summary": summary[:300]}
            listing = open_listing(SYSTEM, product=product.code, skus=skus, **words)
            publish_listing(SYSTEM, listing.id)


# Who and what


def _people() -> People:
    found = {email.split("@")[0]: find_by_contact(Contact(email=email)) for email, *_ in ACCOUNTS}
    if not all(found.values()):
        raise Incomplete("load the demonstration first: flask demo load")
    return People({who: user.id for who, user in found.items() if user is not None})


def _first() -> Actor:
    return _people().acting("certifier", "certifier")


def _second() -> Actor:
    return _people().acting("verifier", "certifier")


def _of(outcome: str) -> list[Row]:
    return [row for row in rows() if row.outcome == outcome]


def _row(product: Product) -> Row:
    return next(row for row in rows() if row.name == product.name)


def _products() -> list[Product]:
    """The products of the case, by name."""
    names = {row.name for row in rows()}
    query = select(Product).where(Product.name.in_(names), Product.is_demo).order_by(Product.name_folded)
    makers = {row.producer for row in rows()}
    return [product for product in db.session.scalars(query) if product.producer.name in makers]


def _decision(number: str) -> Decision:
    found = find_numbered(number)
    if found is None:
        raise Incomplete(f"{number} is not entered yet: run --step enter")
    return found


def _day_of(number: str) -> date:
    found = find_numbered(number)
    return found.decided_on if found else today()


def _need_confirmed() -> None:
    if _decision(REVOCATION).state != CONFIRMED:
        raise Incomplete(f"{REVOCATION} is not confirmed yet: run --step confirm")


def _run_reactions() -> None:
    """What the worker and the night would do."""
    run_nightly(today())
    while run_pending():
        pass


def _pages() -> Iterator[str]:
    """What the product pages answer, and how many the search still finds."""
    slugs = [product.slug for product in _products()]
    listed = db.session.scalar(
        select(func.count()).select_from(Listing).join(Product).where(Product.slug.in_(slugs), Listing.state == "live")
    )
    db.session.rollback()
    client = current_app.test_client()
    answers: dict[str, int] = {}
    found = 0
    for slug in slugs:
        answer = client.get(f"/api/v1/products/{slug}")
        said = "200" if answer.status_code == 200 else f"{answer.status_code} {(answer.json or {}).get('code')}"
        answers[said] = answers.get(said, 0) + 1
    for product in {row.name for row in rows()}:
        hits = (client.get("/api/v1/products", query_string={"q": product, "per_page": 50}).json or {}).get("items", [])
        found += any(item["slug"] in slugs and item["name"] == product for item in hits)
    told = ", ".join(f"{count} × {said}" for said, count in sorted(answers.items()))
    yield f"pages: {told}; found by search: {found}; listings that want to be live: {listed}"
