"""The first desk: what waits for me, by what I may do."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from admin.desk import desk
from admin.lookahead.pages import sight_of
from admin.lookahead.queries import list_ahead
from admin.papers import shelf_warnings
from admin.payouts import to_approve
from admin.producing.home import four_facts
from admin.queries import count_failing, count_overdue, list_certificates
from admin.returns import open_returns
from admin.stock import my_stores
from catalog.candidates.posts import posts_of
from catalog.candidates.queries import count_by_state
from catalog.candidates.queries import count_waiting as count_proposed
from catalog.certificates.models import Certificate
from catalog.certificates.queries import list_ending, standings
from catalog.changes.queries import count_waiting as count_waiting_changes
from catalog.changes.queries import oldest_days
from catalog.decisions.queries import count_waiting
from catalog.listings.queries import count_reopenable
from catalog.papers.api import own_producers
from catalog.papers.queries import count_papers
from catalog.papers.rules import State
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.renewals.queries import list_unconfirmed
from catalog.renewals.rules import OPENS_DAYS, Stage
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed, may
from core.clock import today
from core.db import db
from core.web.access import current_actor, needs
from core.web.pages import render
from shop.bank.permissions import sellers_of
from shop.bank.queries import count_waiting as count_waiting_lines
from shop.fairs.models import FairApplication
from shop.fairs.permissions import scope_of
from shop.fairs.queries import list_all
from shop.fairs.rules import FairState
from shop.inventory.models import Lot, StockLevel
from shop.orders.queue import count_queues
from shop.stores.models import Place

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Tile:
    """A figure that waits, and where to deal with it."""

    figure: int
    label: str
    url: str
    kind: str = ""
    note: str = ""


@desk.get("/")
@needs("desk.enter")
def home() -> Response:
    """Everything that waits for this person, the most pressing first; and what ends soon."""
    actor = current_actor()
    tiles = [
        *_certificates(actor), *_changes(actor), *_renewals(actor), *_candidates(actor), *_papers(actor),
        *_stores(actor), *_bank(actor), *_money_back(actor), *_fairs(actor), *_background(actor),
    ]  # fmt: skip
    on = today()
    ending = list_ending(on, on + 2 * SOON, 12) if may(actor, "certificates.read") else []
    return render(
        "desk/home.html", tiles=sorted(tiles, key=lambda tile: not tile.figure), ending=ending,
        products=_products(actor), four=four_facts(actor),
    )  # fmt: skip


def _certificates(actor: Actor) -> list[Tile]:
    if not may(actor, "certificates.read"):
        return []
    on = today()
    _rows, ending = list_certificates("ending", "", on, 1, 1)
    label = _("chứng nhận hết hạn trong 90 ngày")
    tiles = [Tile(ending, label, url_for("desk.certificates", state="ending"), "warn" if ending else "")]
    if may(actor, "certificates.verify"):
        others = Certificate.verified_at.is_(None), Certificate.entered_by.is_distinct_from(actor.user_id)
        waiting = db.session.scalar(select(func.count()).select_from(Certificate).where(*others)) or 0
        label = _("chứng nhận chờ bạn đọc lại và xác nhận")
        tiles.insert(0, Tile(waiting, label, url_for("desk.certificates", state="waiting"), "warn" if waiting else ""))
        counting, again = count_waiting(besides=actor.user_id), count_reopenable(on)
        label = _("quyết định chờ bạn đếm lại và xác nhận")
        tiles.insert(0, Tile(counting, label, url_for("desk.decisions", state="entered"), "warn" if counting else ""))
        label = _("sản phẩm được công nhận lại, chờ mở bán")
        tiles.append(Tile(again, label, url_for("desk.reopening"), "warn" if again else ""))
    return tiles


def _changes(actor: Actor) -> list[Tile]:
    """What producers want changed on sale; one waits for somebody else than its proposer."""
    if not may(actor, "changes.decide"):
        return []
    waiting, oldest = count_waiting_changes(actor.user_id), oldest_days(today())
    note = _("chờ lâu nhất %(n)d ngày", n=oldest) if waiting and oldest else ""
    return [Tile(waiting, _("sửa đổi, trang bán chờ duyệt"), url_for("desk.moderation"), "warn", note)]


def _renewals(actor: Actor) -> list[Tile]:
    """Dossiers that should be filed now, of whatever this person may see; and receipts to confirm."""
    if not may(actor, "lookahead.read"):
        return []
    on = today()
    lines = list_ahead(on, on + timedelta(days=OPENS_DAYS), sight_of(actor))
    due = sum(one.stage in (Stage.WINDOW_OPEN, Stage.LATE) for one in lines)
    label = _("sản phẩm đến kỳ hoặc quá hạn nộp hồ sơ")
    tiles = [Tile(due, label, url_for("desk.lookahead"), "warn" if due else "")]
    if may(actor, "renewals.confirm"):
        told = len(list_unconfirmed())
        label = _("phiếu tiếp nhận chờ xác nhận")
        tiles.append(Tile(told, label, url_for("desk.lookahead", stage="filed"), "warn" if told else ""))
    return tiles


def _papers(actor: Actor) -> list[Tile]:
    """Second clocks: what waits for a certifier, what runs out for its owner, what lies on a store's shelves."""
    tiles: list[Tile] = []
    if may(actor, "papers.confirm"):
        waiting = count_papers(today(), [State.WAITING])
        tiles.append(Tile(waiting, _("giấy tờ chờ xác nhận"), url_for("desk.papers", state="waiting"), "warn"))
    if may(actor, "papers.record"):
        ending = count_papers(today(), [State.OVER, State.ENDING], own_producers(actor))
        label = _("giấy tờ đã hết hoặc sắp hết hạn")
        tiles.append(Tile(ending, label, url_for("desk.papers", state="over"), "warn"))
    if may(actor, "stock.read") and (warned := len(shelf_warnings())):
        label = _("sản phẩm trên kệ có giấy tờ hết hoặc sắp hết hạn")
        tiles.append(Tile(warned, label, url_for("desk.papers_on_shelves"), "warn"))
    return tiles


