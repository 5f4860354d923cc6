"""Files of products and of stock: what each line means, and what it would do."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from admin.switching.matching import Asked, Match, Matcher
from admin.switching.plans import Line, Outcome, Plan, Wishes, asked_of, meant_of, said_of
from admin.switching.reading import Row, take
from admin.switching.values import Unreadable, code_of, day_of, money_of, units_of
from catalog.certificates.importing import Faults
from catalog.changes.rules import is_big, percent
from catalog.listings.models import GRAM
from catalog.listings.prices import prices_on
from catalog.listings.queries import offers
from catalog.listings.rules import clean_gtin
from catalog.producers.queries import scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.db import db
from core.money import dong
from core.text import fold
from shop.inventory.models import GoodsReceipt, Lot, StockLevel, StockMovement
from shop.stores.models import Place, Store

#: What other systems call a line that is no goods.
_NO_GOODS = ("dich vu", "combo", "combo - dong goi")


def plan_products(store: Store, rows: Sequence[Row], wishes: Wishes, by: Actor, on: date, faults: Faults) -> Plan:
    """Prices, barcodes and codes of packs that are known; proposals or a list of what is not."""
    lines, asked, matcher = _matched(store, rows, wishes, faults)
    packs = [match.pack for match in matcher if match.pack]
    prices = prices_on({pack.sku.id for pack in packs}, on)
    certified = set(offers({pack.sku.id for pack in packs}, on))
    taken = {pack.sku.gtin for pack in packs if pack.sku.gtin}
    made = [
        _product_line(row, one, match, prices, certified, taken, wishes, by, faults)
        for row, one, match in zip(lines, asked, matcher, strict=True)
    ]
    _refuse_twice(made, faults)
    return Plan("products", made)


def plan_stock(store: Store, rows: Sequence[Row], wishes: Wishes, on: date, faults: Faults) -> Plan:
    """Opening lots of certified packs; a lot that an opening receipt of this store already has is left out."""
    lines, asked, matcher = _matched(store, rows, wishes, faults)
    ids = {match.pack.sku.id for match in matcher if match.pack}
    certified, known = set(offers(ids, on)), opened_lots(store, ids)
    made = [
        _stock_line(row, one, match, certified, known, on, faults)
        for row, one, match in zip(lines, asked, matcher, strict=True)
    ]
    _refuse_twice(made, faults)
    return Plan("stock", made)


def opened_lots(store: Store, sku_ids: Collection[int]) -> set[tuple[int, str]]:
    """Packs and lot numbers that opening receipts of a store have brought."""
    query = (
        select(Lot.sku_id, Lot.number)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .join(GoodsReceipt, GoodsReceipt.code == StockMovement.document_ref)
        .where(
            Place.store_id == store.id, Lot.sku_id.in_(sku_ids), StockMovement.document_type == "goods_receipt",
            GoodsReceipt.kind == "opening",
        )
        .distinct()
    )  # fmt: skip
    return {(row[0], row[1]) for row in db.session.execute(query)}


def _matched(
    store: Store, rows: Sequence[Row], wishes: Wishes, faults: Faults
) -> tuple[list[Row], list[Asked], list[Match]]:
    """Rows with their variants' names filled in, what they say, and the packs they mean."""
    filled = _filled_down(rows)

    def asked(row: Row) -> Asked:
        try:
            return asked_of(row, code_of)
        except Unreadable as error:
            faults.add(row.line, "barcode", str(error))
            return Asked("", "", row["name"], row["variant"], row["maker"])

    found = [asked(row) for row in filled]
    matcher = Matcher(store.seller_id, found, trusts_names=wishes.trusts_names)
    return filled, found, [matcher.match(one) for one in found]


def _filled_down(rows: Sequence[Row]) -> list[Row]:
    """Shopify names a product once, in the first line of its variants; the others have its handle only."""
    first: dict[str, Row] = {}
    found: list[Row] = []
    for row in rows:
        head = first.setdefault(row["handle"], row) if row["handle"] else row
        heired = {name: row[name] or head[name] for name in ("name", "maker")}
        found.append(Row(row.line, {**row.cells, **heired}))
    return found


def _unmatched(row: Row, asked: Asked, match: Match) -> Line:
    outcome = Outcome.UNCLEAR if match.how == "unclear" else Outcome.NOT_OCOP
    note = _("Ghi mã hàng ở đây vào cột mã, hoặc ghi tên nhà sản xuất.") if outcome == Outcome.UNCLEAR else ""
    return Line(row.line, said_of(asked), outcome, note=note)


