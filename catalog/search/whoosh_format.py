"""What Whoosh keeps of a listing: the places of its words, and nothing that nobody asks for.

Whoosh pickles fields and formats into the index by their module path, so these classes keep this name and place for
ever (decision 33); the schema is handed over at each opening besides. Words arrive taken apart (layout.py): no analyzer
of Whoosh has a say in what a word is, and none of its token objects is made.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Existence, Format

from catalog.search import scoring
from catalog.search.analysis import folded_words
from catalog.search.layout import exact_layout, folded_layout
from catalog.search.port import Document

#: Raised when what is kept changes, so that an index of an older build is built anew.
FORMAT = "1"
#: Word, how often, weight, what is kept.
Postings = Generator[tuple[bytes, int, float, bytes], None, None]


class Places(Format):
    """The places of a word as unsigned 16-bit numbers, rising."""

    def __init__(self) -> None:
        super().__init__()
        self.posting_size = -1


class WordsField(FieldType):
    """The words of a listing in one way of comparing, each with its places."""

    def __init__(self) -> None:
        super().__init__(Places(), None)

    def index(
        self, value: Mapping[str, list[int]], **kwargs: Any
    ) -> Generator[tuple[bytes, int, float, bytes], None, None]:
        """Whoosh's postings."""
        for word, places in value.items():
            yield word.encode(), len(places), 1.0, array("H", places).tobytes()


class GramsField(FieldType):
    """The runs of three letters of a name."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: Collection[str], **kwargs: Any) -> Postings:
        """Whoosh's postings."""
        for gram in value:
            yield gram.encode(), 1, 1.0, b""


SCHEMA = Schema(
    key=ID(unique=True),
    listing=COLUMN(NumericColumn("q")),
    sequence=COLUMN(NumericColumn("q")),
    name_words=COLUMN(NumericColumn("H")),
    gram_count=COLUMN(NumericColumn("H")),
    exact=WordsField(),
    folded=WordsField(),
    grams=GramsField(),
    #: The folded words once more, so that those of a deleted document can be counted off.
    words=STORED(),
)


def fields_of(document: Document) -> dict[str, Any]:
    """A document as Whoosh's writer takes it."""
    exact, folded = exact_layout(document), folded_layout(document)
    grams = scoring.grams(folded_words(document.name))
    return {
        "key": str(document.listing_id), "listing": document.listing_id, "sequence": document.sequence,
        "name_words": folded.name_words, "gram_count": len(grams), "exact": exact.places, "folded": folded.places,
        "grams": grams, "words": " ".join(folded.places),
    }  # fmt: skip


class LeanCodec(W3Codec):
    """Whoosh's codec without lengths of fields, which no score here uses.

    With them Whoosh asks the file system once for each posting whether a file of lengths is there: ten thousand
    listings are two million questions, more than half of a build.
    """

    length_stats = False


class Gathered:
    """Postings of one segment, gathered by word in memory.

    Whoosh's own pool makes a tuple of each posting, sorts millions of them and spills them to files; here they come in
    the order of documents and only the words need sorting.
    """

    def __init__(self) -> None:
        self._words: dict[tuple[str, bytes], tuple[array[int], list[bytes]]] = defaultdict(lambda: (array("I"), []))
        self._same: dict[bytes, bytes] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting; documents come in rising order."""
        field, word, number, _, kept = item
        numbers, values = self._words[field, word]
        numbers.append(number)
        values.append(self._same.setdefault(kept, kept))

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """All of them by field, word and document."""
        for field, word in sorted(self._words):
            numbers, values = self._words[field, word]
            for number, kept in zip(numbers, values, strict=True):
                yield field, word, number, 1.0, kept

    def cleanup(self) -> None:
        """Forget them."""
        self._words.clear()
        self._same.clear()
