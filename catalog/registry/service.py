"""Verbs on the registry: bring a file in, confirm it as a second person, take it back. Each is one transaction.

Producers and products are written at once: without certificates no shopper sees them. Certificates, and what later
decisions did to certificates that stand here, are written when a second certifier confirms the whole file: she shows
that she has the same file by typing the beginning of its SHA-256, which the sender tells, or by sending her own copy.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.refusals import SamePerson
from catalog.producers.queries import get_producer
from catalog.producers.service import create_producer, edit_producer
from catalog.products.queries import get_product
from catalog.products.service import create_product, edit_product
from catalog.registry.applying import apply
from catalog.registry.format import Values, typed
from catalog.registry.models import RegistryImport
from catalog.registry.plan import Change, Plan, make_plan
from catalog.registry.queries import find_standing, get_import
from catalog.registry.reading import Line, read, reload
from catalog.registry.refusals import FingerprintDiffers, RegistryImportSettled
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.accounts.queries import actor_of, get_user
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.ids import short_code

#: Signs of a fingerprint that must be typed.
LEAST_FINGERPRINT = 8


@dataclass(frozen=True)
class Outcome:
    """What an import did, or with dry_run would do: how many of each, and what a person should look at."""

    new_producers: int = 0
    changed_producers: int = 0
    new_products: int = 0
    changed_products: int = 0
    certificates: int = 0
    acts: int = 0
    warnings: tuple[str, ...] = ()
    #: Everything was known already: nothing is done.
    is_repeat: bool = False
    #: The file that now waits for a second person, or was written whole.
    code: str | None = None


def import_registry(by: Actor, data: bytes, file_name: str, *, dry_run: bool = False) -> Outcome:
    """Bring a file of the registry in, or refuse with ImportRefused (errors: table, line, column, message).

    All or nothing; the same file again, or one that says nothing new, does nothing.
    """
    authorize(by, "registry.import")
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction() as session:
        at = now()
        if find_standing(sha256) is not None:
            return Outcome(is_repeat=True)
        tables = read(data)
        plan = make_plan(tables, local_day(at))
        outcome = _told(plan)
        if dry_run or plan.is_empty:
            return outcome
        for change in plan.producers:
            _write_producer(by, change)
        for change in plan.products:
            _write_product(by, change)
        batch = RegistryImport(
            code=short_code("SDK"), sha256=sha256, file_name=file_name[-200:],
            state="waiting" if plan.needs_second_person else "done", imported_by=by.user_id, imported_at=at,
            summary=_plain(outcome), body={"certificates": _kept(tables, plan)},
        )  # fmt: skip
        session.add(batch)
        session.flush()
        record("registry.imported", _subject(batch), by, file=file_name, sha256=sha256, **batch.summary)
    return replace(outcome, code=batch.code)


def confirm(by: Actor, code: str, *, fingerprint: str | None = None, copy: bytes | None = None) -> RegistryImport:
    """Confirm a file as the second person: every certificate and later decision in it counts from now on.

    fingerprint: the first 8 signs or more of the file's SHA-256; or copy: one's own copy of the file.
    Raises SamePerson, FingerprintDiffers, RegistryImportSettled, ImportRefused when things changed since.
    """
    authorize(by, "registry.confirm")
    with transaction():
        batch = _locked(code)
        if batch.imported_by is not None and batch.imported_by == by.user_id:
            raise SamePerson
        _check_fingerprint(batch, fingerprint, copy)
        at = now()
        plan = make_plan(tables_of(batch), local_day(at))
        entered_by = SYSTEM if batch.imported_by is None else actor_of(get_user(batch.imported_by))
        apply(entered_by, by, plan, batch.imported_at, at)
        _settle(batch, "confirmed", by)
        record("registry.confirmed", _subject(batch), by, certificates=len(plan.certificates), acts=len(plan.acts))
    return batch


def reject(by: Actor, code: str) -> RegistryImport:
    """Take a file back: its certificates are forgotten; producers and products stay, known to the desks only."""
    authorize(by, "registry.import")
    with transaction():
        batch = _locked(code)
        _settle(batch, "rejected", by)
        record("registry.rejected", _subject(batch), by, file=batch.file_name)
    return batch


def tables_of(batch: RegistryImport) -> dict[str, list[Line]]:
    """The certificates of a file that waits, as lines."""
    rows = [{key: value for key, value in one.items() if key != "suspensions"} for one in batch.records]
    pauses = [pause for one in batch.records for pause in one["suspensions"]]
    certificates, suspensions = reload("certificates", rows), reload("suspensions", pauses)
    return {"producers": [], "products": [], "certificates": certificates, "suspensions": suspensions}


def _told(plan: Plan) -> Outcome:
    return Outcome(
        new_producers=sum(one.before is None for one in plan.producers),
        changed_producers=sum(one.before is not None for one in plan.producers),
        new_products=sum(one.before is None for one in plan.products),
        changed_products=sum(one.before is not None for one in plan.products),
        certificates=len(plan.certificates),
        acts=len(plan.acts),
        warnings=tuple(plan.warnings),
        is_repeat=plan.is_empty,
    )


def _plain(outcome: Outcome) -> dict[str, Any]:
    kept = {key: value for key, value in vars(outcome).items() if key not in ("is_repeat", "code")}
    return kept | {"warnings": list(outcome.warnings)}


def _kept(tables: dict[str, list[Line]], plan: Plan) -> list[dict[str, Any]]:
    """The certificates of the file that are new here or have news, each with its suspensions, as JSON writes them."""
    wanted = {line.code for line, _pauses in plan.certificates} | {act.code for act in plan.acts}
    pauses: dict[str, list[dict[str, Any]]] = {}
    for line in tables["suspensions"]:
        pauses.setdefault(line.values["certificate"], []).append(_json(line.values))
    lines = [line for line in tables["certificates"] if line.code in wanted]
    return [_json(line.values) | {"suspensions": pauses.get(line.code, [])} for line in lines]


def _json(values: Values) -> dict[str, Any]:
    return {column: typed(column, value) for column, value in values.items()}


def _write_producer(by: Actor, change: Change) -> None:
    values = change.line.values
    if change.before is not None:
        producer = get_producer(change.line.code)
        edit_producer(by, producer.code, producer.version, _changes(change))
        return
    texts = {name: values[name] for name in ("code", "name", "kind", "tax_code", "phone", "is_demo")}
    producer = create_producer(by, **texts, address=values["address"] or "")
    producer.area_id = change.area_id


def _write_product(by: Actor, change: Change) -> None:
    values = change.line.values
    if change.before is not None:
        changes = _changes(change)
        if "set" in changes:
            changes["set_no"] = changes.pop("set")
        if "producer" in changes:
            changes["producer_id"] = get_producer(changes.pop("producer")).id
        product = get_product(change.line.code)
        edit_product(by, product.code, product.version, changes)
        return
    texts = {name: values[name] for name in ("code", "name", "producer", "ocop_code", "is_demo")}
    product = create_product(by, **texts, set_no=values["set"])
    product.area_id = change.area_id


def _changes(change: Change) -> dict[str, Any]:
    """The columns that change, an area as the row of its epoch."""
    found = {name: change.line.values[name] for name in change.columns if name not in ("area", "area_from")}
    return found | ({"area_id": change.area_id} if {"area", "area_from"} & set(change.columns) else {})


def _check_fingerprint(batch: RegistryImport, typed_in: str | None, copy: bytes | None) -> None:
    if copy is not None:
        if not hmac.compare_digest(hashlib.sha256(copy).hexdigest(), batch.sha256):
            raise FingerprintDiffers
        return
    text = "".join((typed_in or "").lower().split())
    if len(text) < LEAST_FINGERPRINT:
        least = _("Cần ít nhất %(n)s ký tự đầu, hoặc bản tệp của bạn.", n=LEAST_FINGERPRINT)
        raise Invalid({"fingerprint": [least]})
    if not batch.sha256.startswith(text):
        raise FingerprintDiffers


def _locked(code: str) -> RegistryImport:
    batch = get_import(code)
    db.session.execute(select(RegistryImport.id).where(RegistryImport.id == batch.id).with_for_update())
    db.session.refresh(batch)
    if batch.state != "waiting":
        raise RegistryImportSettled(state=batch.state)
    return batch


def _settle(batch: RegistryImport, state: str, by: Actor) -> None:
    batch.state, batch.settled_by, batch.settled_at = state, by.user_id, now()
    db.session.flush()


def _subject(batch: RegistryImport) -> str:
    return f"registry:{batch.code}"