def _product_line(
    row: Row, asked: Asked, match: Match, prices: Mapping[int, int], certified: Collection[int], taken: set[str],
    wishes: Wishes, by: Actor, faults: Faults,
) -> Line:  # fmt: skip
    if not (asked.name and (asked.code or row["price"])) or fold(row["kind"]) in _NO_GOODS:
        return Line(row.line, said_of(asked), Outcome.SKIPPED)
    pack = match.pack
    if pack is None:
        return _candidate(row, asked, match, wishes)
    meant, how = meant_of(pack), match.how
    if pack.sku.id not in certified:
        return Line(row.line, said_of(asked), Outcome.UNCERTIFIED, meant, how)
    price, now_vnd = take(row, "price", money_of, faults), prices[pack.sku.id]
    act = {"sku": pack.sku.code, "code": asked.code}
    scope = scope_of(pack.producer)
    if price and price != now_vnd:
        note = _("%(before)s → %(after)s", before=dong(now_vnd), after=dong(price))
        if not is_allowed(by, "prices.set", scope):
            return Line(row.line, said_of(asked), Outcome.OTHER_PRICE, meant, how, note, act)
        if is_big(now_vnd, price) and not wishes.takes_big_prices:
            by_so_much = percent(now_vnd, price)
            faults.add(row.line, "price", _("Giá đổi %(n)s %%: xem lại, hoặc đánh dấu đồng ý đổi giá.", n=by_so_much))
        act |= {"price": price, "gtin": _new_gtin(asked, pack.sku.gtin, taken, by, scope)}
        return Line(row.line, said_of(asked), Outcome.PRICE, meant, how, note, act)
    if gtin := _new_gtin(asked, pack.sku.gtin, taken, by, scope):
        return Line(row.line, said_of(asked), Outcome.GTIN, meant, how, gtin, act | {"gtin": gtin})
    return Line(row.line, said_of(asked), Outcome.SAME, meant, how, act=act)


def _new_gtin(asked: Asked, stands: str | None, taken: set[str], by: Actor, scope: object) -> str | None:
    """A barcode that is a real GTIN, for a pack that has none yet, from whoever may write it."""
    gtin = clean_gtin(asked.barcode)
    if gtin is None or stands or gtin in taken or not is_allowed(by, "listings.edit", scope):  # type: ignore[arg-type]
        return None
    taken.add(gtin)
    return gtin


def _candidate(row: Row, asked: Asked, match: Match, wishes: Wishes) -> Line:
    if match.how == "unclear" or not (wishes.area and wishes.set_no and asked.maker):
        return _unmatched(row, asked, match)
    act = {"name": asked.name[:200], "producer_name": asked.maker[:200], "set_no": wishes.set_no}
    return Line(row.line, said_of(asked), Outcome.CANDIDATE, act=act)


def _stock_line(
    row: Row, asked: Asked, match: Match, certified: Collection[int], known: Collection[tuple[int, str]], on: date,
    faults: Faults,
) -> Line:  # fmt: skip
    pack = match.pack
    if pack is None:
        is_bare = not (asked.name or asked.code)
        return Line(row.line, said_of(asked), Outcome.SKIPPED) if is_bare else _unmatched(row, asked, match)
    is_weighed = pack.sku.unit == GRAM
    units = take(row, "quantity", lambda text: units_of(text, is_weighed=is_weighed), faults)
    cost, made_on = take(row, "cost", money_of, faults), take(row, "made_on", day_of, faults)
    expires_on, meant = take(row, "expires_on", day_of, faults), meant_of(pack)
    number = row["lot"][:60] or f"DK-{pack.sku.code}"[:60]
    if not units or units < 0:
        note = _("Tồn âm: không nhập, hãy kiểm kê.") if units else ""
        return Line(row.line, said_of(asked), Outcome.EMPTY, meant, match.how, note)
    if (pack.sku.id, number) in known:
        return Line(row.line, said_of(asked), Outcome.ALREADY, meant, match.how, number)
    if pack.sku.id not in certified:
        return Line(row.line, said_of(asked), Outcome.UNCERTIFIED, meant, match.how)
    if expires_on is not None and expires_on < on:
        return Line(row.line, said_of(asked), Outcome.EXPIRED, meant, match.how)
    if made_on is not None and (made_on > on or (expires_on is not None and made_on > expires_on)):
        faults.add(row.line, "made_on", _("Ngày sản xuất phải trước hôm nay và trước hạn sử dụng."))
    act = {
        "sku": pack.sku.code, "sku_id": pack.sku.id, "number": number, "quantity": units, "made_on": made_on,
        "expires_on": expires_on, "cost": cost or 0, "code": asked.code,
    }  # fmt: skip
    shown = _("%(kg)s kg", kg=f"{units / 1000:g}".replace(".", ",")) if is_weighed else str(units)
    return Line(row.line, said_of(asked), Outcome.RECEIVE, meant, match.how, f"{shown} · {number}", act)


def _refuse_twice(lines: Sequence[Line], faults: Faults) -> None:
    """Two lines of a file that would do the same to the same pack contradict each other."""
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        if line.outcome not in (Outcome.PRICE, Outcome.RECEIVE, Outcome.CANDIDATE):
            continue
        key = tuple(str(line.act.get(name, "")) for name in ("sku", "number", "name", "producer_name"))
        if key in seen:
            faults.add(line.number, None, _("Trùng với dòng %(other)d.", other=seen[key]))
        seen.setdefault(key, line.number)
