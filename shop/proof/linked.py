"""A certificate's page for machines: the product and what certifies it, in the words of schema.org."""

from typing import Any

from flask import url_for

from catalog.certificates.models import Certificate
from catalog.certificates.schema_org import certification


def linked_data(certificate: Certificate, shown: dict[str, Any], url: str, sells: bool) -> dict[str, Any]:
    """The ``Product`` with its ``hasCertification``; its page's address only while it is for sale.

    shown: catalog.certificates.views.in_public of the same certificate.
    """
    product = certificate.product
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.code,
        "manufacturer": {"@type": "Organization", "name": product.producer.name},
        "hasCertification": certification(
            stars=certificate.stars,
            decision_number=certificate.decision_number,
            decided_on=certificate.decided_on,
            issuer=certificate.issuer,
            starts_on=shown["starts_on"],
            ends_on=shown["ends_on"],
            is_active=shown["status"].is_open,
            url=url,
        ),
    }
    if sells:
        data["url"] = url_for("front.product", slug=product.slug, _external=True)
    return data
