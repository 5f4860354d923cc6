"""What cards tell themselves: work that talks to the provider is done by the worker."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignalStored:
    """An event of the provider's is in the inbox; `event_id` is the provider's."""

    event_id: str


@dataclass(frozen=True)
class BuyerCameBack:
    """The buyer is back from the provider's page; its signal may be late or lost."""

    reference: str
