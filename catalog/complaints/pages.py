"""/khieu-nai: complain of a product or a certificate, and read what came of it. No account is needed."""

from flask import Response, redirect, request, url_for
from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.complaints import words
from catalog.complaints.queries import get_own, steps_of
from catalog.complaints.refusals import ComplaintNotFound
from catalog.complaints.schemas import ComplaintIn
from catalog.complaints.service import complain
from catalog.products.models import Product
from catalog.products.queries import find_product
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, render

pages = Pages("complaints", __name__)


@pages.get("/khieu-nai")
@public
def new() -> Response:
    """The form; ``?ve=`` names a product or a certificate by its code."""
    product, about = _meant(request.args.get("ve", ""))
    return _form(Form(ComplaintIn(), {"product": product.code if product else "", "about": about}), product)


@pages.post("/khieu-nai")
@public
def send() -> Response:
    """Take the complaint; the address answered is the complainer's own."""
    form = Form(ComplaintIn()).read(request.form)
    product = find_product(str(form.values.get("product", "")))
    if not form.ok:
        return _form(form, product, 422)
    try:
        received = complain(current_actor(), **form.data)
    except Refusal as refusal:
        return _form(form.refuse(refusal), product, refusal.status)
    address = url_for("complaints.show", code=received.complaint.code, token=received.token)
    return redirect(address, 303)  # type: ignore[return-value]


@pages.get("/khieu-nai/<code>")
@public
def show(code: str) -> Response:
    """One complaint for whoever holds its address: where it stands, until when an answer is promised, the answer."""
    token = request.args.get("token", "")
    if not token:
        raise ComplaintNotFound
    found = get_own(code, token)
    steps = steps_of(found, public_only=True)
    return render("complaints/show.html", one=found, steps=steps, topics=words.TOPICS, states=words.STATES)


def _meant(code: str) -> tuple[Product | None, str]:
    """The product that a code leads to, by itself or by its verified certificate, and the words for it."""
    product = find_product(code) if code else None
    if product is None and code:
        verified = Certificate.code == code, Certificate.verified_at.is_not(None)
        certificate = db.session.scalars(select(Certificate).where(*verified)).first()
        product = certificate.product if certificate else None
    return product, f"{product.name} ({code})"[:200] if product else ""


def _form(form: Form, product: Product | None, status: int = 200) -> Response:
    return render("complaints/new.html", status, form=form, product=product, topics=list(words.TOPICS.items()))
