"""The programme's own product codes: T-X-STT-20YY, and the older T-H-X-STT-20YY with a district.

T province (2 digits), H district (3), X commune (5), STT the commune's serial, 20YY year of evaluation
(Decision 26/2026/QĐ-TTg, annex II; codes of units after Decision 19/2025/QĐ-TTg). Both forms stay good: a code is
printed on labels and never re-issued. Our own codes (SP-…) identify products; these are kept as printed.
"""

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: First year of the programme's national criteria.
FIRST_YEAR = 2019
#: Districts ended on 1 July of this year: codes of it may have either form.
TURNING_YEAR = 2025
_FORM = re.compile(r"(\d{2})-(?:(\d{3})-)?(\d{5})-(\d{1,4})-(\d{4})")
_DASHES = re.compile("\\s*[-\u2010-\u2015\u2212./_]\\s*")


@dataclass(frozen=True, slots=True)
class OcopCode:
    """A code in its parts."""

    province: str
    #: None in the newer form.
    district: str | None
    commune: str
    #: As printed: "3" and "03" are the same number.
    serial: str
    year: int

    def __str__(self) -> str:
        parts = (self.province, self.district, self.commune, self.serial, str(self.year))
        return "-".join(part for part in parts if part is not None)

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What tells two products apart: zeros before the serial and the district do not."""
        return self.province, self.commune, int(self.serial), self.year


def parse(text: str) -> OcopCode | None:
    """The code in any dashes and spaces, or None when it has neither form.

    >>> str(parse("83 – 829 – 28780 – 3 – 2022"))
    '83-829-28780-3-2022'
    """
    found = _FORM.fullmatch(_DASHES.sub("-", text.strip())) if text.isprintable() else None
    if found is None or not found[0].isascii() or int(found[4]) == 0:
        return None
    return OcopCode(found[1], found[2], found[3], found[4], int(found[5]))


def canonical(text: str) -> str | None:
    """The code in its one writing; None when it is none."""
    code = parse(text)
    return str(code) if code else None


def faults_of(text: str, today: date) -> list[LazyString]:
    """What is wrong with a code on that day, in words; nothing when it can stand."""
    code = parse(text)
    if code is None:
        return [_l("Mã phải có dạng tỉnh-xã-số thứ tự-năm (31-11749-01-2026) hoặc dạng cũ có mã huyện.")]
    if not FIRST_YEAR <= code.year <= today.year:
        return [_l("Năm trong mã phải từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=today.year)]
    if code.district is not None and code.year > TURNING_YEAR:
        return [_l("Từ năm 2026 mã không còn phần huyện.")]
    return []


def looks_like_one(text: str) -> bool:
    """Whether somebody meant the programme's code, so that a slip in it is told instead of taken for a name."""
    return re.match(r"\s*\d{2}\s*[-\u2010-\u2015\u2212]", text) is not None
