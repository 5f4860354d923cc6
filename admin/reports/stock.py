"""What lay in the stores at the end of a day, read from the ledger: movements are never changed, so no day is lost."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin.exports import Column
from admin.reports.registry import Asked, Row, report
from catalog.listings.models import GRAM, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.stores.models import Place, Store

COLUMNS = (
    Column("store", _l("Cửa hàng")), Column("place", _l("Nơi để"), "short"), Column("product", _l("Sản phẩm")),
    Column("producer", _l("Chủ thể")), Column("sku", _l("Mã hàng")), Column("lot", _l("Lô")),
    Column("number", _l("Số lô")), Column("expires_on", _l("Hạn sử dụng"), "day"),
    Column("pieces", _l("Số cái"), "whole"), Column("grams", _l("Số gam"), "whole"),
    Column("cost", _l("Giá vốn"), "dong"), Column("terms", _l("Hình thức"), "short"),
    Column("store_code", _l("Mã cửa hàng")), Column("product_code", _l("Mã sản phẩm")),
)  # fmt: skip
PLACES = {"shelf": _l("Trên kệ"), "back": _l("Trong kho"), "transit": _l("Đang chuyển")}
TERMS = {True: _l("ký gửi"), False: _l("mua đứt")}


@report(
    "stock", _l("Hàng trong các cửa hàng vào một ngày"), COLUMNS, has_period=False,
    order=65,
    note=_l("Cộng mọi chuyển động của sổ kho đến hết ngày khóa sổ; giá vốn theo lô, ký gửi theo giá chủ thể giao."),
)  # fmt: skip
def stock(asked: Asked) -> list[Row]:
    """A row for each lot at each place of each store that was there at the end of the day."""
    units = func.sum(StockMovement.delta)
    lay = (
        select(StockMovement.level_id, units.label("units"))
        .where(StockMovement.at <= asked.instant)
        .group_by(StockMovement.level_id)
        .having(units != 0)
        .subquery()
    )
    query = (
        select(
            Store.name, Store.code, Place.code, Product.name, Product.code, Producer.name, Sku.code, Sku.unit, Lot,
            lay.c.units,
        )
        .select_from(lay)
        .join(StockLevel, StockLevel.id == lay.c.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Store, Store.id == Place.store_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .order_by(Store.name, Product.name_folded, Lot.id, StockLevel.id)
    )  # fmt: skip
    return [_row(*row) for row in db.session.execute(query)]


def _row(
    store: str, store_code: str, place: str, product: str, product_code: str, producer: str, sku: str, unit: str,
    lot: Lot, units: int,
) -> Row:  # fmt: skip
    weighed, units = unit == GRAM, int(units)
    return {
        "store": store, "store_code": store_code, "place": str(PLACES[place]), "product": product,
        "product_code": product_code, "producer": producer, "sku": sku, "lot": lot.code, "number": lot.number,
        "expires_on": lot.expires_on, "pieces": 0 if weighed else units, "grams": units if weighed else 0,
        "cost": units * lot.unit_cost_vnd // 1000 if weighed else units * lot.unit_cost_vnd,
        "terms": str(TERMS[lot.is_consigned]),
    }  # fmt: skip
