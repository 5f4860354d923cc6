"""Every list of a desk as a file: what stands in the page's tables, all pages of it, as CSV or XLSX.

The frame of the desks (`desk.html`) asks `files_of` below each page. A page with a table gets links to itself with
``?tai=csv`` or ``?tai=xlsx``; asked so, the same view runs (under the same permission, with the same filters) once for
each page of its list, and the tables are read out of what it drew. So a list and its file can never differ, and no list
can be without one. Figures (cells of class ``num``) and days are typed, everything else is guarded text
(`exports.py`). A page that offers files of its own is left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from admin.exports import FORMATS, Column, Table, answer
from core.clock import today
from core.errors import Invalid
from core.text import slugify
from core.web.querystring import here

#: Asks for a file; ``bang`` says which table, where a page has several.
WANTED, WHICH = "tai", "bang"
#: Pages of a list that go into one file: more than that is filtered first.
MOST_PAGES = 400
_OWN = re.compile(r"\.csv|\.xlsx\"|format=csv")
_WHOLE = re.compile(r"[-−]?\d{1,3}(?:\.\d{3})*|[-−]?\d+")
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
#: Elements whose words are not part of a list.
_SILENT = frozenset({"button", "select", "script", "style", "svg", "label", "datalist", "textarea"})
_VOID = frozenset({"br", "img", "input", "hr", "wbr", "path", "use", "circle"})


@dataclass(slots=True)
class Cell:
    """A cell as it is read: its words, and whether it is a figure."""

    words: list[str] = field(default_factory=list[str])
    is_figure: bool = False
    typed: str = ""

    @property
    def text(self) -> str:
        """What a person reads in it: its words, or what stands in its field."""
        said = " ".join("".join(self.words).split()).strip(" ·")
        return said or self.typed


@dataclass(slots=True)
class Listed:
    """A table of a page: the words above it, its headings, its rows."""

    title: str
    heads: list[Cell] = field(default_factory=list[Cell])
    rows: list[list[Cell]] = field(default_factory=list[list[Cell]])


class _Reader(HTMLParser):
    """Reads the tables of class ``table`` out of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Listed] = []
        self._title, self._open, self._silent = "", list[tuple[str, bool]](), 0
        self._table: Listed | None = None
        self._cell: Cell | None = None
        self._heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if tag == "table" and "table" in classes:
            self._table = Listed(self._title)
        elif self._table is not None and tag == "tr":
            self._table.rows.append([])
        elif self._table is not None and tag in ("td", "th") and self._table.rows:
            self._cell = Cell(is_figure="num" in classes)
            self._table.rows[-1].append(self._cell)
        elif tag in ("h1", "h2", "caption"):
            self._heading = []
        if self._cell is not None and not self._silent:
            self._say_void(tag, given)
        if tag not in _VOID:
            hushed = tag in _SILENT or "visually-hidden" in classes
            self._open.append((tag, hushed))
            self._silent += hushed and tag != "caption"

    def handle_endtag(self, tag: str) -> None:
        """Come out of an element."""
        while self._open:
            last, hushed = self._open.pop()
            self._silent -= hushed and last != "caption"
            if last == tag:
                break
        if tag in ("h1", "h2", "caption") and self._heading is not None:
            said, self._heading = " ".join("".join(self._heading).split()), None
            if tag == "caption" and self._table is not None:
                self._table.title = said
            else:
                self._title = said
        elif tag in ("td", "th"):
            self._cell = None
        elif tag == "table" and self._table is not None:
            self._close(self._table)

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._heading is not None:
            self._heading.append(data)
        elif self._cell is not None and not self._silent:
            self._cell.words.append(data)

    def _say_void(self, tag: str, given: dict[str, str | None]) -> None:
        if self._cell is None:
            return
        if tag == "br":
            self._cell.words.append(" · ")
        elif tag == "input" and given.get("type", "text") in ("text", "number", "date"):
            self._cell.typed = self._cell.typed or given.get("value") or ""

    def _close(self, table: Listed) -> None:
        self._table = self._cell = None
        if table.rows:
            table.heads = table.rows.pop(0)
            table.rows = [row for row in table.rows if row]
            self.found.append(table)


