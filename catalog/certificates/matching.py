"""Whom and what the lines of a decision mean: held against the producers and products that are known, all at once.

However many lines, the number of statements stays the same. A line names a producer by tax code (branches share
one, then the name tells them apart) or by name, and a product by our code, the programme's, or the producer's own
product of that name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, or_, select

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import Base, db, in_chunks
from core.text import fold

R = TypeVar("R", bound=Base)
#: Words of a name below which leaving one out says nothing.
_FEWEST_WORDS = 3


class Named(Protocol):
    """What a line tells of its product."""

    @property
    def product_code(self) -> str | None: ...
    @property
    def product_name(self) -> str | None: ...
    @property
    def producer_name(self) -> str | None: ...
    @property
    def producer_tax_code(self) -> str | None: ...


class Known:
    """The producers and products that some lines could mean, read once; new ones are added as they are made."""

    def __init__(self, lines: Sequence[Named]) -> None:
        self._by_tax_code: dict[str, list[Producer]] = defaultdict(list)
        self._by_name: dict[str, list[Producer]] = defaultdict(list)
        self._by_code: dict[str, Product] = {}
        self._of_maker: dict[tuple[int, str], Product] = {}
        self._near: dict[tuple[int, frozenset[str]], Product] = {}
        self._makers: dict[int, Producer] = {}
        self._read(lines)

    def makers(self, line: Named) -> list[Producer]:
        """The producers that the line may mean: none is a new one, several must be told apart."""
        name = fold(line.producer_name or "")
        if line.producer_tax_code is None:
            return list(self._by_name.get(name, []))
        twins = self._by_tax_code.get(line.producer_tax_code, [])
        return [twin for twin in twins if twin.name_folded == name] or list(twins)

    def product(self, line: Named, makers: Collection[Producer]) -> Product | None:
        """The product by its code, or the one product of that name among these producers."""
        if line.product_code and line.product_code in self._by_code:
            return self._by_code[line.product_code]
        name = fold(line.product_name or "")
        found = [self._of_maker[maker.id, name] for maker in makers if (maker.id, name) in self._of_maker]
        return found[0] if len(found) == 1 else None

    def namesakes(self, line: Named) -> list[Producer]:
        """Producers of the line's name, whatever their tax code."""
        return list(self._by_name.get(fold(line.producer_name or ""), []))

    def near(self, line: Named, maker: Producer) -> Product | None:
        """A product of the producer whose name is this one in another order, or but for one word."""
        words = frozenset(fold(line.product_name or "").split())
        for shape in shapes(words):
            found = self._near.get((maker.id, shape))
            if found is not None and len(frozenset(found.name_folded.split()) ^ words) <= 1:
                return found
        return None

    def maker_of(self, product: Product) -> Producer:
        """Who makes a product that a line was found to mean."""
        return self._makers[product.producer_id]

    def add_maker(self, maker: Producer) -> None:
        """A producer that is known now."""
        if maker.id in self._makers:
            return
        self._makers[maker.id] = maker
        self._by_name[maker.name_folded].append(maker)
        if maker.tax_code:
            self._by_tax_code[maker.tax_code].append(maker)

    def add_product(self, product: Product) -> None:
        """A product that is known now."""
        self._by_code.setdefault(product.code, product)
        if product.ocop_code:
            self._by_code.setdefault(product.ocop_code, product)
        self._of_maker.setdefault((product.producer_id, product.name_folded), product)
        for shape in shapes(frozenset(product.name_folded.split())):
            self._near.setdefault((product.producer_id, shape), product)

    def _read(self, lines: Sequence[Named]) -> None:
        taxes = {line.producer_tax_code for line in lines if line.producer_tax_code}
        names = {fold(line.producer_name) for line in lines if line.producer_name}
        codes = {line.product_code for line in lines if line.product_code}
        for maker in [*_rows(Producer, Producer.tax_code, taxes), *_rows(Producer, Producer.name_folded, names)]:
            self.add_maker(maker)
        of_code = [*_rows(Product, Product.code, codes), *_rows(Product, Product.ocop_code, codes)]
        for maker in _rows(Producer, Producer.id, {one.producer_id for one in of_code} - self._makers.keys()):
            self.add_maker(maker)
        for product in sorted([*of_code, *_rows(Product, Product.producer_id, self._makers)], key=lambda one: one.id):
            self.add_product(product)


def shapes(words: frozenset[str]) -> list[frozenset[str]]:
    """A name's words, and the same less one of them: what near names have in common."""
    if len(words) < _FEWEST_WORDS:
        return [words]
    return [words, *(words - {word} for word in sorted(words))]


def _rows(model: type[R], column: ColumnElement[object] | object, wanted: Iterable[object]) -> list[R]:
    """Every row whose column is among `wanted`, a few thousand at a time."""
    values, found = sorted(wanted, key=str), list[R]()
    for chunk in in_chunks(values):
        found += db.session.scalars(select(model).where(or_(column.in_(chunk)))).all()  # type: ignore[union-attr]
    return found
