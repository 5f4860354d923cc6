"""A file that a form sends for a trial and again for the deed: it waits in between, so nobody chooses it twice."""

from dataclasses import dataclass

from flask import request

from catalog.decisions import uploads
from core.web.access import current_actor
from core.web.forms import Form


@dataclass(frozen=True)
class Sent:
    """What was sent now or before; no data when nothing was, or it is gone."""

    key: str = ""
    name: str = ""
    data: bytes | None = None


def take(form: Form, most: int) -> Sent:
    """The file sent now, the text pasted now, or what was sent before; the form remembers which."""
    sent = _take(form, most)
    form.values |= {"key": sent.key, "file_name": sent.name}
    return sent


def _take(form: Form, most: int) -> Sent:
    file = request.files.get("file")
    if file is not None and file.filename:
        data = file.read(most + 1)
        name = "".join(sign for sign in file.filename if sign.isprintable())[-200:]
        return Sent(uploads.keep(current_actor(), data), name, data)
    text = str(form.values.get("table", "") or "")
    if text.strip():
        return Sent("", "", text.encode("utf-8", "replace"))
    key = str(form.values.get("key", ""))
    data = uploads.find(current_actor(), key)
    return Sent(key, str(form.values.get("file_name", "")), data) if data is not None else Sent()