def init_app(app: Flask) -> None:
    """Give the desks' frame its links, and answer what they lead to."""
    app.add_template_global(files_of, "files_of")
    app.after_request(as_file)


def files_of(page: str) -> Markup:
    """The links below a page with a table; '' for any other. Raises Invalid for a file of too long a list."""
    if request.method != "GET" or '<table class="table' not in page or _OWN.search(page):
        return Markup("")
    g.setdefault("desk_drawn", []).append(page)
    if request.args.get(WANTED) in FORMATS:
        if g.get("desk_pages", 1) > MOST_PAGES:
            raise Invalid({WANTED: [_("Danh sách dài quá; hãy lọc bớt rồi tải về.")]})
        return Markup("")
    groups = list(tables_of([page])) if page.count('<table class="table') > 1 else []
    which = [(one.title, number) for number, one in enumerate(groups)] if len(groups) > 1 else [("", None)]
    links = [
        (title, [(name.upper(), here(**{WANTED: name, WHICH: number, "page": None})) for name in FORMATS])
        for title, number in which
    ]
    return Markup(render_template("desk/_files.html", links=links))  # noqa: S704 our own template escapes


def as_file(response: Response) -> Response:
    """The page's list as a file, when that was asked for."""
    wanted = request.args.get(WANTED, "")
    if wanted not in FORMATS or response.status_code != 200 or not g.get("desk_drawn"):
        return response
    groups = list(tables_of(list(_pages())))
    number = request.args.get(WHICH, "0")
    place = int(number) if number.isdecimal() and len(number) < 3 else 0
    if place >= len(groups):
        return response
    return answer(_table(groups[place]), wanted)


def tables_of(pages: list[str]) -> Iterator[Listed]:
    """The tables of pages, those with the same headings as one: a second page, or a list for each of several heads."""
    groups: dict[tuple[str, ...], list[Listed]] = {}
    for page in pages:
        reader = _Reader()
        reader.feed(page)
        for one in reader.found:
            groups.setdefault(tuple(cell.text for cell in one.heads), []).append(one)
    for same in groups.values():
        titles = list(dict.fromkeys(one.title for one in same))
        whole = Listed(titles[0], same[0].heads, [row for one in same for row in one.rows])
        if len(titles) > 1:
            whole.heads = [Cell([_("Danh sách")]), *same[0].heads]
            whole.rows = [[Cell([one.title]), *row] for one in same for row in one.rows]
        yield whole


def _pages() -> Iterator[str]:
    """What was drawn, and the further pages of the list, drawn by the same view."""
    drawn: list[str] = g.desk_drawn
    count = g.get("desk_pages", 1)
    yield drawn[0]
    view = current_app.ensure_sync(current_app.view_functions[request.endpoint or ""])
    for number in range(2, count + 1):
        g.desk_page, g.desk_drawn = number, []
        view(**(request.view_args or {}))
        yield from g.desk_drawn[:1]


def _table(listed: Listed) -> Table:
    """A table of typed cells; columns without a heading hold what can be done, and are left out."""
    kept = [(place, head.text) for place, head in enumerate(listed.heads) if head.text]
    columns = [Column(str(place), text) for place, text in kept]
    rows: list[dict[str, Any]] = [
        {str(place): value_of(row[place]) for place, _text in kept if place < len(row)} for row in listed.rows
    ]
    title = listed.title or _("Danh sách")
    return Table(f"{slugify(title)[:60] or 'danh-sach'}-{today():%Y-%m-%d}", title, columns, rows)


def value_of(cell: Cell) -> Any:
    """A figure as a whole number, a day as a day, all else as the text that is read."""
    text = cell.text
    bare = text.replace("\u00a0", " ").removesuffix("₫").strip()
    if cell.is_figure and _WHOLE.fullmatch(bare):
        return int(bare.replace(".", "").replace("−", "-"))
    if found := _DAY.fullmatch(text):
        return _day(*(int(part) for part in found.groups())) or text
    return "" if text == "–" else text


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
