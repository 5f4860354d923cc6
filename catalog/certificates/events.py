"""What happens to certificates, told to whoever listens. Doors never rely on having heard it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CertificateVerified:
    """A second certifier confirmed an entry; `on` is the first day on which it governs (it may be to come)."""

    certificate_id: int
    product_id: int
    on: date


@dataclass(frozen=True)
class CertificateResumed:
    """A product may be sold again from `on`: its day came, a suspension was lifted, its term was extended."""

    certificate_id: int
    product_id: int
    on: date


@dataclass(frozen=True)
class CertificateEnded:
    """A product lost its certificate and no other governs; `on` is the first day without.

    kind: lapsed, revoked or suspended.
    """

    certificate_id: int
    product_id: int
    on: date
    kind: str


@dataclass(frozen=True)
class CertificateCorrected:
    """A wrong entry was put right, by two persons; stars, days or the decision read otherwise from `on`."""

    certificate_id: int
    product_id: int
    on: date


@dataclass(frozen=True)
class CertificateRevoked:
    """A revocation was recorded; it counts from `on`, past or to come. Told whether or not anything governed.

    Products that close with it also tell CertificateEnded.
    """

    certificate_id: int
    product_id: int
    on: date
