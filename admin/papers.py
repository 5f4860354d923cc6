"""The desk of second clocks: food-safety declarations and makers' certificates, by how soon they run out."""

from collections.abc import Callable, Sequence

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import list_products
from admin.stock import my_stores
from catalog.documents.queries import of_subject
from catalog.papers.api import own_producers
from catalog.papers.models import Paper
from catalog.papers.queries import Row, get_paper, list_papers, row_of, scope_of_paper, warnings_of
from catalog.papers.schemas import BlockingIn, PaperIn, PaperWithdrawalIn
from catalog.papers.service import confirm_paper, record_paper, set_blocking, withdraw_paper
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place


@desk.get("/giay-to")
@needs("papers.read")
def papers() -> Response:
    """Papers, the first to run out first; a producer's people see their own."""
    state, page, on = asked_text("state"), page_number(), today()
    state = state if state in words.PAPER_STATES else ""
    producers = own_producers(current_actor())
    rows, total = list_papers(on, state=state, producers=producers, page=page, per_page=PER_PAGE)
    return render(
        "desk/papers.html", rows=rows, total=total, page=page, pages=pages_of(total), state=state, on=on,
        states=words.PAPER_STATES, badges=words.PAPER_BADGES, kinds=words.PAPER_KINDS,
    )  # fmt: skip


@desk.get("/giay-to/tren-ke")
@needs("stock.read")
def papers_on_shelves() -> Response:
    """What lies on my stores' shelves while a paper of it, or of its maker, has run out or soon will."""
    return render(
        "desk/papers_on_shelves.html", rows=shelf_warnings(), states=words.PAPER_STATES, badges=words.PAPER_BADGES,
        kinds=words.PAPER_KINDS,
    )  # fmt: skip


@desk.get("/giay-to/moi")
@needs("papers.record")
def record_new_paper() -> Response:
    """The form of an entry; with ``?gia-han=`` as the follower of a paper."""
    old = _seen(asked_text("gia-han")) if asked_text("gia-han") else None
    values = {"product": asked_text("product"), "kind": "self_declared"}
    if old is not None:
        values = {"renews": old.code, "kind": old.kind, "issuer": old.issuer}
    return _form(Form(PaperIn(), values))


@desk.post("/giay-to/moi")
@needs("papers.record")
def record_new_paper_now() -> Response:
    """Write an entry; a producer's waits for a certifier."""
    form = Form(PaperIn()).read(request.form)
    if not form.ok:
        return _form(form, 422)
    try:
        paper = record_paper(current_actor(), **form.data)
    except Refusal as refusal:
        return _form(form.refuse(refusal), refusal.status)
    flash(_("Đã ghi giấy tờ.") if paper.confirmed_at else _("Đã ghi. Cán bộ chứng nhận sẽ xem và xác nhận."))
    return go("desk.paper", code=paper.code)


@desk.get("/giay-to/<code>")
@needs("papers.read")
def paper(code: str) -> Response:
    """One paper: its clock, its scans, what can be done with it."""
    return _page(_seen(code))


@desk.post("/giay-to/<code>/xac-nhan")
@needs("papers.confirm")
def confirm_paper_now(code: str) -> Response:
    """A certifier has seen the paper."""
    return _act(code, lambda: confirm_paper(current_actor(), code), _("Đã xác nhận."))


@desk.post("/giay-to/<code>/dieu-kien")
@needs("papers.confirm")
def block_by_paper(code: str) -> Response:
    """Make it a condition of sale, or no longer."""
    form = Form(BlockingIn()).read(request.form)
    if not form.ok:
        return _page(_seen(code), 422, block=form)
    done = _("Từ nay hết hạn là dừng bán.") if form.data["is_blocking"] else _("Từ nay hết hạn chỉ nhắc.")
    return _act(code, lambda: set_blocking(current_actor(), code, **form.data), done)


@desk.post("/giay-to/<code>/rut")
@needs("papers.record")
def withdraw_paper_now(code: str) -> Response:
    """Take back a wrong entry."""
    form = Form(PaperWithdrawalIn()).read(request.form)
    if not form.ok:
        return _page(_seen(code), 422, back=form)
    return _act(code, lambda: withdraw_paper(current_actor(), code, **form.data), _("Đã rút giấy tờ."))


def shelf_warnings() -> list[tuple[Product, list[Row]]]:
    """Products on hand in the caller's stores with papers that have run out or soon will."""
    stores = [store.id for store in my_stores("stock.read")]
    held = (
        select(Lot.product_id)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id.in_(stores), StockLevel.on_hand > 0)
        .distinct()
    )
    found = warnings_of(db.session.scalars(held).all(), today())
    products: Sequence[Product] = db.session.scalars(
        select(Product).where(Product.id.in_(list(found))).order_by(Product.name)
    ).all()
    return [(product, found[product.id]) for product in products]


def _seen(code: str) -> Paper:
    """A paper that the caller may see. Raises PaperNotFound, or NotFound for another's."""
    found = get_paper(code)
    authorize(current_actor(), "papers.read", scope_of_paper(found))
    return found


def _act(code: str, act: Callable[[], Paper], done: str) -> Response:
    try:
        act()
    except Refusal as refusal:
        flash(_told(refusal), "error")
    else:
        flash(done)
    return go("desk.paper", code=code)


def _products() -> list[tuple[str, str]]:
    """Products to choose from: a producer's people see their own."""
    own = own_producers(current_actor())
    if own is None:
        return list_products()
    query = select(Product.code, Product.name).join(Producer, Producer.id == Product.producer_id)
    rows = db.session.execute(query.where(Producer.code.in_(own)).order_by(Product.name_folded))
    return [(code, name) for code, name in rows]


def _told(refusal: Refusal) -> str:
    texts = refusal.facts["errors"].values() if isinstance(refusal, Invalid) else [[str(refusal)]]
    return " ".join(text for lines in texts for text in lines)


def _form(form: Form, status: int = 200) -> Response:
    old = _seen(str(form.values["renews"])) if form.values.get("renews") else None
    return render(
        "desk/paper_new.html", status, form=form, old=old, products=_products(),
        kinds=list(words.PAPER_KINDS.items()),
    )  # fmt: skip


def _page(found: Paper, status: int = 200, block: Form | None = None, back: Form | None = None) -> Response:
    row = row_of(found, today())
    return render(
        "desk/paper.html", status, one=found, row=row, kinds=words.PAPER_KINDS, states=words.PAPER_STATES,
        badges=words.PAPER_BADGES, block=block or Form(BlockingIn()), back=back or Form(PaperWithdrawalIn()),
        documents=of_subject(f"paper:{found.code}", with_withdrawn=True),
        is_mine=found.entered_by is not None and found.entered_by == current_actor().user_id,
    )  # fmt: skip
