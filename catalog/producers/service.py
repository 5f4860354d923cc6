"""Verbs on producers."""

from datetime import date
from typing import Any

from catalog.areas.queries import get_area
from catalog.producers.events import SubjectChanged
from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, scope_of
from catalog.producers.rules import other_subject
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, transaction
from core.events import publish
from core.ids import short_code
from core.text import fold


def create_producer(
    by: Actor,
    *,
    name: str,
    kind: str,
    tax_code: str | None = None,
    area: str | None = None,
    address: str = "",
    phone: str | None = None,
    is_demo: bool = False,
    code: str | None = None,
) -> Producer:
    """Enter a producer. `area` is a code standing today, `tax_code` already clean,
    `code` the stable one that a registry gave it.

    Raises AreaUnknown; Forbidden when the actor may not.
    """
    authorize(by, "producers.create")
    with transaction() as session:
        at = now()
        producer = Producer(
            code=code or short_code("CT"),
            name=name,
            name_folded=fold(name),
            kind=kind,
            tax_code=tax_code,
            area_id=_area_id(area, local_day(at)),
            address=address,
            phone=phone,
            is_demo=is_demo,
            created_at=at,
        )
        session.add(producer)
        session.flush()
        record("producer.created", f"producer:{producer.code}", by, name=name, tax_code=tax_code)
    return producer


def edit_producer(by: Actor, code: str, version: int, changes: dict[str, Any]) -> Producer:
    """Change a producer's own facts: name, kind, tax_code, area (code), address, phone.

    One that becomes another legal subject is stopped until a certifier has confirmed it (SubjectChanged).
    Raises ProducerNotFound (also for another's), EditConflict when `version` is stale, AreaUnknown.
    """
    with transaction():
        producer = get_producer(code)
        authorize(by, "producers.edit", scope_of(producer))
        check_version(producer, version)
        values = dict(changes)
        if "area" in values:
            values["area_id"] = _area_id(values.pop("area"), local_day(now()))
        if "name" in values:
            values["name_folded"] = fold(values["name"])
        before = {field: getattr(producer, field) for field in values}
        subject = {field: getattr(producer, field) for field in ("kind", "tax_code", "name")}
        changed = other_subject(subject, {field: values[field] for field in subject if field in values})
        for field, value in values.items():
            setattr(producer, field, value)
        record("producer.edited", f"producer:{code}", by, before=before, after=values)
        if changed:
            publish(SubjectChanged(producer.id, code, changed))
    return producer


def _area_id(code: str | None, on: date) -> int | None:
    return None if code is None else get_area(code, on).id
