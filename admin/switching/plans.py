"""What a file would do, line by line, before anything is done: the same plan is shown, and carried out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from admin.switching.matching import Asked, Pack
from admin.switching.reading import Row


class Outcome(StrEnum):
    """What becomes of a line."""

    PRICE = "price"  #: the pack gets this price
    GTIN = "gtin"  #: the pack gets this barcode
    SAME = "same"  #: nothing differs; her code is kept
    OTHER_PRICE = "other_price"  #: another price, which the caller may not set
    CANDIDATE = "candidate"  #: becomes a proposal
    RECEIVE = "receive"  #: becomes a lot
    ALREADY = "already"  #: was taken over before
    NEW = "new"  #: a customer nobody knew
    KNOWN = "known"  #: a customer who is known
    NOT_OCOP = "not_ocop"  #: no product of ours
    UNCERTIFIED = "uncertified"  #: ours, but no certificate covers today
    UNCLEAR = "unclear"  #: more than one product, or a name without its maker
    EMPTY = "empty"  #: nothing on hand, or less
    EXPIRED = "expired"  #: past its last day
    UNREACHABLE = "unreachable"  #: a customer without a telephone number or e-mail that works
    SKIPPED = "skipped"  #: a line without goods: a picture, a service


#: Lines that change something.
ACTS = frozenset({
    Outcome.PRICE, Outcome.GTIN, Outcome.SAME, Outcome.CANDIDATE, Outcome.RECEIVE, Outcome.NEW,
})  # fmt: skip
OUTCOMES = {
    Outcome.PRICE: _l("Đặt giá"),
    Outcome.GTIN: _l("Ghi mã vạch"),
    Outcome.SAME: _l("Khớp, chỉ ghi mã cũ"),
    Outcome.OTHER_PRICE: _l("Giá khác: chủ thể hoặc quản trị đặt giá"),
    Outcome.CANDIDATE: _l("Thành đề xuất"),
    Outcome.RECEIVE: _l("Nhập tồn đầu kỳ"),
    Outcome.ALREADY: _l("Đã nhập trước đây"),
    Outcome.NEW: _l("Khách mới"),
    Outcome.KNOWN: _l("Khách đã có"),
    Outcome.NOT_OCOP: _l("Không phải sản phẩm OCOP ở đây"),
    Outcome.UNCERTIFIED: _l("Chưa có hoặc hết hiệu lực công nhận"),
    Outcome.UNCLEAR: _l("Chưa rõ là sản phẩm nào"),
    Outcome.EMPTY: _l("Không còn hàng"),
    Outcome.EXPIRED: _l("Quá hạn sử dụng"),
    Outcome.UNREACHABLE: _l("Không có số điện thoại hay email dùng được"),
    Outcome.SKIPPED: _l("Bỏ qua"),
}
HOWS = {
    "code": _l("mã hàng"),
    "before": _l("mã đã ghi nhớ"),
    "gtin": _l("mã vạch"),
    "name": _l("tên"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: what it says, what it was taken for, and what becomes of it."""

    number: int
    said: str
    outcome: Outcome
    #: Our name of it, and by what it was found ('' for no pack).
    meant: str = ""
    how: str = ""
    note: str = ""
    #: What carrying it out needs.
    act: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a file."""

    kind: str
    lines: Sequence[Line]

    @property
    def counts(self) -> dict[str, int]:
        """Lines by outcome, in the order of the outcomes."""
        found = Counter(line.outcome for line in self.lines)
        return {one.value: found[one] for one in Outcome if found[one]}

    @property
    def acts(self) -> int:
        """Lines that change something."""
        return sum(1 for line in self.lines if line.outcome in ACTS)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the keeper chose beside the columns."""

    #: Lines without a maker may be found by their name alone.
    trusts_names: bool = False
    #: Prices may change by more than half.
    takes_big_prices: bool = False
    #: The commune (code) and set (number) of lines that become proposals; None: they are only listed.
    area: str | None = None
    set_no: int | None = None
    #: Terms of the opening lots.
    is_consigned: bool = True
    commission_bp: int = 0


def asked_of(row: Row, code_of: Callable[[str], str]) -> Asked:
    """What a line says of its goods."""
    return Asked(code_of(row["code"]), code_of(row["barcode"]), row["name"], row["variant"], row["maker"])


def said_of(asked: Asked) -> str:
    """A line's goods as its file calls them."""
    return " · ".join(one for one in (asked.name, asked.variant, asked.code) if one)[:200]


def meant_of(pack: Pack) -> str:
    """A pack as we call it."""
    return f"{pack.product.name}, {pack.sku.label} ({pack.sku.code})"
