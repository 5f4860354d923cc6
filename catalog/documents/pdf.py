"""Whether a PDF is nothing but pages: judged on its bytes, without running any of it.

Names are compared after undoing `#xx` (a name may be written /J#61vaScript), and dictionaries that hide in
compressed object streams are read too. What we cannot read, we do not keep.
"""

import re
import zlib
from collections.abc import Iterator

from catalog.documents.refusals import DocumentActive, DocumentLocked, DocumentUnreadable

#: What a page never needs: scripts, programs, files inside, forms that send, players. Long names, searched everywhere.
_ACTS = (b"/JavaScript", b"/EmbeddedFile", b"/Launch", b"/RichMedia", b"/SubmitForm", b"/ImportData", b"/XFA")
#: Short names mean something only outside of streams, where they would stand by chance.
_SHORT = re.compile(rb"/JS(?![A-Za-z0-9_])")
_BEGIN = re.compile(rb"(?<![A-Za-z])stream\r?\n")
_END = b"endstream"
#: Bytes before a stream in which its dictionary stands.
_FACTS = 4096
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
#: Bytes that compressed dictionaries may unfold to, all together.
_MOST = 40 * 1024 * 1024
_TAIL = 2048


def check_pdf(data: bytes) -> None:
    """Raises DocumentUnreadable (no whole PDF), DocumentLocked (password), DocumentActive (it acts)."""
    tail = data[-_TAIL:]
    if not re.match(rb"%PDF-[12]\.\d", data) or b"%%EOF" not in tail or b"startxref" not in tail:
        raise DocumentUnreadable
    _check_names(data)
    _check_names(_unfolded(data))


def _check_names(data: bytes) -> None:
    plain = _spelled(data)
    for text in (data, plain):
        if re.search(rb"/Encrypt(?![A-Za-z0-9])", text):
            raise DocumentLocked
        for name in _ACTS:
            if name in text:
                raise DocumentActive(found=name.decode())
    outside = b"\n".join(outside for outside, _facts, _body in _parts(data))
    if _SHORT.search(_spelled(outside)):
        raise DocumentActive(found="/JS")


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Cut at streams, in one pass: what stands before each, the end of that (its dictionary), and its body."""
    at = 0
    while (begin := _BEGIN.search(data, at)) is not None:
        end = data.find(_END, begin.end())
        end = len(data) if end < 0 else end
        before = data[at : begin.start()]
        yield before, before[-_FACTS:].rpartition(b"obj")[2], data[begin.end() : end]
        at = min(len(data), end + len(_END))
    yield data[at:], b"", b""


def _unfolded(data: bytes) -> bytes:
    """The dictionaries that compressed object streams hold. Raises DocumentUnreadable for a filter we do not know."""
    found: list[bytes] = []
    room = _MOST
    for _before, facts, body in _parts(data):
        if b"/ObjStm" not in _spelled(facts):
            continue
        filters = re.findall(rb"/(\w+Decode)", facts)
        if filters not in ([], [b"FlateDecode"]) or b"/DecodeParms" in facts:
            raise DocumentUnreadable
        one = _inflate(body, room) if filters else body
        room -= len(one)
        if room <= 0:
            raise DocumentUnreadable
        found.append(one)
    return b"\n".join(found)


def _spelled(data: bytes) -> bytes:
    """Names as they are meant: #61 is a."""
    return _ESCAPED.sub(lambda sign: bytes([int(sign[1], 16)]), data)


def _inflate(data: bytes, room: int) -> bytes:
    """At most `room` bytes. Raises DocumentUnreadable for more, or for what is no such stream."""
    unfolding = zlib.decompressobj()
    try:
        out = unfolding.decompress(data, room)
    except zlib.error as error:
        raise DocumentUnreadable from error
    if unfolding.unconsumed_tail:
        raise DocumentUnreadable
    return out
