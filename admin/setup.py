"""Joins the desks to the application."""

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from admin import (
    another_day,
    audit,
    bank,
    bank_cash,
    bank_sources,
    baskets,
    candidates,
    cards,
    cases,
    certificates,
    complaints,
    corrections,
    counter,
    counts,
    coupons,
    decisions,
    delivery,
    documents,
    entries,
    factors,
    home,
    hooks,
    imports,
    invoice_files,
    invoices,
    jobs,
    labels,
    ledger,
    mandates,
    messages,
    moderation,
    order_files,
    orders,
    papers,
    payouts,
    permissions,
    privacy,
    recalls,
    receiving,
    registry,
    removals,
    renewals,
    replenish,
    returns,
    reviews,
    searches,
    settlement_terms,
    settlements,
    shop_closing,
    shop_staff,
    shops,
    stock,
    stops,
    store_home,
    supply_requests,
    synonyms,
    tables,
    tills,
    transfers,
    users,
    verification,
    vouchers,
    waiting,
    why,
)
from admin.candidates import count_proposed
from admin.demo import cli as demo_cli
from admin.desk import desk
from admin.fair_report import setup as fair_report
from admin.lookahead import pages as lookahead
from admin.producing import photos
from admin.producing import setup as producing
from admin.reports import setup as reports
from admin.switching import setup as switching
from catalog.certificates.queries import count_unverified
from catalog.complaints.queries import count_received
from catalog.decisions.queries import count_waiting
from catalog.registry.queries import count_waiting as count_unconfirmed
from core.web.api import register_api
from core.web.menu import belongs, menu_item
from shop.cards.alarms import count_open
from shop.reviews.queries import count_to_moderate

__all__ = [
    "another_day",
    "bank",
    "bank_cash",
    "bank_sources",
    "baskets",
    "candidates",
    "cards",
    "cases",
    "certificates",
    "complaints",
    "corrections",
    "counter",
    "counts",
    "coupons",
    "decisions",
    "delivery",
    "documents",
    "entries",
    "factors",
    "home",
    "hooks",
    "imports",
    "init_app",
    "invoice_files",
    "invoices",
    "jobs",
    "labels",
    "ledger",
    "lookahead",
    "mandates",
    "messages",
    "moderation",
    "order_files",
    "orders",
    "papers",
    "payouts",
    "photos",
    "privacy",
    "producing",
    "recalls",
    "receiving",
    "registry",
    "removals",
    "renewals",
    "replenish",
    "returns",
    "reviews",
    "searches",
    "settlement_terms",
    "settlements",
    "shop_closing",
    "shop_staff",
    "shops",
    "stock",
    "stops",
    "store_home",
    "supply_requests",
    "synonyms",
    "tills",
    "transfers",
    "users",
    "verification",
    "vouchers",
    "waiting",
    "why",
]

#: Pages below a store's address that are another line of the menu than its stock.
_OF_A_STORE = {
    "desk.till_stores": ("quay", "ca"),
    "desk.till_exceptions": ("ban-mat-mang",),
    "desk.transfers": ("chuyen-kho",),
    "desk.removals": ("xuat-huy", "tra-chu-the", "muc-xuat-huy"),
    "desk.recalls": ("thu-hoi",),
}


def init_app(app: Flask) -> None:
    """Register permissions, the desks' pages and menu, and the API of the trail."""
    permissions.register()
    app.register_blueprint(desk)
    tables.init_app(app)
    register_api(app, audit.blp)
    reports.init_app(app)
    fair_report.init_app(app)
    producing.init_app(app)
    switching.init_app(app)
    demo_cli.init_app(app)
    _fill_menu()
    for endpoint, kept in _OF_A_STORE.items():
        belongs(endpoint, *(f"/quan-ly/cua-hang/*/{name}" for name in kept))
    belongs("desk.till_stores", "/quan-ly/ca")


def _fill_menu() -> None:
    menu_item("account", _l("Bàn làm việc"), "desk.home", order=5, action="desk.enter", icon="grid")
    menu_item("desk", _l("Việc của tôi"), "desk.home", order=10, action="desk.enter", icon="home")
    menu_item("desk", _l("Cửa hàng hôm nay"), "desk.today_stores", order=12, action="sales.today", icon="chart")
    goods = _l("Sản phẩm")
    _fill_books(goods)
    _fill_stores(goods)
    _fill_trade(goods)
    _fill_money(goods)
    _fill_papers(goods)
    _fill_behind()


