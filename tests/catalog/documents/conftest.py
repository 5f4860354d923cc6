"""Files of every kind, good and bad, made here."""

import io
from collections.abc import Callable

import pytest
from fpdf import FPDF
from PIL import Image

Picture = Callable[..., bytes]


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A page, as a scanner would make it."""
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=14)
    page.cell(text="QD 3981")
    return bytes(page.output())


@pytest.fixture(scope="session")
def picture() -> Picture:
    """``picture("JPEG", size=(40, 30), exif=True)``."""

    def made(kind: str = "JPEG", size: tuple[int, int] = (40, 30), *, exif: bool = False) -> bytes:
        out = io.BytesIO()
        image = Image.new("RGB", size, "#a33")
        more = {}
        if exif:
            data = Image.Exif()
            data[0x0112], data[0x010F] = 6, "Camera of somebody"
            data.get_ifd(0x8825)[1] = "N"
            more = {"exif": data}
        image.save(out, kind, **more)
        return out.getvalue()

    return made
