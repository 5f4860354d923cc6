"""What groups, sets, areas and producers are called in an address, and back.

Groups and sets are few and fixed, so a plain slug names each. Areas and producers carry their code at the end: the
words before it may change with a name, the code never does, so an old address always finds its way (decision 38).
"""

import re
from collections.abc import Mapping

from flask_babel import gettext as _

from catalog.areas.rules import bare_name
from catalog.products.sets import GROUPS, SETS
from catalog.search.facets import group_name
from core.text import slugify

#: The longest words of an address that are ours to cut; codes come on top.
_LONGEST = 60
_CODED = re.compile(r"(?:(?P<words>.*)-)?(?P<code>\d{2,5})")

#: A group's slug by its Roman number, and back.
GROUP_SLUGS: Mapping[str, str] = {
    "I": "thuc-pham", "II": "do-uong", "III": "duoc-lieu", "IV": "thu-cong-my-nghe", "V": "sinh-vat-canh",
    "VI": "du-lich-cong-dong",
}  # fmt: skip
GROUP_OF = {slug: group for group, slug in GROUP_SLUGS.items()}
#: A set's slug by its number, and back.
SET_SLUGS: Mapping[int, str] = {number: slugify(one.name_vi, _LONGEST) for number, one in SETS.items()}
SET_OF = {slug: number for number, slug in SET_SLUGS.items()}


def group_label(group: str) -> str:
    """A group's name, short enough for a chip."""
    short = {
        "III": _("Dược liệu"), "IV": _("Thủ công mỹ nghệ"), "VI": _("Du lịch cộng đồng"),
    }  # fmt: skip
    return short.get(group, group_name(group))


def find_group(key: str) -> str | None:
    """The group of a slug or of a Roman number."""
    return GROUP_OF.get(key) or (key.upper() if key.upper() in GROUPS else None)


def find_set(key: str) -> int | None:
    """The set of a slug or of a number."""
    if key.isdecimal() and len(key) <= 2 and int(key) in SETS:
        return int(key)
    return SET_OF.get(key)


def area_slug(code: str, name: str, *, is_plain: bool = False) -> str:
    """An area's slug; is_plain: a province of today, which needs no code.

    >>> area_slug("11728", "Xã Kiến Hưng")
    'kien-hung-11728'
    >>> area_slug("31", "Thành phố Hải Phòng", is_plain=True)
    'hai-phong'
    """
    words = slugify(bare_name(name), _LONGEST)
    return words if is_plain else f"{words}-{code}"


def parted(slug: str) -> tuple[str, str | None]:
    """The words and the area's code of a slug; no code: the whole slug is words.

    >>> parted("kien-hung-11728")
    ('kien-hung', '11728')
    >>> parted("kien-thuy")
    ('kien-thuy', None)
    """
    found = _CODED.fullmatch(slug)
    return (found["words"] or "", found["code"]) if found else (slug, None)


def producer_slug(code: str, name: str) -> str:
    """A producer's slug: its name and its code.

    >>> producer_slug("CT-7K3M9QXT", "HTX Đồng Tâm")
    'htx-dong-tam-ct-7k3m9qxt'
    """
    words = slugify(name, _LONGEST)
    return f"{words}-{code.lower()}" if words else code.lower()


def possible_codes(slug: str) -> list[str]:
    """What the code at the end of a producer's slug may be, longest first, in small letters.

    >>> possible_codes("HTX-sen-CT-7")
    ['htx-sen-ct-7', 'sen-ct-7', 'ct-7', '7']
    """
    words = slug.lower().split("-")[-12:]
    return ["-".join(words[start:]) for start in range(len(words))]
