"""What documents may be about. Each feature that has papers registers its kind of subject.

A subject is written "kind:code". The finder says whose it is, and whether the public may be shown its papers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.documents.refusals import SubjectUnknown
from catalog.producers.queries import find_producer
from catalog.products.queries import find_product
from core.accounts.actor import Scope


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose papers these are: the producer's code (None: nobody's but the desks'), and if the public may see them.

    area: the commune whose reporters keep and read them as well; stores: the codes of those whose staff do;
    also: where else a role counts, such as at a fair.
    """

    producer: str | None
    may_be_public: bool = False
    area: str | None = None
    stores: tuple[str, ...] = ()
    also: tuple[Scope, ...] = ()

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Where a role must be held; without an owner nobody's scope fits, and only roles held everywhere pass."""
        commune = (Scope("area", self.area),) if self.area else ()
        stores = (Scope("store", code) for code in self.stores)
        return (Scope("producer", self.producer or ""), *commune, *stores, *self.also)


#: The owner of the object with that code, or None when there is no such object.
Find = Callable[[str], Owner | None]
_finders: dict[str, Find] = {}


def subject_kind(kind: str, find: Find) -> None:
    """Register a kind of subject."""
    _finders[kind] = find


def owner_of(subject: str) -> Owner:
    """Whose papers the subject's are. Raises SubjectUnknown."""
    kind, _, code = subject.partition(":")
    finder = _finders.get(kind)
    owner = finder(code) if finder and code else None
    if owner is None:
        raise SubjectUnknown
    return owner


def _product(code: str) -> Owner | None:
    product = find_product(code)
    return Owner(product.producer.code) if product and product.code == code else None


def _producer(code: str) -> Owner | None:
    producer = find_producer(code)
    return Owner(producer.code) if producer else None


subject_kind("product", _product)
subject_kind("producer", _producer)