def _fill_books(goods: LazyString) -> None:
    """Certificates, proposals, the register and their papers."""
    menu_item(
        "desk", _l("Chứng nhận"), "desk.certificates", order=20, action="certificates.read", icon="award", group=goods,
        badge=count_unverified,
    )  # fmt: skip
    menu_item(
        "desk", pgettext("menu", "Quyết định"), "desk.decisions", order=22, action="decisions.read", icon="document",
        group=goods, badge=count_waiting,
    )  # fmt: skip
    menu_item(
        "desk", _l("Sắp hết hạn"), "desk.lookahead", order=25, action="lookahead.read", icon="calendar", group=goods
    )  # fmt: skip
    menu_item(
        "desk", _l("Đề xuất"), "desk.candidates", order=24, action="candidates.read", icon="seedling", group=goods,
        badge=count_proposed,
    )  # fmt: skip
    menu_item(
        "desk", _l("Sổ đăng ký"), "desk.registry", order=26, action="registry.read", icon="book", group=goods,
        badge=count_unconfirmed,
    )  # fmt: skip
    menu_item(
        "desk", pgettext("menu", "Giấy tờ"), "desk.papers", order=27, action="papers.read", icon="document", group=goods
    )
    menu_item("desk", _l("Lệnh gỡ"), "desk.stops", order=28, action="stops.read", icon="stop", group=goods)


def _fill_stores(goods: LazyString) -> None:
    """Stores and what lies in them."""
    menu_item("desk", _l("Kho cửa hàng"), "desk.stores", order=30, action="stock.read", icon="box", group=goods)
    menu_item("desk", _l("Thu hồi hàng"), "desk.recalls", order=33, action="recalls.read", icon="stop", group=goods)
    menu_item("desk", _l("Địa điểm bán"), "desk.shops", order=33, action="stores.read", icon="store", group=goods)
    menu_item(
        "desk", _l("Đặt hàng"), "desk.replenish_stores", order=31, action="replenish.read", icon="truck", group=goods
    )
    menu_item(
        "desk", _l("Chuyển kho"), "desk.transfers", order=30, action="transfers.read", icon="truck", group=goods,
        badge=transfers.waiting_badge,
    )  # fmt: skip
    menu_item(
        "desk", _l("Xuất hủy"), "desk.removals", order=30, action="removals.read", icon="stop", group=goods,
        badge=removals.waiting_badge,
    )  # fmt: skip


def _fill_trade(goods: LazyString) -> None:
    """What is said of goods, and the trade in them."""
    menu_item(
        "desk", _l("Khiếu nại"), "desk.complaints", order=29, action="complaints.read", icon="alert", group=goods,
        badge=count_received,
    )  # fmt: skip
    menu_item(
        "desk", _l("Sửa đổi"), "desk.moderation", order=23, action="changes.read", icon="eye", group=goods,
        badge=moderation.count_queue,
    )  # fmt: skip
    menu_item(
        "desk", _l("Đánh giá"), "desk.reviews", order=29, action="reviews.read", icon="edit", group=goods,
        badge=count_to_moderate,
    )  # fmt: skip
    menu_item(
        "desk", _l("Khách nói gì"), "desk.own_reviews", order=29, action="reviews.answer", icon="edit", group=goods,
        badge=reviews.unanswered_badge,
    )  # fmt: skip
    menu_item(
        "desk", _l("Chờ hàng"), "desk.waiting", order=31, action="waiting.read", icon="clock", group=goods,
        badge=waiting.to_call_badge,
    )  # fmt: skip
    menu_item("desk", _l("Giỏ quà"), "desk.baskets", order=32, action="baskets.read", icon="gift", group=goods)
    menu_item("desk", _l("Mã giảm giá"), "desk.coupons", order=42, action="coupons.read", icon="gift", group=goods)
    menu_item("desk", _l("Phí giao hàng"), "desk.delivery", order=43, action="delivery.read", icon="box", group=goods)
    menu_item("desk", _l("Đơn hàng"), "desk.orders", order=40, action="orders.read", icon="receipt", group=goods)
    menu_item(
        "desk", _l("Cổng thẻ"), "desk.cards", order=46, action="cards.read", badge=count_open, icon="receipt",
        group=goods,
    )  # fmt: skip
    menu_item("desk", _l("Khách đến lấy"), "desk.collect", order=41, action="orders.hand_over", icon="qr", group=goods)
    menu_item(
        "desk", _l("Quầy thu ngân"), "desk.till_stores", order=39, action="till.read", icon="receipt", group=goods
    )
    menu_item(
        "desk", _l("Bán lúc mất mạng"), "desk.till_exceptions", order=41, action="till.decide", icon="clock",
        group=goods,
    )  # fmt: skip
    menu_item(
        "desk", _l("Trả hàng"), "desk.returns", order=43, action="returns.read", icon="undo", group=goods,
        badge=returns.open_returns,
    )  # fmt: skip
    menu_item(
        "desk", _l("Hoàn tiền"), "desk.payouts", order=44, action="payouts.read", icon="receipt", group=goods,
        badge=payouts.to_approve,
    )  # fmt: skip
    menu_item(
        "desk", _l("Vụ việc"), "desk.cases", order=45, action="cases.read", icon="return", group=goods,
        badge=cases.open_cases_badge,
    )  # fmt: skip


