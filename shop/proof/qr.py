"""QR codes of our own addresses, to print: inline, as SVG and as PNG.

The code carries an address and nothing else: no star, no day, no signature. What is true is looked up when it is
scanned, so a copied or an altered label cannot say more than the page behind it.
"""

import io
import math

import segno

#: Dots to the inch of a label printer, and of the PNG's own note.
DPI = 300
#: A printed code needs 20 mm, quiet zone apart (TCVN 13275:2020 leaves it to the carrier; phones ask for this).
LEAST_MM = 20
#: Modules of white around it, as the standard asks.
QUIET = 4
#: Dots a module: fewer is too small to print, more is a poster.
SCALES = range(4, 41)


def inline(text: str) -> str:
    """SVG for a page, without a size of its own."""
    return _code(text).svg_inline(omitsize=True, border=2, dark="#000", light="#fff")


def svg(text: str) -> bytes:
    """SVG as a file of its own, with its quiet zone."""
    out = io.BytesIO()
    _code(text).save(out, kind="svg", border=QUIET, dark="#000", light="#fff", xmldecl=True)
    return out.getvalue()


def png(text: str, scale: int | None = None) -> bytes:
    """PNG of `scale` dots a module; without one, the smallest that prints at 20 mm and more at 300 dpi."""
    code = _code(text)
    dots = scale or least_scale(int(code.symbol_size(border=0)[0]))
    out = io.BytesIO()
    code.save(out, kind="png", scale=dots, border=QUIET, dpi=DPI)
    return out.getvalue()


def least_scale(modules: int) -> int:
    """Dots a module with which so many modules make 20 mm at 300 dpi, rounded up."""
    return max(math.ceil(LEAST_MM / 25.4 * DPI / modules), SCALES.start)


def read_scale(text: str | None) -> int | None:
    """The scale that an address asks for, brought within bounds; None when it asks for none or for nonsense."""
    if not text or not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return min(max(int(text), SCALES.start), SCALES.stop - 1)


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
