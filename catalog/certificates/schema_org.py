"""A certificate in the words of schema.org, for search engines and other programs (JSON-LD)."""

from datetime import date
from typing import Any


def certification(
    *,
    stars: int,
    decision_number: str,
    decided_on: date,
    issuer: str,
    starts_on: date,
    ends_on: date,
    is_active: bool,
    url: str,
) -> dict[str, Any]:
    """One ``Certification``: what stands behind ``hasCertification`` of a product.

    starts_on and ends_on are the days on which it governs, both inclusive; is_active: whether it governs today.
    """
    state = "CertificationActive" if is_active else "CertificationInactive"
    return {
        "@type": "Certification",
        "name": f"OCOP {stars} sao",
        "url": url,
        "certificationIdentification": decision_number,
        "certificationStatus": f"https://schema.org/{state}",
        "certificationRating": {"@type": "Rating", "ratingValue": stars, "worstRating": 1, "bestRating": 5},
        "issuedBy": {"@type": "Organization", "name": issuer},
        "datePublished": decided_on.isoformat(),
        "validFrom": starts_on.isoformat(),
        "expires": ends_on.isoformat(),
    }
