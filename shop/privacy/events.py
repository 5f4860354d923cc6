"""What privacy tells. No event carries a contact or a secret."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkAsked:
    """A guest asked for a link by the number of her order, or of a receipt, and its phone, which were right."""

    number: str
