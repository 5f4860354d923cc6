"""What happens to a listing; each carries the sequence that the change gave it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ListingSubmitted:
    """A producer handed a listing to the moderators; who did, as printed then."""

    listing_id: int
    product_id: int
    by_id: int | None
    by_label: str
    on_behalf_of: str | None


@dataclass(frozen=True)
class ListingOpened:
    """The listing went live, for the first time or again."""

    listing_id: int
    product_id: int
    sequence: int


@dataclass(frozen=True)
class ListingChanged:
    """Words, packs, prices or the certificate behind the listing changed."""

    listing_id: int
    product_id: int
    sequence: int


@dataclass(frozen=True)
class ListingWithdrawn:
    """The listing, or the certificate behind it, ended: nothing of it may be sold from now on."""

    listing_id: int
    product_id: int
    sequence: int
