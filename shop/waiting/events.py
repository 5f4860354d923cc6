"""What waiting tells. Only ids: a contact never lies in the outbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WaitAsked:
    """A guest left an e-mail address; its owner is asked whether it was she."""

    wait_id: int


@dataclass(frozen=True)
class WaitDue:
    """It is somebody's turn to be told."""

    wait_id: int
