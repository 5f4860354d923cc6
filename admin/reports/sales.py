"""What was sold in a period, by day, store and product, less what came back."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.exports import Column
from admin.reports.registry import Asked, Row, report
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import day_or_none, db, in_chunks
from shop.sales.queries import sums_by
from shop.sales.rules import By, Only
from shop.stores.models import Store

COLUMNS = (
    Column("day", _l("Ngày"), "day"), Column("store", _l("Cửa hàng")), Column("product", _l("Sản phẩm")),
    Column("producer", _l("Chủ thể")), Column("stars", _l("Sao"), "stars"), Column("pieces", _l("Số cái"), "whole"),
    Column("grams", _l("Số gam"), "whole"), Column("revenue", _l("Doanh thu"), "dong"),
    Column("store_code", _l("Mã cửa hàng")), Column("product_code", _l("Mã sản phẩm")),
)  # fmt: skip


@report(
    "sales", _l("Doanh thu theo ngày, cửa hàng và sản phẩm"), COLUMNS,
    order=60,
    note=_l(
        "Tiền khách trả cho hàng đã giao, gồm VAT và đã trừ giảm giá; hàng trả lại là số âm vào ngày trả. "
        "Số sao là sao khi bán. Phí giao không tính."
    ),
)  # fmt: skip
def sales(asked: Asked) -> list[Row]:
    """A row for each day, store, product and star, by day."""
    days = Only(asked.since, min(asked.until, asked.as_of))
    sums = sums_by(By.DAY, By.STORE, By.PRODUCT, By.STARS, only=days)
    stores = {one.id: one for one in db.session.scalars(select(Store))}
    products: dict[int, tuple[str, str, str]] = {}
    for chunk in in_chunks({one.key[2] for one in sums}):
        query = select(Product.id, Product.name, Product.code, Producer.name)
        query = query.join(Producer, Producer.id == Product.producer_id).where(Product.id.in_(chunk))
        products |= {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(query)}
    found: list[Row] = []
    for one in sums:
        day, store_id, product_id, stars = one.key
        store, (name, code, producer) = stores[int(store_id)], products[int(product_id)]  # type: ignore[arg-type]
        found.append(
            {
                "day": day_or_none(day), "store": store.name, "product": name, "producer": producer,  # type: ignore[arg-type]
                "stars": stars, "pieces": one.pieces, "grams": one.grams, "revenue": one.revenue_vnd,
                "store_code": store.code, "product_code": code,
            }
        )  # fmt: skip
    return found
