"""The trail on the desk and over REST: who did what, newest first."""

import json
from datetime import date
from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy import ColumnElement

from admin.desk import PER_PAGE, asked_text, desk, page_number, pages_of
from admin.queries import list_audit
from core.accounts.queries import find_by_text
from core.audit import AuditEntry
from core.clock import day_end, day_start
from core.web.access import needs
from core.web.api import Blueprint, PageQuery, Schema, listed, page_args, paged
from core.web.fields import Day, Moment, Whole, Words, accepting_text, read_day
from core.web.pages import render

blp = Blueprint("api_audit", __name__, url_prefix="/audit", description="Audit trail")


class AuditQuery(PageQuery):
    """``subject`` and ``action`` match whole or as a beginning (``certificate:``); ``from`` and ``to`` are days."""

    subject = Words(most=120)
    actor = Words(most=254, metadata={"description": "Phone, e-mail, account number or the printed name."})
    action = Words(most=80)
    since = Day(data_key="from")
    until = Day(data_key="to")


class AuditOut(Schema):
    """One deed."""

    id = Whole(required=True)
    at = Moment(required=True)
    action = Words(required=True)
    subject = Words(required=True)
    actor = Words(required=True)
    actor_id = Whole(allow_none=True, required=True)
    on_behalf_of = Words(allow_none=True, required=True)
    data = fields.Dict(required=True)


AuditListOut = listed(AuditOut)


@blp.get("")
@needs("audit.read")
@blp.arguments(AuditQuery, location="query")
@blp.response(200, AuditListOut)
def read(query: dict[str, Any]) -> dict[str, Any]:
    """The trail, newest first."""
    page, per_page = page_args(query)
    rows, total = find(page, per_page, **query)
    return paged(rows, total, page, per_page)


@desk.get("/nhat-ky")
@needs("audit.read")
def audit() -> Response:
    """The trail, with filters that the address keeps."""
    asked = {name: asked_text(name, 254) for name in ("subject", "actor", "action", "from", "to")}
    with accepting_text():
        since, until = read_day(asked["from"]), read_day(asked["to"])
    page = page_number()
    texts = {name: asked[name] for name in ("subject", "actor", "action")}
    rows, total = find(page, PER_PAGE, since=since, until=until, **texts)
    return render(
        "desk/audit.html", rows=[(row, _readable(row)) for row in rows], total=total, page=page, pages=pages_of(total),
        asked=asked,
    )  # fmt: skip


def find(
    page: int, per_page: int, subject: str = "", actor: str = "", action: str = "", since: date | None = None,
    until: date | None = None,
) -> tuple[Any, int]:  # fmt: skip
    """One page of the trail; an actor is known by phone, e-mail, account number or printed name."""
    days: list[ColumnElement[bool]] = []
    if since:
        days.append(AuditEntry.at >= day_start(since))
    if until:
        days.append(AuditEntry.at < day_end(until))
    return list_audit(
        page, per_page, subject=subject, actor=actor, actor_id=_account(actor), action=action, days=tuple(days)
    )


def _account(actor: str) -> int | None:
    if actor.isascii() and actor.isdecimal() and len(actor) < 9:
        return int(actor)
    known = find_by_text(actor) if actor else None
    return known.id if known else None


def _readable(row: AuditEntry) -> list[tuple[str, str]]:
    """What an entry carries, empty values left out, anything but text as JSON."""
    told = {key: value for key, value in row.data.items() if value not in (None, "")}
    return [(k, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)) for k, v in told.items()]
