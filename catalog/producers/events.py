"""What happens to producers, told to whoever listens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectChanged:
    """The papers of a producer name another legal subject than before: certificates belong to subject and product."""

    producer_id: int
    code: str
    #: Fields that changed, by name.
    fields: tuple[str, ...]
