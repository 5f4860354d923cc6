"""What webhooks tell inside the house."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EndpointDisabled:
    """An endpoint took nothing for three days, or said that it is gone; its owner is told."""

    endpoint_id: int
    generation: int
    reason: str
