"""A file is what its content says, and nothing in it acts."""

import contextlib
import hashlib
import io
import time
import zlib

import pytest
from PIL import Image

from catalog.documents.refusals import (
    DocumentActive,
    DocumentLocked,
    DocumentRefused,
    DocumentTooLarge,
    DocumentUnknownType,
    DocumentUnreadable,
    PictureTooLarge,
)
from catalog.documents.rules import LARGEST, clean_name, inspect
from tests.catalog.documents.conftest import Picture


def with_object(pdf: bytes, dictionary: bytes) -> bytes:
    """The PDF with one more object before its table."""
    return pdf.replace(b"xref\n", b"99 0 obj\n<<" + dictionary + b">>\nendobj\nxref\n", 1)


def with_hidden(pdf: bytes, dictionary: bytes) -> bytes:
    """The same inside a compressed object stream."""
    packed = zlib.compress(b"99 0 <<" + dictionary + b">>")
    facts = b"<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>" % len(packed)
    return pdf.replace(b"xref\n", b"98 0 obj\n" + facts + b"\nstream\n" + packed + b"\nendstream\nendobj\nxref\n", 1)


def test_a_pdf_is_kept_as_it_was_sent(pdf: bytes) -> None:
    sound = inspect(pdf)
    assert (sound.media_type, sound.data) == ("application/pdf", pdf)
    assert sound.sha256 == sound.sent_sha256 == hashlib.sha256(pdf).hexdigest()


@pytest.mark.parametrize(
    "dictionary",
    [
        b"/S /JavaScript /JS (app.alert\\(1\\))",
        b"/S /J#61vaScript",
        b"/JS 12 0 R",
        b"/J#53 (x)",
        b"/S /Launch /F (cmd.exe)",
        b"/Names << /EmbeddedFiles 5 0 R >>",
        b"/Subtype /RichMedia",
        b"/XFA 7 0 R",
    ],
)
def test_a_pdf_that_acts_is_refused(dictionary: bytes, pdf: bytes) -> None:
    with pytest.raises(DocumentActive):
        inspect(with_object(pdf, dictionary))
    with pytest.raises(DocumentActive):
        inspect(with_hidden(pdf, dictionary))


def test_harmless_names_are_no_reason(pdf: bytes) -> None:
    for dictionary in (b"/Type /Annot", b"/JSomething 1", b"/Title (Quyet dinh)", b"/Encryptor 1"):
        assert inspect(with_object(pdf, dictionary)).media_type == "application/pdf"
        assert inspect(with_hidden(pdf, dictionary)).media_type == "application/pdf"


def test_a_locked_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(DocumentLocked):
        inspect(pdf.replace(b"trailer\n<<", b"trailer\n<< /Encrypt 9 0 R", 1))


def test_a_pdf_that_breaks_off_is_refused(pdf: bytes) -> None:
    for cut in (pdf[: len(pdf) // 2], b"%PDF-1.4 and then nothing", b"%PDF-x" + pdf[6:], pdf + b" " * 5000):
        with pytest.raises(DocumentUnreadable):
            inspect(cut)


def test_a_stream_that_unfolds_for_ever_is_refused(pdf: bytes) -> None:
    packed = zlib.compress(b"0" * (60 * 2**20), 9)
    facts = b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
    with pytest.raises(DocumentUnreadable):
        inspect(pdf.replace(b"xref\n", facts + packed + b"\nendstream\nxref\n", 1))


@pytest.mark.parametrize("junk", [b"stream\n", b"<<", b"<< /ObjStm ", b"endstream", b"#4a#4", b"(" * 7])
def test_reading_takes_no_longer_for_malice(junk: bytes, pdf: bytes) -> None:
    begun = time.monotonic()
    with contextlib.suppress(DocumentRefused):
        inspect(pdf.replace(b"xref\n", junk * (2**20 // len(junk)) + b"xref\n", 1))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_written_anew(kind: str, picture: Picture) -> None:
    sent = picture(kind, exif=True) + b"PK\x03\x04 a second file behind the picture"
    sound = inspect(sent)
    assert sound.media_type == f"image/{kind.lower()}"
    assert sound.sent_sha256 == hashlib.sha256(sent).hexdigest()
    assert sound.sha256 == hashlib.sha256(sound.data).hexdigest() != sound.sent_sha256
    assert b"Camera of somebody" in sent
    assert b"Camera" not in sound.data and b"PK\x03\x04" not in sound.data
    with Image.open(io.BytesIO(sound.data)) as kept:
        assert kept.size == (30, 40), "it stands upright, as the camera said"
        assert not kept.getexif() and not kept.info.get("exif")


def test_type_is_told_by_content(pdf: bytes, picture: Picture) -> None:
    assert inspect(picture("PNG")).media_type == "image/png"
    for bad in (b"", b"<html>", b"GIF89a", b"\x00" * 64, b" " + pdf, b"MZ\x90\x00", b'<svg xmlns="x"/>'):
        with pytest.raises(DocumentUnknownType):
            inspect(bad)


def test_broken_pictures_are_refused(picture: Picture) -> None:
    for kind in ("JPEG", "PNG"):
        whole = picture(kind, size=(400, 300))
        for bad in (whole[: len(whole) // 2], whole[:12], whole[:20] + b"\xff" * 40):
            with pytest.raises(DocumentRefused):
                inspect(bad)


def test_pictures_have_a_size(picture: Picture) -> None:
    with pytest.raises(PictureTooLarge):
        inspect(picture("PNG", size=(6001, 4000)))
    header = picture("PNG", size=(8, 8))
    bomb = header[:16] + (60000).to_bytes(4, "big") * 2 + header[24:]
    with pytest.raises(DocumentRefused):
        inspect(bomb)


def test_files_have_a_size(pdf: bytes) -> None:
    with pytest.raises(DocumentTooLarge):
        inspect(pdf + b"0" * LARGEST)


@pytest.mark.parametrize(
    "name, clean",
    [
        ("Quyết định 3981.pdf", "Quyết định 3981.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\an\\scan.PDF", "scan.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("\u202egnp.exe", "gnp.exe.pdf"),
        ('x".pdf', "x.pdf"),
        (".pdf", "tai-lieu.pdf"),
        ("..", "tai-lieu.pdf"),
        ("CON.pdf", "tai-lieu.pdf"),
        ("", "tai-lieu.pdf"),
        ("ảnh.jpeg", "ảnh.pdf"),
    ],
)
def test_names_are_clean(name: str, clean: str) -> None:
    assert clean_name(name, "application/pdf") == clean


def test_long_names_are_cut() -> None:
    assert len(clean_name("dài " * 100, "image/png")) <= 120
