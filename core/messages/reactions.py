"""What is sent again goes the way of everything that is sent: by the outbox."""

from core.events import later
from core.messages.events import MessageAgain
from core.messages.service import build_again, send


@later(MessageAgain, outside=True)
def send_again(event: MessageAgain) -> None:
    """Build it anew, as its object stands now, and send it under its own key."""
    message = build_again(event)
    if message is not None:
        send(message)
