"""Rules of producers on plain values."""

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
