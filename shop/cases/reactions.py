"""What a change of a certificate gives people to do."""

from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, consequence
from shop.cases.service import ask_for_labels, open_cases


@consequence("sold", Happening.REVOCATION)
def list_reached(case: Case) -> dict[str, int]:
    """Whoever bought or showed the product since the day of the revocation is listed, to be told (D2, D3)."""
    return open_cases(case.certificate_id)


@consequence("label", Happening.DOWNRATING)
def print_labels(case: Case) -> dict[str, int]:
    """Stores with goods in the house print their shelf labels anew (E1)."""
    return {"stores": ask_for_labels(case.certificate_id, case.product_id, case.today)}
