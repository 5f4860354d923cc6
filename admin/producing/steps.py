"""The questions of a listing in their order: which are asked of which set, where one stands, what comes next.

Pure: a step is a name, and what has been answered comes in as names. A pack's first questions make it; of further packs
only what differs is asked, the rest is taken over from the first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from catalog.listings.label import required
from catalog.listings.vat import classes_for
from catalog.products.sets import ALCOHOL, SERVICE

#: A pack that is being described and is not written down as one yet.
NEW: Final = "moi"


@dataclass(frozen=True, slots=True)
class Step:
    """One question."""

    name: str
    #: Its part of the address.
    slug: str
    #: Chapter under which it is counted.
    chapter: str
    is_pack: bool = False


CHAPTERS: Final[dict[str, LazyString | str]] = {
    "product": _l("Sản phẩm"),
    "pack": _l("Gói hàng"),
    "words": _l("Lời giới thiệu"),
    "label": _l("Nhãn hàng"),
    "end": _l("Đọc lại"),
}

STEPS: Final[tuple[Step, ...]] = (
    Step("known", "xac-nhan", "product"),
    Step("photos", "anh", "product"),
    Step("measure", "dong-goi", "pack", is_pack=True),
    Step("price", "gia", "pack", is_pack=True),
    Step("gtin", "ma-vach", "pack", is_pack=True),
    Step("vat_class", "thue", "pack", is_pack=True),
    Step("shelf", "han-dung", "pack", is_pack=True),
    Step("storage", "bao-quan", "pack", is_pack=True),
    Step("abv", "do-con", "pack", is_pack=True),
    Step("packs", "cac-goi", "pack"),
    Step("summary", "tom-tat", "words"),
    Step("who", "ai-lam", "words"),
    Step("how", "cach-lam", "words"),
    Step("why", "dac-biet", "words"),
    Step("story", "cau-chuyen", "words"),
    Step("ingredients", "thanh-phan", "label"),
    Step("usage", "cach-dung", "label"),
    Step("warnings", "canh-bao", "label"),
    Step("specs", "thong-so", "label"),
    Step("maker_address", "dia-chi", "label"),
    Step("origin", "xuat-xu", "label"),
    Step("dates_note", "ngay-thang", "label"),
    Step("is_gift", "qua-tang", "label"),
    Step("read", "doc-lai", "end"),
)
BY_NAME: Final = {step.name: step for step in STEPS}
BY_SLUG: Final = {step.slug: step for step in STEPS}
#: The questions out of which a story is put together.
STORY: Final = ("who", "how", "why")
#: What is asked of a further pack.
_FURTHER: Final = frozenset({"measure", "price", "gtin"})
#: The step at which each item of a label is told.
OF_LABEL: Final = {"quantity": "measure", "dates": "shelf", "abv": "abv", "storage": "storage"}
#: Steps that only some sets see, each under the label's item that calls for it.
_ASKED_FOR: Final = {
    "shelf": "dates", "storage": "storage", "abv": "abv", "ingredients": "ingredients", "usage": "usage",
    "warnings": "warnings", "specs": "specs", "maker_address": "maker_address", "origin": "origin",
    "dates_note": "dates",
}  # fmt: skip


def is_asked(step: Step, set_no: int) -> bool:
    """Whether a set's listings have this question: what its label need not say is not asked."""
    if step.name == "vat_class":
        return len(classes_for(set_no)) > 1
    if step.name == "gtin":
        return set_no != SERVICE
    if step.name in ("shelf", "storage") and set_no in ALCOHOL:
        return True
    item = _ASKED_FOR.get(step.name)
    return item is None or item in required(set_no)


def asked(set_no: int) -> list[Step]:
    """The questions of a set's listings, in their order."""
    return [step for step in STEPS if is_asked(step, set_no)]


@dataclass(frozen=True, slots=True)
class Stop:
    """A question as one meets it: with the code of its pack, where it is about one."""

    step: Step
    pack: str | None = None

    @property
    def key(self) -> str:
        """Its name among what has been answered."""
        return f"{self.pack}:{self.step.name}" if self.pack else self.step.name


def road(set_no: int, packs: Sequence[str], *, is_adding: bool = False) -> list[Stop]:
    """Every question from the first to the last. `packs`: codes in their order; `is_adding`: one more is being made."""
    steps = asked(set_no)
    codes = [*packs, NEW] if is_adding or not packs else list(packs)
    before = [Stop(step) for step in steps if not step.is_pack and step.chapter == "product"]
    after = [Stop(step) for step in steps if not step.is_pack and step.chapter != "product"]
    about: list[Stop] = []
    for number, code in enumerate(codes):
        of_pack = [step for step in steps if step.is_pack and (number == 0 or step.name in _FURTHER)]
        about += [Stop(step, code) for step in of_pack]
    return [*before, *about, *after]


def first_open(stops: Sequence[Stop], answered: Collection[str]) -> Stop:
    """The first question without an answer; the last one, reading back, is never answered."""
    return next((one for one in stops if one.key not in answered), stops[-1])


def next_stop(stops: Sequence[Stop], here: Stop) -> Stop:
    """What comes after a question; a question that is not on the road (a further pack's) leads to the list of packs."""
    if here in stops[:-1]:
        return stops[stops.index(here) + 1]
    return next(one for one in stops if one.step.name == "packs")


def stop_before(stops: Sequence[Stop], here: Stop) -> Stop | None:
    """What came before a question; None at the first."""
    if here not in stops:
        return next(one for one in stops if one.step.name == "packs")
    at = stops.index(here)
    return stops[at - 1] if at else None


def place(stops: Sequence[Stop], here: Stop) -> tuple[int, int]:
    """Number of the question, counted from 1, and how many there are; (0, n) off the road."""
    return (stops.index(here) + 1 if here in stops else 0), len(stops)


def step_of_lack(field: str) -> str:
    """The step at which a missing item of a label, or a missing part of a listing, is told."""
    return {"skus": "measure"}.get(field, OF_LABEL.get(field, field))
