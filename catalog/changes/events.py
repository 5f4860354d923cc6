"""What happens to requests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangesDecided:
    """A moderator decided some or all fields of a request, or a whole new listing."""

    request_id: int
    listing_id: int
    #: What was approved and what was rejected now, by the fields' names; ``listing`` for a new one as a whole.
    approved: tuple[str, ...]
    rejected: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ChangesTold:
    """The same for one of the producer's people: one mail."""

    user_id: int
    request_id: int
    approved: tuple[str, ...]
    rejected: tuple[str, ...]
    reason: str
