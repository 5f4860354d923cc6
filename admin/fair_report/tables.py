"""The report on one fair as tables: the page draws them, XLSX has each on a sheet, the PDF prints them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.fair_report.figures import FairFigures, Part
from catalog.exports import Column, Table
from shop.fairs.rules import fair_days
from shop.meetings.queries import Line
from shop.meetings.words import meeting_words, outcome_words, slot_words

_SAYS = (Column("what", _l("Chỉ tiêu")), Column("figure", _l("Số"), "whole"))
_MONEY = (Column("what", _l("Khoản")), Column("amount", _l("Số tiền"), "dong"))
_PLACES = (
    Column("place", _l("Nơi đến")), Column("exhibitors", _l("Chủ thể"), "whole"), Column("five", _l("5 sao"), "whole"),
    Column("four", _l("4 sao"), "whole"), Column("three", _l("3 sao"), "whole"), Column("booths", _l("Gian"), "whole"),
    Column("sold", _l("Bán tại quầy"), "dong"),
)  # fmt: skip
_DAYS = (
    Column("day", _l("Ngày"), "day"), Column("booths", _l("Gian có người thuê"), "whole"),
    Column("came", _l("Gian có mặt"), "whole"), Column("sold", _l("Bán tại quầy"), "dong"),
)  # fmt: skip
_KINDS = (
    Column("kind", _l("Loại gian")),
    Column("offered", _l("Có"), "whole"),
    Column("taken", _l("Đã thuê"), "whole"),
)
_WHO = (
    Column("name", _l("Chủ thể")), Column("place", _l("Nơi đến")), Column("stars", _l("Sao"), "stars"),
    Column("booths", _l("Gian")), Column("days", _l("Ngày thuê"), "whole"), Column("came", _l("Ngày có mặt"), "whole"),
    Column("sold", _l("Bán tại quầy"), "dong"),
)  # fmt: skip
_MET = (
    Column("at", _l("Giờ")), Column("buyer", _l("Bên mua")), Column("producer", _l("Chủ thể")),
    Column("state", _l("Trạng thái"), "short"), Column("outcome", _l("Kết quả")),
    Column("expected", _l("Giá trị dự kiến một năm"), "dong"), Column("words", _l("Ghi chú")),
)  # fmt: skip


def tables_of(figures: FairFigures, parts: Sequence[Part], met: Sequence[Line]) -> list[Table]:
    """Every table of the report, in its order. Names of files and sheets are ASCII or short."""
    made: tuple[tuple[str, str, Sequence[Column], list[dict[str, Any]]], ...] = (
        ("tong-hop", _("Tổng hợp"), _SAYS, _summary(figures)),
        ("noi-va-sao", _("Theo nơi và sao"), _PLACES, _places(parts)),
        ("tung-ngay", _("Từng ngày"), _DAYS, _days(figures)),
        ("loai-gian", _("Theo loại gian"), _KINDS, _kinds(figures)),
        ("tien", _("Phí và hoàn tiền"), _MONEY, _money(figures)),
        ("chu-the", _("Chủ thể"), _WHO, [_who(one) for one in parts]),
        ("ket-noi", _("Kết nối cung cầu"), _MET, [_met(one) for one in met]),
    )
    return [Table(name, title, columns, rows) for name, title, columns, rows in made]


def kind_words(kind: str) -> str:
    """What a kind of booth is called."""
    return {
        "standard": _("Tiêu chuẩn"), "corner": _("Góc"), "premium": _("Vị trí đẹp"), "food": _("Ẩm thực"),
        "open": _("Ngoài trời"),
    }.get(kind, kind)  # fmt: skip


def _summary(one: FairFigures) -> list[dict[str, Any]]:
    offered, taken, came = one.booth_days
    rows = (
        (_("Hồ sơ đăng ký"), sum(one.applications.values())), (_("Chủ thể tham gia"), len(one.producers)),
        (_("Gian cho thuê"), sum(one.offered.values())), (_("Gian có người thuê"), sum(one.taken.values())),
        (_("Ngày gian (gian × ngày)"), offered), (_("Ngày gian đã thuê"), taken), (_("Ngày gian có mặt"), came),
        (_("Sự cố đã ghi"), one.incidents), (_("Bên mua được mời"), one.meetings.buyers),
        (_("Cuộc gặp đã diễn ra"), one.meetings.held), (_("Cuộc hẹn không gặp"), one.meetings.missed),
        (_("Biên bản ghi nhớ"), one.meetings.memoranda), (_("Hợp đồng"), one.meetings.contracts),
    )  # fmt: skip
    return [{"what": what, "figure": figure} for what, figure in rows]


def _places(parts: Sequence[Part]) -> list[dict[str, Any]]:
    names = Counter(one.place or _("Chưa rõ") for one in parts)
    found: list[dict[str, Any]] = []
    for place, count in sorted(names.items(), key=lambda pair: (-pair[1], pair[0])):
        own = [one for one in parts if (one.place or _("Chưa rõ")) == place]
        stars = Counter(one.stars for one in own)
        found.append(
            {
                "place": place, "exhibitors": count, "five": stars[5], "four": stars[4], "three": stars[3],
                "booths": sum(len(one.booths) for one in own), "sold": sum(one.sold_vnd for one in own),
            }
        )  # fmt: skip
    return _with_sum(found, "place")


def _days(one: FairFigures) -> list[dict[str, Any]]:
    days = sorted({*fair_days(one.fair.opens_on, one.fair.closes_on), *one.sold_by_day})
    return [
        {
            "day": day, "booths": one.booths_by_day.get(day, 0), "came": one.came_by_day.get(day, 0),
            "sold": one.sold_by_day.get(day, 0),
        }
        for day in days
    ]  # fmt: skip


def _kinds(one: FairFigures) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"kind": kind_words(kind), "offered": count, "taken": one.taken.get(kind, 0)}
        for kind, count in sorted(one.offered.items())
    ]
    return _with_sum(rows, "kind")


def _money(one: FairFigures) -> list[dict[str, Any]]:
    money = one.money
    rows = (
        (_("Phí gian đã thỏa thuận"), money.fee_vnd), (_("Phần được hỗ trợ"), money.subsidy_vnd),
        (_("Đã thu"), money.received_vnd), (_("Phải trả lại"), money.owed_vnd), (_("Đã trả lại"), money.returned_vnd),
        (_("Bán tại quầy"), one.sold_vnd), (_("Giá trị dự kiến từ kết nối, một năm"), one.meetings.expected_vnd),
    )  # fmt: skip
    return [{"what": what, "amount": amount} for what, amount in rows]


def _who(one: Part) -> dict[str, Any]:
    return {
        "name": one.producer.name, "place": one.place, "stars": one.stars or None, "booths": ", ".join(one.booths),
        "days": one.days, "came": one.came, "sold": one.sold_vnd,
    }  # fmt: skip


def _met(line: Line) -> dict[str, Any]:
    one = line.meeting
    return {
        "at": slot_words(line.slot), "buyer": line.buyer.company, "producer": line.producer.name,
        "state": meeting_words(one.state), "outcome": outcome_words(one.outcome), "expected": one.expected_vnd,
        "words": one.result_words,
    }  # fmt: skip


def _with_sum(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The rows and their sum, where there is more than one."""
    if len(rows) < 2:
        return rows
    whole: Callable[[str], int] = lambda name: sum(int(row[name]) for row in rows)  # noqa: E731
    return [*rows, {name: _("Cộng") if name == key else whole(name) for name in rows[0]}]
