"""Rules of producers on plain values."""

from collections.abc import Mapping

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

#: How the sources name the subjects of Article 2.3, folded; the first that fits wins.
_KINDS = (
    ("to hop tac", "cooperative_group"),
    ("hop tac xa", "cooperative"),
    ("htx", "cooperative"),
    ("doanh nghiep", "enterprise"),
    ("cong ty", "enterprise"),
    ("trang trai", "farm"),
    ("ho kinh doanh", "business_household"),
    ("ho san xuat", "producing_household"),
    ("ho gia dinh", "producing_household"),
    ("hiep hoi", "association"),
    ("hoi ", "association"),
    ("trung tam", "association"),
)


def clean_tax_code(text: str) -> str | None:
    """The tax code in its one writing (10 digits, or 10-3 for a branch), or None when it cannot be one.

    The check digit is verified: "0100233488" and "0314409058-002" pass, "0100233489" does not.
    """
    try:
        compact = mst.validate(text)
    except ValidationError:
        return None
    return compact if len(compact) == 10 else f"{compact[:10]}-{compact[-3:]}"


def kind_of(folded: str) -> str:
    """The subject that a folded name or type speaks of; a producing household when it does not say."""
    return next((kind for word, kind in _KINDS if word in folded), "producing_household")


def other_subject(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> tuple[str, ...]:
    """Fields by which a producer has become another legal subject; empty when it is still the same (case G3).

    Another kind of subject is another one, and so is another tax code; a code that is filled in where none was known
    is not. A new name under the same tax code is a renaming; without a code the name is all that tells who it is.
    Looks at `kind`, `tax_code` and `name`; a field that is missing from `after` stays.
    """
    now = {**before, **after}
    changed = ["kind"] if now["kind"] != before["kind"] else []
    if before["tax_code"] is not None and now["tax_code"] != before["tax_code"]:
        changed.append("tax_code")
    if now["name"] != before["name"] and before["tax_code"] is None:
        changed.append("name")
    return tuple(changed)
