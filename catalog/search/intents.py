"""What a query asks for besides words: stars, a price, a gift, an order, and phrases that say nothing. Pure.

Each pattern is read over the letters alone, and a word typed with marks must bear the right ones: `đen 50k` is black
and has a price, `đến 50k` is a bound. What was understood is taken out of the text.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.search.analysis import exact_words
from core.text import fold, normalise

#: "Khoảng 100k" is this share more or less, in hundredths.
_ABOUT = 20
#: Larger amounts are no prices.
_MOST_VND = 1_000_000_000

_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10,
}  # fmt: skip
_FOLDED_NUMBERS = {fold(word): number for word, number in _NUMBERS.items()}
_SCALES = {"k": 1_000, "nghin": 1_000, "ngan": 1_000, "tram": 100_000, "chuc": 10_000, "tr": 10**6, "trieu": 10**6}
_STAR = r"(?:sao|stars?)(?!\w)|\*|★"
_FEW = r"[1-5]|mot|hai|ba|bon|tu|nam"
_WHOLE = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_SCALE = r"(?:tram|chuc)(?:\s*(?:nghin|ngan|k))?|nghin|ngan|k|trieu|tr"
_DONG = r"dong|vnd|d|₫"


def _amount(name: str) -> str:
    """A price in figures or a small number in words, with or without scale and đồng: 200.000đ, 1tr5, hai trăm nghìn."""
    words = "|".join(_FOLDED_NUMBERS)
    return (
        rf"(?P<{name}>(?:(?P<{name}_n>{_WHOLE})\s*(?P<{name}_s>{_SCALE})?|(?P<{name}_w>{words})\s+(?P<{name}_t>{_SCALE}))"
        rf"(?P<{name}_r>(?<=\w)\d{{1,3}}|\s+ruoi)?(?:\s*(?P<{name}_d>{_DONG}))?(?!\w))"
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})")


#: Without a figure, a star or a scale nothing here is meant, and nothing more is read.
_COUNTS = re.compile(r"\d|sao|star|\*|★|nghin|ngan|trieu|tram|chuc")
_BELOW = "duoi|khong qua|khong hon|toi da|re hon|it hon|nho hon|thap hon|under|max"
_ABOVE = "tren|tu|hon|cao hon|lon hon|it nhat|toi thieu|over|min"
_AROUND = "khoang|tam|tam gia|tam khoang|xap xi|gia|gia tam|gia khoang"
#: Right marks of the words that the patterns take, by their letters; several where several are right.
_MARKS = {
    "duoi": ("dưới",), "tren": ("trên",), "tu": ("từ", "tư"), "den": ("đến",), "toi": ("tới", "tối"), "hon": ("hơn",),
    "gia": ("giá",), "tam": ("tầm",), "khoang": ("khoảng",), "it": ("ít",), "nhat": ("nhất",), "khong": ("không",),
    "qua": ("quá",), "da": ("đa",), "re": ("rẻ",), "nho": ("nhỏ",), "thap": ("thấp",), "cao": ("cao",),
    "lon": ("lớn",), "thieu": ("thiểu",), "tro": ("trở",), "len": ("lên",), "xuong": ("xuống",), "do": ("đổ",),
    "lai": ("lại",), "xap": ("xấp",), "xi": ("xỉ",), "nam": ("năm",), "bon": ("bốn",), "mot": ("một",), "ba": ("ba",),
    "hai": ("hai",), "sau": ("sáu",), "bay": ("bảy", "bẩy"), "chin": ("chín",), "muoi": ("mười",),
    "nghin": ("nghìn",), "ngan": ("ngàn",), "tram": ("trăm",), "chuc": ("chục",), "trieu": ("triệu",),
    "ruoi": ("rưỡi",), "dong": ("đồng",), "sao": ("sao",), "hoac": ("hoặc",), "va": ("và",), "hay": ("hay",),
}  # fmt: skip


@dataclass(slots=True)
class Intents:
    """What was asked for so far; see `Understood` for each. `rest`: the text that remains."""

    rest: str = ""
    stars: frozenset[int] = frozenset()
    price_min: int | None = None
    price_max: int | None = None
    is_adult: bool = False
    #: Whether anything but phrases that say nothing was taken out.
    any: bool = False


def read(text: str) -> Intents:
    """Take out of a query what is no word to look for."""
    found = Intents(rest=normalise(text).lower())
    if _COUNTS.search(letters := letters_of(found.rest)):
        for pattern, use in _RULES:
            found.rest = _taken(pattern, use, found, letters)
            if len(found.rest) != len(letters):
                letters = letters_of(found.rest)
    return found


def _taken(
    pattern: re.Pattern[str], use: Callable[[Intents, re.Match[str]], bool], found: Intents, letters: str
) -> str:
    """The text without what the pattern found in its letters and `use` accepted."""
    text, kept, at = found.rest, "", 0
    for one in pattern.finditer(letters):
        if _is_spelt(text[one.start() : one.end()]) and use(found, one):
            found.any = True
            kept += text[at : one.start()] + " "
            at = one.end()
    return kept + text[at:]


def letters_of(text: str) -> str:
    """The text by its letters, sign for sign, so that places stay the same."""
    return "".join(bare if len(bare := fold(sign)) == 1 else sign for sign in text)


def _is_spelt(said: str) -> bool:
    """Whether every word that was typed with marks bears the right ones."""
    return all(
        word.isascii() or (right := _MARKS.get(fold(word))) is None or word in right
        for word in re.findall(r"[^\W\d_]+", said)
    )


def _stars(*bounds: int) -> frozenset[int]:
    return frozenset(range(max(1, min(bounds)), min(5, max(bounds)) + 1))


def _few(text: str) -> int:
    return int(text) if text.isdigit() else _FOLDED_NUMBERS[text]


def _star_range(found: Intents, one: re.Match[str]) -> bool:
    first, last = _few(one["a"]), _few(one["b"])
    found.stars |= frozenset((first, last)) if one["how"] in ("hoac", "hay", "va", ",") else _stars(first, last)
    return True


def _star_bound(found: Intents, one: re.Match[str]) -> bool:
    number, how, behind = _few(one["a"]), one["how"] or "", one["tail"] or ""
    if how in ("tren", "hon", ">"):
        found.stars |= _stars(number + 1, 5) if number < 5 else frozenset({5})
    elif how in ("duoi", "<"):
        found.stars |= _stars(1, number - 1) if number > 1 else frozenset({1})
    elif how in ("toi da", "khong qua", "<=") or "xuong" in behind or "lai" in behind:
        found.stars |= _stars(1, number)
    else:
        found.stars |= _stars(number, 5)
    return True


def _star(found: Intents, one: re.Match[str]) -> bool:
    found.stars |= {_few(one["a"])}
    return True


def _adult(found: Intents, _one: re.Match[str]) -> bool:
    found.is_adult = True
    return True


@dataclass(frozen=True, slots=True)
class _Price:
    vnd: int
    #: A scale or đồng stands behind it: it is money for certain.
    is_named: bool


def _price(one: re.Match[str], name: str, other: str = "") -> _Price | None:
    """The amount of a group. `other`: the scale to take when it has none ("50-100k")."""
    if one[name] is None:
        return None
    figures, scale = one[f"{name}_n"], one[f"{name}_s"] or one[f"{name}_t"] or other
    number = _figure(figures) if figures else float(_FOLDED_NUMBERS[one[f"{name}_w"]])
    times = _SCALES.get(re.split(r"\s|(?<=m)(?=k|n)|(?<=c)(?=k|n)", scale)[0], 0) if scale else 0
    is_small = not times and number < 1_000 and not one[f"{name}_d"]
    vnd = number * (times or (1_000 if is_small else 1)) + _rest(one[f"{name}_r"], times)
    is_grouped = figures is not None and re.search(r"[.,]\d{3}$", figures) is not None
    return _Price(min(round(vnd), _MOST_VND), bool(times or (number >= 1_000 and (one[f"{name}_d"] or is_grouped))))


def _figure(figures: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", figures):
        return float(re.sub(r"[.,]", "", figures))
    return float(figures.replace(",", "."))


def _rest(rest: str | None, times: int) -> float:
    """What stands behind a scale: 1tr5 is a million and five tenths of it; `rưỡi` is half."""
    if not rest:
        return 0
    return times / 2 if "ruoi" in rest else int(rest) * times / 10 ** len(rest)


def _scale(one: re.Match[str], name: str) -> str:
    return one[f"{name}_s"] or one[f"{name}_t"] or ""


def _price_range(found: Intents, one: re.Match[str]) -> bool:
    low, high = _price(one, "a", _scale(one, "b")), _price(one, "b", _scale(one, "a") if not _scale(one, "b") else "")
    if low is None or high is None or not (low.is_named or high.is_named or (one["how"] and _ends(one))):
        return False
    found.price_min, found.price_max = sorted((low.vnd, high.vnd))
    return True


def _price_bound(found: Intents, one: re.Match[str]) -> bool:
    price = _price(one, "a")
    if price is None or not (price.is_named or price.vnd >= 1_000_000 or _ends(one)):
        return False  # dưới 500 g, từ 2 năm
    is_below = one["below"] is not None or "xuong" in (one["tail"] or "") or "lai" in (one["tail"] or "")
    if is_below:
        found.price_max = price.vnd
    else:
        found.price_min = price.vnd
    return True


def _price_about(found: Intents, one: re.Match[str]) -> bool:
    price = _price(one, "a")
    if price is None or not price.is_named:
        return False
    found.price_min = price.vnd * (100 - _ABOUT) // 100
    found.price_max = price.vnd * (100 + _ABOUT) // 100
    return True


def _ends(one: re.Match[str]) -> bool:
    """Whether no word follows that the number might be counting."""
    return not re.match(r"\s*[\w%°]", one.string[one.end() :])


_TAIL = r"(?:\s*(?P<tail>tro len|do len|tro xuong|do xuong|do lai)(?!\w))"
_RULES: tuple[tuple[re.Pattern[str], Callable[[Intents, re.Match[str]], bool]], ...] = (
    (_compiled(r"18\s*\+"), _adult),
    (
        _compiled(
            rf"(?:tu\s+)?(?P<a>{_FEW})\s*(?:{_STAR})?\s*(?P<how>-|–|~|,|den|toi|hoac|hay|va)\s*(?P<b>{_FEW})\s*(?:{_STAR})"
        ),
        _star_range,
    ),
    (
        _compiled(
            r"(?P<how>tu|it nhat|toi thieu|tren|hon|duoi|toi da|khong qua|>=|<=|>|<)\s*"
            rf"(?P<a>{_FEW})\s*(?:{_STAR}){_TAIL}?"
        ),
        _star_bound,
    ),
    (_compiled(rf"(?P<how>(?!))?(?P<a>{_FEW})\s*(?:{_STAR}){_TAIL}"), _star_bound),
    (_compiled(rf"(?P<a>{_FEW})\s*(?:{_STAR})"), _star),
    (
        _compiled(rf"(?P<how>(?:(?:gia|tu|{_AROUND})\s+)*){_amount('a')}\s*(?:-|–|~|den|toi)\s*{_amount('b')}"),
        _price_range,
    ),
    (
        _compiled(
            rf"(?:gia\s+)?(?:(?P<below>{_BELOW}|<=|≤|<)|(?P<above>{_ABOVE}|>=|≥|>))\s*(?:gia\s+)?{_amount('a')}{_TAIL}?"
        ),
        _price_bound,
    ),
    (_compiled(rf"(?P<below>(?!))?{_amount('a')}{_TAIL}"), _price_bound),
    (_compiled(rf"(?:(?:{_AROUND})\s*)?{_amount('a')}"), _price_about),
)


@dataclass(frozen=True, slots=True)
class Saying:
    """A phrase that is taken out of a query, and what it means; neither a gift nor an order: it says nothing here."""

    words: tuple[str, ...]
    is_gift: bool = False
    #: An order, named as in `service.SORTS`.
    sort: str | None = None
    #: `front`: only before everything else, `behind`: only behind it; else anywhere.
    where: str = ""


def _read_sayings() -> dict[str, tuple[Saying, ...]]:
    """The sayings of data/sayings.csv by the letters of their first word, the longest first."""
    found: dict[str, list[Saying]] = defaultdict(list)
    with (Path(__file__).parent / "data" / "sayings.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            words = tuple(exact_words(row["phrase"]))
            is_gift, sort = row["meaning"] == "gift", row["meaning"].removeprefix("sort ")
            found[fold(words[0])].append(Saying(words, is_gift, sort if sort != row["meaning"] else None, row["where"]))
    return {first: tuple(sorted(them, key=lambda one: -len(one.words))) for first, them in found.items()}


SAYINGS = _read_sayings()
