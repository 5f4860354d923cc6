"""What tests of search engines share."""

import os
from collections.abc import Callable

from catalog.search.port import Document, SearchIndex

WITHOUT_POSTGRESQL = os.environ.get("OCOP_TEST_DATABASE") == "sqlite"
#: Makes an engine that holds these documents.
Build = Callable[[list[Document]], SearchIndex]


def doc(
    listing_id: int, name: str, *, sequence: int = 1, producer: str = "HTX", places: str = "", words: str = ""
) -> Document:
    """A listing's words."""
    return Document(listing_id, sequence, name, producer, places, "", words)
