"""What is told of messages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageAgain:
    """Staff asked for a message to be sent once more: ``message_id`` is the one that went, ``key`` the new one's."""

    message_id: int
    key: str
