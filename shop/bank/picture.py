"""The VietQR of a payment: as SVG for the page, and as a picture that says in words what it pays.

A phone cannot scan its own screen: the picture is kept in the phone's album, and the bank's app reads it from there.
"""

import io
from functools import cache

import segno
from flask_babel import gettext as _
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

from core.money import dong
from core.paper import FONTS
from shop.bank.queries import holder_of, received_of
from shop.payments.banks import bank_name
from shop.payments.models import Payment
from shop.payments.providers.emvco import VietQr, encode
from shop.payments.rules import Status

_FONT = FONTS / "BeVietnamPro-SemiBold.ttf"
_WIDTH, _MARGIN, _QR = 720, 48, 560
_INK, _SOFT, _PAPER = (29, 42, 35), (92, 107, 98), (255, 255, 255)


def due_text(payment: Payment) -> str | None:
    """The text to draw: for the whole sum, or for what is still missing of it; None when nothing can be paid."""
    if payment.status != Status.PENDING or payment.qr_text is None:
        return None
    due = payment.amount_vnd - received_of(payment.id)
    if due <= 0:
        return None
    if due == payment.amount_vnd or payment.bank_bin is None or payment.bank_account is None:
        return payment.qr_text
    return encode(VietQr(payment.bank_bin, payment.bank_account, due, payment.memo))


def svg(text: str) -> Markup:
    """A text as a QR to be scanned from a screen."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=5, border=2))  # noqa: S704 drawn by us from our own text


def draw(payment: Payment) -> bytes | None:
    """A PNG with the QR and its words; None when nothing can be paid."""
    text = due_text(payment)
    if text is None:
        return None
    lines = lines_of(payment)
    height = _MARGIN + _QR + 24 + sum(size + 18 for _text, size, _ink in lines) + _MARGIN
    sheet = Image.new("RGB", (_WIDTH, height), _PAPER)
    sheet.paste(_qr(text), ((_WIDTH - _QR) // 2, _MARGIN // 2))
    pen, y = ImageDraw.Draw(sheet), _MARGIN + _QR + 8
    for line, size, ink in lines:
        pen.text((_WIDTH // 2, y), line, font=_fitting(line, size), fill=ink, anchor="ma")
        y += size + 18
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def lines_of(payment: Payment) -> list[tuple[str, int, tuple[int, int, int]]]:
    """What stands under the QR: text, size in pixels, colour."""
    due = payment.amount_vnd - received_of(payment.id)
    where = f"{bank_name(payment.bank_bin or '')} · {payment.bank_account}"
    payee = holder_of(payment) or payment.payee_name
    return [
        (dong(due), 44, _INK), (payment.memo, 34, _INK), (where, 26, _SOFT), (payee, 26, _SOFT),
        (_("Mở ứng dụng ngân hàng, chọn quét mã rồi chọn ảnh này"), 22, _SOFT),
    ]  # fmt: skip


def _qr(text: str) -> Image.Image:
    """The QR on whole pixels, with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    scale = _QR // (code.symbol_size(scale=1, border=4)[0])
    raw = io.BytesIO()
    code.save(raw, kind="png", scale=scale, border=4)
    drawn = Image.open(raw).convert("RGB")
    sheet = Image.new("RGB", (_QR, _QR), _PAPER)
    sheet.paste(drawn, ((_QR - drawn.width) // 2, (_QR - drawn.height) // 2))
    return sheet


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)


def _fitting(line: str, size: int) -> ImageFont.FreeTypeFont:
    """The largest font up to a size in which the line fits the sheet."""
    while size > 14 and _font(size).getlength(line) > _WIDTH - _MARGIN:
        size -= 1
    return _font(size)
