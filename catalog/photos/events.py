"""What happened to photos."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PhotosChanged:
    """What shoppers may see of a product's photos is other than before."""

    product_id: int


@dataclass(frozen=True)
class PhotosWaiting:
    """A photo, or its words, waits for a moderator."""

    product_id: int