def _candidates(actor: Actor) -> list[Tile]:
    """What communes propose, for who decides; and for a reporter, what waits of her own."""
    if may(actor, "candidates.decide"):
        waiting = count_proposed()
        label = _("đề xuất của địa phương chờ xử lý")
        return [Tile(waiting, label, url_for("desk.candidates", state="proposed"), "warn" if waiting else "")]
    if may(actor, "candidates.propose"):
        mine = count_by_state({post.area.id for post in posts_of(actor.user_id, today())}, actor.user_id)
        return [Tile(mine.get("proposed", 0), _("đề xuất của xã đang chờ trả lời"), url_for("desk.candidates"))]
    return []


def _parcels(counts: dict[str, int]) -> list[Tile]:
    """What to pack, and what could not be delivered."""
    tiles = [Tile(sum(counts.values()), _("đơn hàng đang chờ"), url_for("desk.orders"))]
    if counts["pack"]:
        tiles.append(Tile(counts["pack"], _("kiện cần đóng gói"), url_for("desk.orders", state="pack")))
    if counts["trouble"]:
        tiles.append(Tile(counts["trouble"], _("kiện giao chưa được"), url_for("desk.orders", state="trouble"), "bad"))
    return tiles


def _stores(actor: Actor) -> list[Tile]:
    tiles: list[Tile] = []
    if selling := [store.id for store in my_stores("orders.read")] if may(actor, "orders.read") else []:
        tiles += _parcels(count_queues(selling))
    if keeping := [store.id for store in my_stores("stock.read")] if may(actor, "stock.read") else []:
        expiring, blocked = _expiring_lots(keeping), _blocked_lots(keeping)
        label = _("lô sắp hết hạn sử dụng (30 ngày)")
        tiles.append(Tile(expiring, label, url_for("desk.stores"), "warn" if expiring else ""))
        tiles.append(Tile(blocked, _("lô đang khóa"), url_for("desk.stores"), "bad" if blocked else ""))
    return tiles


def _bank(actor: Actor) -> list[Tile]:
    """Money that came and waits for a word."""
    if not may(actor, "bank.decide"):
        return []
    waiting = count_waiting_lines([one.id for one in sellers_of(actor, "bank.decide")])
    return [Tile(waiting, _("khoản tiền về chờ xử lý"), url_for("desk.bank"), "warn" if waiting else "")]


def _money_back(actor: Actor) -> list[Tile]:
    """What buyers ask to give back, and payout files that wait for a second person."""
    tiles: list[Tile] = []
    if may(actor, "returns.decide") and (waiting := open_returns()):
        tiles.append(Tile(waiting, _("yêu cầu trả hàng đang chờ"), url_for("desk.returns"), "warn"))
    if may(actor, "payouts.approve") and (drafts := to_approve()):
        tiles.append(Tile(drafts, _("bảng chi chờ bạn duyệt"), url_for("desk.payouts"), "warn"))
    return tiles


def _fairs(actor: Actor) -> list[Tile]:
    if not may(actor, "applications.decide"):
        return []
    mine = [one for one in list_all() if is_allowed(actor, "applications.decide", scope_of(one))]
    tiles: list[Tile] = []
    for fair in mine:
        if fair.state in (FairState.OPEN, FairState.RUNNING):
            label = _("hồ sơ chờ quyết định: %(fair)s", fair=fair.name)
            url = url_for("exhibitors.board", slug=fair.slug)
            tiles.append(Tile(_waiting_applications(fair.id), label, url))
    return tiles


def _background(actor: Actor) -> list[Tile]:
    if not may(actor, "jobs.read"):
        return []
    failing, overdue = count_failing(), count_overdue()
    return [
        Tile(failing, _("việc nền bị lỗi"), url_for("desk.background", state="failed"), "bad" if failing else ""),
        Tile(overdue, _("việc nền quá hạn 15 phút"), url_for("desk.background"), "bad" if overdue else ""),
    ]


def _products(actor: Actor) -> list[tuple[Product, object]]:
    """A producer's own products with what each is allowed today."""
    codes = actor.scopes_of("producer")
    if not codes:
        return []
    query = select(Product).join(Producer, Producer.id == Product.producer_id).where(Producer.code.in_(codes))
    found = list(db.session.scalars(query.order_by(Product.name_folded)))
    standing = standings([one.id for one in found], today())
    return [(one, standing[one.id]) for one in found]


def _expiring_lots(store_ids: list[int]) -> int:
    on = today()
    return _count_lots(store_ids, Lot.expires_on.between(on, on + SOON))


def _blocked_lots(store_ids: list[int]) -> int:
    return _count_lots(store_ids, Lot.state != "ok")


def _count_lots(store_ids: list[int], condition: object) -> int:
    query = (
        select(func.count(Lot.id.distinct()))
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id.in_(store_ids), StockLevel.on_hand > 0, condition)  # type: ignore[arg-type]
    )
    return db.session.scalar(query) or 0


def _waiting_applications(fair_id: int) -> int:
    waiting = FairApplication.fair_id == fair_id, FairApplication.state == "submitted"
    return db.session.scalar(select(func.count()).select_from(FairApplication).where(*waiting)) or 0
