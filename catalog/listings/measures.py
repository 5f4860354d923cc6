"""What a pack holds, how long it keeps and how strong it is, in the words of a label."""

from typing import Final

from flask_babel import gettext as _

#: Shelf lives of so many months and more are told in months.
_IN_MONTHS_FROM: Final = 3
_MOST_MONTHS: Final = 120


def days_of(count: int, unit: str) -> int:
    """Days of a shelf life told in days or months; twelve months are 365 days."""
    return count * 365 // 12 if unit == "month" else count


def tell_days(days: int) -> tuple[int, str]:
    """A shelf life as it was told: months from three on where it comes out even, else days.

    >>> tell_days(365), tell_days(60), tell_days(100)
    ((12, 'month'), (60, 'day'), (100, 'day'))
    """
    months = -(-days * 12 // 365)
    if _IN_MONTHS_FROM <= months <= _MOST_MONTHS and days_of(months, "month") == days:
        return months, "month"
    return days, "day"


def shelf_words(days: int | None) -> str:
    """A shelf life in words; '' where none is told."""
    if not days:
        return ""
    count, unit = tell_days(days)
    return _("%(n)s tháng", n=count) if unit == "month" else _("%(n)s ngày", n=count)


def contents_words(net_grams: int | None, net_ml: int | None, net_pieces: int | None) -> str:
    """What a pack holds: "500 g", "1,5 lít", "20 cái · 40 g"; '' where nothing is told."""
    parts = [_("%(n)s cái", n=net_pieces)] if net_pieces else []
    if net_grams:
        parts.append(f"{decimal(net_grams, 1000)} kg" if _is_round(net_grams) else f"{net_grams} g")
    if net_ml:
        parts.append(_("%(n)s lít", n=decimal(net_ml, 1000)) if _is_round(net_ml) else f"{net_ml} ml")
    return " · ".join(parts)


def tell_strength(abv_bp: int | None) -> str:
    """2950 as "29,5"."""
    if abv_bp is None:
        return ""
    return decimal(abv_bp, 100)


def decimal(value: int, whole: int) -> str:
    """A value in parts of `whole` (a power of ten) as a decimal: 1500 of 1000 is "1,5", 2000 is "2"."""
    units, rest = divmod(value, whole)
    digits = str(rest).zfill(len(str(whole)) - 1).rstrip("0")
    return f"{units},{digits}" if digits else str(units)


def _is_round(value: int) -> bool:
    return value >= 1000 and value % 100 == 0