def _fill_papers(goods: LazyString) -> None:
    """Invoices of sales, and vouchers for services."""
    menu_item(
        "desk", _l("Hóa đơn"), "desk.invoices", order=42, action="invoices.read", icon="document", group=goods,
        badge=invoices.count_drafts,
    )  # fmt: skip
    menu_item("desk", _l("Phiếu dịch vụ"), "desk.vouchers", order=43, action="vouchers.read", icon="qr", group=goods)


def _fill_money(goods: LazyString) -> None:
    """What came at the bank, and the cash of couriers."""
    menu_item(
        "desk", _l("Tiền về"), "desk.bank", order=41, action="bank.read", icon="receipt", group=goods,
        badge=bank.waiting_badge,
    )  # fmt: skip
    menu_item(
        "desk", _l("Quyết toán"), "desk.settlements", order=45, action="settlements.desk", icon="wallet", group=goods,
        badge=settlements.to_approve,
    )  # fmt: skip
    menu_item(
        "desk", _l("Tiền thu hộ"), "desk.cash", order=42, action="remittances.read", icon="truck", group=goods,
        badge=bank_cash.open_badge,
    )  # fmt: skip


def _fill_behind() -> None:
    """People, and what is watched."""
    people, behind = _l("Con người"), _l("Theo dõi")
    menu_item(
        "desk", _l("Ủy quyền"), "desk.mandates", order=64, action="mandates.see", icon="shield", group=people,
        badge=mandates.waiting_badge,
    )  # fmt: skip
    menu_item("desk", _l("Người dùng"), "desk.users", order=65, action="users.read", icon="people", group=people)
    menu_item(
        "desk", _l("Dữ liệu cá nhân"), "desk.privacy_requests", order=66, action="privacy.handle", icon="shield",
        group=people, badge=privacy.privacy_badge,
    )  # fmt: skip
    menu_item("desk", _l("Tin nhắn"), "desk.message_kinds", order=66, action="messages.read", icon="mail", group=behind)
    menu_item("desk", _l("Tìm kiếm"), "desk.searches", order=67, action="searches.read", icon="search", group=behind)
    menu_item("desk", _l("Báo cáo"), "desk.report_list", order=68, action="reports.read", icon="chart", group=behind)
    menu_item("desk", _l("Webhook"), "desk.hooks", order=72, action="hooks.keep", icon="arrow", group=behind)
    menu_item("desk", _l("Nhật ký"), "desk.audit", order=70, action="audit.read", icon="document", group=behind)
    menu_item(
        "desk", _l("Xem ngày khác"), "desk.choose_day", order=75, action="day.preview", icon="clock", group=behind
    )  # fmt: skip
    menu_item("desk", _l("Việc nền"), "desk.background", order=80, action="jobs.read", icon="clock", group=behind)
