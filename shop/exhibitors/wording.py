"""What people type into forms: a producer by name or code, numbers of booths with ranges."""

import re

from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, find_producer
from core.errors import Invalid

#: Booths that one range may stand for.
MOST_IN_RANGE = 200


def find_one(said: str, field: str) -> Producer:
    """The one producer of that code or name. Raises Invalid at the field."""
    found = find_producer(said.upper()) or find_by_name(said)
    if found is None:
        raise Invalid({field: [_("Không tìm thấy đúng một chủ thể mang mã hoặc tên này.")]})
    return found


def read_booths(text: str) -> list[str]:
    """Numbers of booths apart by commas, spaces or lines; ``A01-A10`` (or ``A01–A10``) stands for ten of them.

    A range keeps the letters and the width of its first number; what is no range is a number as it stands.
    """
    found: list[str] = []
    for word in re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text).upper()):
        ranged = re.fullmatch(r"([A-Z]*)(\d{1,4})-\1?(\d{1,4})", word)
        if ranged and 0 <= int(ranged[3]) - int(ranged[2]) < MOST_IN_RANGE:
            width = len(ranged[2])
            found += [f"{ranged[1]}{n:0{width}}" for n in range(int(ranged[2]), int(ranged[3]) + 1)]
        elif word:
            found.append(word)
    return list(dict.fromkeys(found))
