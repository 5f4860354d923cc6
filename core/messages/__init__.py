"""Messages to people through one port: ``send(Message(...))`` from a reaction that runs outside any transaction.

Kinds are registered by the features (``kind``); what they say is written in blocks (``letter``). docs/messages.md.
"""

from core.messages.kinds import Context, kind
from core.messages.letter import Letter
from core.messages.service import Message, Recipient, rebuilds, send

__all__ = ["Context", "Letter", "Message", "Recipient", "kind", "rebuilds", "send"]
