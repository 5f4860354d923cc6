"""/quan-ly/san-xuat/<listing>: one question a screen, each answer kept at once, read back at the end, handed in."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin.producing.answers import Book, answered, mark, shown
from admin.producing.blueprint import producing
from admin.producing.forms import FORMS
from admin.producing.photos import panel_of
from admin.producing.questions import BY_NAME_ONLY, CONTAINERS, FURTHER, LOOSE_PRICE, QUESTIONS, UNITS
from admin.producing.readback import address, read_back
from admin.producing.steps import BY_SLUG, CHAPTERS, NEW, STORY, Stop, first_open, next_stop, place, stop_before
from admin.producing.words import compose, is_composed
from admin.producing.writing import answer, begin, compose_again, drop_pack, open_book, pass_over
from catalog.certificates.queries import governing, history
from catalog.changes.queries import find_return
from catalog.changes.refusals import PriceBig
from catalog.listings.label import required
from catalog.listings.models import DRAFT, GRAM, LIVE, WITHDRAWN
from catalog.listings.rules import clean_gtin
from catalog.listings.service import submit
from catalog.listings.vat import CLASSES, classes_for
from catalog.photos.models import REJECTED
from catalog.photos.queries import Photo, standing_of
from core.clock import today
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema
from core.web.forms import Form
from core.web.pages import flash, render
from shop.proof.api import read_photo

READ = "doc-lai"


@producing.post("/moi")
@needs("listings.edit")
def start() -> Response:
    """Begin the listing of a product, or take up the one it has."""
    listing = begin(current_actor(), request.form.get("product", "").replace("\x00", "")[:96])
    return _go(url_for("producing.resume", listing_id=listing.id))


@producing.get("/<int:listing_id>")
@needs("listings.edit")
def resume(listing_id: int) -> Response:
    """Go where one left off: the first question without an answer; what is handed in or live is read."""
    book = open_book(current_actor(), listing_id)
    if book.listing.state != DRAFT:
        return _go(url_for("producing.ask", listing_id=listing_id, slug=READ))
    return _go(address(book, first_open(book.stops(), answered(book))))


@producing.get("/<int:listing_id>/<slug>")
@needs("listings.edit")
def ask(listing_id: int, slug: str) -> Response:
    """One question about the listing, or the reading of it all."""
    book, stop = _at(listing_id, slug, None)
    return _read(book) if stop.step.name == "read" else _screen(book, stop, _form(book, stop))


@producing.get("/<int:listing_id>/goi/<code>/<slug>")
@needs("listings.edit")
def ask_pack(listing_id: int, code: str, slug: str) -> Response:
    """One question about a pack; the code "moi" is the one being described."""
    book, stop = _at(listing_id, slug, code)
    return _screen(book, stop, _form(book, stop))


@producing.post("/<int:listing_id>/<slug>")
@needs("listings.edit")
def keep(listing_id: int, slug: str) -> Response:
    """Keep the answer and go on."""
    return _keep(*_at(listing_id, slug, None))


@producing.post("/<int:listing_id>/goi/<code>/<slug>")
@needs("listings.edit")
def keep_pack(listing_id: int, code: str, slug: str) -> Response:
    """Keep the answer about a pack and go on."""
    return _keep(*_at(listing_id, slug, code))


@producing.post("/<int:listing_id>/goi/<code>/bo")
@needs("listings.edit")
def drop(listing_id: int, code: str) -> Response:
    """Take a pack off the listing."""
    book = open_book(current_actor(), listing_id)
    if code != NEW and book.pack(code) is None:
        raise NotFound
    try:
        drop_pack(current_actor(), book, code)
    except Refusal as refusal:
        flash(_told(refusal), "error")
    return _go(url_for("producing.ask", listing_id=listing_id, slug="cac-goi"))


@producing.post("/<int:listing_id>/gui")
@needs("listings.edit")
def hand_in(listing_id: int) -> Response:
    """Hand the draft to the moderators; what is missing is shown at its line."""
    book = open_book(current_actor(), listing_id)
    try:
        submit(current_actor(), listing_id)
    except Refusal as refusal:
        return _read(book, problem=str(refusal), status=refusal.status)
    flash(_("Đã gửi. Người duyệt sẽ xem “%(name)s” và trả lời bạn ở đây.", name=book.product.name))
    return _go(url_for("producing.home"))


def _at(listing_id: int, slug: str, code: str | None) -> tuple[Book, Stop]:
    """The book and the question of an address. Raises NotFound for what is no question, or no pack, of it."""
    book = open_book(current_actor(), listing_id)
    step = BY_SLUG.get(slug)
    if step is None or step.is_pack != (code is not None):
        raise NotFound
    if code is not None and code != NEW and book.pack(code) is None:
        raise NotFound
    return book, Stop(step, code)


def _form(book: Book, stop: Stop) -> Form:
    return Form(FORMS.get(stop.step.name, Schema)(), shown(book, stop))


def _keep(book: Book, stop: Stop) -> Response:
    """Read the form, keep it, go on; or show the screen again with what was typed and what is wrong."""
    if stop.step.name == "read":
        raise NotFound
    actor, deed = current_actor(), request.form.get("do", "")
    try:
        if deed == "skip":
            return _onward(pass_over(actor, book, stop), stop)
        if deed == "again" and stop.step.name == "story":
            return _go(address(compose_again(actor, book), stop))
        form = _form(book, stop).read(_typed(stop))
        if stop.step.name == "gtin" and _has_photo():
            return _scanned(book, stop, form)
        if not form.ok:
            return _screen(book, stop, form, 422)
        if _is_stale(book, stop, form):
            return _screen(book, stop, form, 412, is_stale=True)
        return _onward(answer(actor, book, stop, form.data, is_sure="sure" in request.form), stop)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        form = _form(book, stop).read(_typed(stop)).refuse(refusal)
        return _screen(book, stop, form, refusal.status, is_big=isinstance(refusal, PriceBig))


def _typed(stop: Stop) -> MultiDict[str, str]:
    """What was sent; an answer that was touched stands for a typed one."""
    typed = MultiDict(request.form)
    if pick := typed.get("pick"):
        typed.setlist("vat_class" if stop.step.name == "vat_class" else "answer", [pick])
    return typed


def _is_stale(book: Book, stop: Stop, form: Form) -> bool:
    """Whether somebody changed this very answer after the screen was drawn, to something else than was typed now."""
    seen, now = request.form.get("seen"), shown(book, stop)
    return seen is not None and seen != mark(now) and mark(_same(now, form)) != mark(now)


def _same(now: dict[str, Any], form: Form) -> dict[str, Any]:
    return {key: form.values.get(key, value) for key, value in now.items()}


def _has_photo() -> bool:
    photo = request.files.get("photo")
    return photo is not None and bool(photo.filename)


def _scanned(book: Book, stop: Stop, form: Form) -> Response:
    """Read the bar code off a photo and put it into the field, to be compared with the pack before it is kept."""
    form.errors.clear()
    found = [number for text in read_photo(request.files["photo"]) if (number := clean_gtin(text))]
    if not found:
        text = _("Không thấy mã vạch trong ảnh. Hãy chụp gần và đủ sáng, cả dãy vạch nằm trong ảnh; hoặc gõ số.")
        form.errors["photo"] = [text]
        return _screen(book, stop, form, 422)
    form.values["gtin"] = found[0]
    return _screen(book, stop, form, is_scanned=True)


def _onward(book: Book, stop: Stop) -> Response:
    """To the reading, where one came from there; else to the next question."""
    if request.form.get("ve") == READ:
        return _go(url_for("producing.ask", listing_id=book.listing.id, slug=READ) + f"#l-{stop.step.name}")
    stops = book.stops()
    if stop.pack == NEW and stop not in stops and book.packs and book.listing.state != LIVE:
        stop = Stop(stop.step, book.packs[-1].code)  # it has just been written down; a live listing's waits
    return _go(address(book, next_stop(stops, stop)))


def _screen(
    book: Book, stop: Stop, form: Form, status: int = 200, *, is_stale: bool = False, is_big: bool = False,
    is_scanned: bool = False,
) -> Response:  # fmt: skip
    stops, name = book.stops(), stop.step.name
    number, count = place(stops, stop)
    before = stop_before(stops, stop)
    is_further = stop.pack is not None and bool(book.packs) and stop.pack != book.packs[0].code
    question = FURTHER.get(name, QUESTIONS[name]) if is_further else QUESTIONS[name]
    if name == "measure" and _is_named(book):
        question = BY_NAME_ONLY
    kept = shown(book, stop)
    reading = url_for("producing.ask", listing_id=book.listing.id, slug=READ)
    is_back = request.values.get("ve") == READ
    return render(
        "producing/step.html", status, book=book, stop=stop, form=form, question=question, number=number, count=count,
        chapter=CHAPTERS[stop.step.chapter], back=reading if is_back else address(book, before) if before else None,
        is_back=is_back, seen=mark(kept), kept=kept, is_stale=is_stale, is_big=is_big, is_scanned=is_scanned,
        is_loose=_is_loose(book, stop), ask_price=LOOSE_PRICE if _is_loose(book, stop) else question.ask,
        **_pieces(book, stop),
    )  # fmt: skip


def _is_named(book: Book) -> bool:
    """Whether its packs go by a name alone: the law asks no quantity of crafts, plants and services."""
    return "quantity" not in required(book.set_no)


def _is_loose(book: Book, stop: Stop) -> bool:
    return stop.step.name == "price" and book.fact(stop.pack, "unit") == GRAM


def _pieces(book: Book, stop: Stop) -> dict[str, Any]:
    """What single screens need besides."""
    if stop.step.name == "photos":
        return {"panel": panel_of(book.product)}
    if stop.step.name == "known":
        return {"proof": governing([book.product.id], today()).get(book.product.id), "past": history(book.product.id)}
    if stop.step.name == "vat_class":
        return {"classes": [(one, *CLASSES[one]) for one in classes_for(book.set_no)]}
    if stop.step.name == "measure":
        sku = book.pack(stop.pack)
        units = [("loose", _("bán rời, cân theo kg")), *UNITS] if sku is None else UNITS
        return {"containers": CONTAINERS, "units": units, "sku": sku, "is_named": _is_named(book)}
    if stop.step.name == "story":
        answers = book.notes.story
        is_own = not is_composed(str(book.value("story")), answers)
        return {"composed": compose(answers) if is_own else "", "story_steps": STORY}
    return {}


def _read(book: Book, *, problem: str | None = None, status: int = 200) -> Response:
    state, photos = book.listing.state, [photo for photo in standing_of(book.product.id) if photo.state != REJECTED]
    first = photos[0] if photos else None
    return render(
        "producing/read.html", status, book=book, reading=read_back(book), problem=problem, photos=len(photos),
        photo=Photo(first.code, first.alt, first.width, first.height, first.is_drawn) if first else None,
        proof=governing([book.product.id], today()).get(book.product.id), can_send=state in (DRAFT, WITHDRAWN),
        returned=find_return(book.listing.id) if state == DRAFT else None,
    )  # fmt: skip


def _told(refusal: Refusal) -> str:
    errors: dict[str, Any] = refusal.facts.get("errors", {})
    return " ".join(str(text) for texts in errors.values() for text in texts) or str(refusal)


def _go(url: str) -> Response:
    return redirect(url, 303)  # type: ignore[return-value]
