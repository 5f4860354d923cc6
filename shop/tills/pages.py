"""The receipt's page: for whoever holds the link."""

from flask import Response

from core.errors import NotFound
from core.web.access import public
from core.web.pages import Pages
from shop.tills.receipts import find_by_token, read_receipt

pages = Pages("tills", __name__)


@pages.get("/bien-lai/<token>")
@public
def receipt(token: str) -> Response:
    """What was bought at a till, by the secret link on its receipt. Raises NotFound."""
    sale = find_by_token(token)
    if sale is None:
        raise NotFound
    return Response(str(read_receipt(sale)))
