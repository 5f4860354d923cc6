"""What reviews tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewHidden:
    """A person hid a review; its writer reads why."""

    code: str


@dataclass(frozen=True)
class ReviewAsked:
    """The buyer of an order is to be asked once what she thinks."""

    order: str
