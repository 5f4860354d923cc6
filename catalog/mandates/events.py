"""What happened to mandates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MandateTold:
    """A person should know what became of a mandate: given, confirmed or ended."""

    mandate_id: int
    user_id: int
    what: str


@dataclass(frozen=True)
class DeedsTold:
    """A producer's person should know what was done for her: the entries of the trail from one to another."""

    mandate_id: int
    user_id: int
    first_entry_id: int
    last_entry_id: int
