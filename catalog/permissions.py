"""Roles of the catalog, and what each may do there."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from catalog.areas.models import Area
from catalog.areas.queries import find_latest
from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from core.accounts.permissions import EVERY, permit, role, scope
from core.db import db


def register() -> None:
    """Fill the table of roles and actions."""
    scope("producer", _l("Chủ thể"), _producer_name, _producers)
    scope("area", _l("Địa bàn"), _area_name, _areas)
    role("admin", label=_l("Quản trị"), gives=(EVERY,), asks_code=True)
    role("auditor", label=_l("Kiểm tra"), asks_code=True)
    role("certifier", label=_l("Cán bộ chứng nhận"), gives=("producer", "reporter"), asks_code=True)
    role("reporter", scope="area", label=_l("Cán bộ xã, phường"))
    role("producer", scope="producer", label=_l("Chủ thể OCOP"), gives=("producer",))
    _permit_certificates()
    _permit_producers()


def _permit_certificates() -> None:
    permit("certificates.enter", "certifier")
    permit("certificates.verify", "certifier")
    permit("certificates.end", "certifier")
    permit("certificates.read", "certifier", "auditor", "admin")
    permit("decisions.enter", "certifier")
    permit("decisions.confirm", "certifier")
    permit("decisions.read", "certifier", "auditor", "admin")


def _permit_producers() -> None:
    permit("producers.create", "certifier", "admin")
    permit("producers.edit", "producer", "certifier", "admin")
    permit("producers.read", "producer", "certifier", "auditor", "admin")
    permit("producers.list", "certifier", "auditor", "admin")
    permit("products.create", "producer", "certifier", "admin")
    permit("products.edit", "producer", "certifier", "admin")
    permit("products.read", "producer", "certifier", "auditor", "admin")
    permit("products.why", "producer", "certifier", "auditor", "admin")
    permit("listings.read", "producer", "certifier", "auditor", "admin")
    permit("listings.edit", "producer", "certifier", "admin")
    permit("listings.publish", "certifier", "admin")


def _producer_name(code: str) -> str | None:
    producer = find_producer(code)
    return producer.name if producer else None


def _producers() -> Sequence[tuple[str, str]]:
    return [(p.code, p.name) for p in db.session.scalars(select(Producer).order_by(Producer.name_folded))]


def _area_name(code: str) -> str | None:
    area = find_latest(code)
    return area.name if area else None


def _areas() -> Sequence[tuple[str, str]]:
    standing = select(Area).where(Area.valid_until.is_(None)).order_by(Area.sort_key)
    return [(area.code, area.name) for area in db.session.scalars(standing)]
