"""Notices of a bank, or of a service that watches the account: who sent them, and what they say.

Header ``Ocop-Signature: k=<seller>,t=<unix time>,v1=<hex>``; v1 is HMAC-SHA256 over ``t.body`` with the seller's
secret, and t lies within 300 seconds of now. Secrets are derived, so that no table and no backup holds one.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validate

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.config import Config
from core.db import db, transaction
from core.errors import Refusal
from core.signed import sign
from core.web.api import read_json
from core.web.fields import DongField, Moment, Schema, Words
from core.web.problems import flatten
from shop.bank import rules, service
from shop.bank.models import BankFeed
from shop.bank.queries import find_feed
from shop.bank.refusals import FeedClosed, NoticeMalformed, NoticeUnsigned
from shop.bank.rules import Seen, Source
from shop.bank.service import Kept
from shop.payments.banks import list_banks
from shop.stores.models import Seller

HEADER = "Ocop-Signature"
#: How far a notice's time may be from ours, on both sides.
APART = timedelta(seconds=300)
#: How long the secret before is still taken after a renewal.
OVERLAP = timedelta(hours=24)
#: Lines in one notice.
MOST_LINES = 200
_HEADER = re.compile(r"k=([a-z0-9-]{1,40}),t=([0-9]{10})((?:,v1=[0-9a-f]{64}){1,4})")


class NoticeLine(Schema):
    """One credit: the account, the bank's reference, the sum in đồng, booking time, memo, and who paid."""

    account = Words(most=40, required=True)
    reference = Words(most=80, required=True)
    amount = DongField(least=1, required=True)
    booked_at = Moment(required=True)
    memo = Words(least=0, most=1000, lines=True, load_default="")
    payer_bank = Words(most=6, pattern=r"\d{6}", allow_none=True)
    payer_account = Words(most=40, allow_none=True)
    payer_name = Words(most=120, allow_none=True)


class NoticeIn(Schema):
    """What the bank tells: credits only."""

    lines = fields.List(fields.Nested(NoticeLine), required=True, validate=validate.Length(1, MOST_LINES))


@dataclass(frozen=True)
class Signature:
    """A signature header in its parts."""

    seller: str
    at: int
    digests: tuple[str, ...]


def read_signature(header: str) -> Signature | None:
    """The parts of a signature header, or None for anything else."""
    found = _HEADER.fullmatch(header)
    return Signature(found[1], int(found[2]), tuple(found[3].split(",v1=")[1:])) if found else None


def is_genuine(signature: Signature, body: bytes, secrets: Sequence[str], at: datetime) -> bool:
    """Whether one of the digests was made with one of the secrets, at a time near enough."""
    if abs(at.timestamp() - signature.at) > APART.total_seconds():
        return False
    pairs = [(one, sign(secret, signature.at, body)) for one in signature.digests for secret in secrets]
    return any(hmac.compare_digest(one, other) for one, other in pairs)


def secret_of(seller_code: str, generation: int) -> str:
    """The secret of a seller's channel, derived from the shop's own."""
    config: Config = current_app.extensions["config"]
    text = f"ocop bank feed {seller_code} {generation}"
    return "bank_" + hmac.new(config.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def take_notice(header: str, body: bytes) -> Kept:
    """Store the lines of a genuine notice, each once, and match what is new.

    When this answers, the lines are committed; what could not be matched yet is matched by the clock. Refuses
    NoticeUnsigned, NoticeMalformed, LineDiffers (the feed contradicts itself); nothing of the notice is kept then.
    """
    at = now()
    seller = _sender(header, body, at)
    lines = _read(body)
    by = Actor(None, "ngân hàng")
    with transaction():
        kept = service.keep(seller, lines, Source.WEBHOOK, by)
        feed = db.session.get_one(BankFeed, seller.id)
        feed.heard_at = at
    for line_id in kept.fresh:
        service.match(line_id, by)
    return kept


def open_feed(seller: Seller, by: Actor) -> str:
    """Open the channel, or renew its secret; answers the secret. The one before is taken for another day."""
    authorize(by, "bank.feed")
    with transaction() as session:
        feed = session.get(BankFeed, seller.id, with_for_update=True)
        if feed is None:
            feed = BankFeed(seller_id=seller.id, generation=1, renewed_at=now(), is_open=True)
            session.add(feed)
        else:
            feed.generation, feed.renewed_at, feed.is_open = feed.generation + 1, now(), True
        record("bankfeed.opened", f"seller:{seller.code}", by, generation=feed.generation)
        return secret_of(seller.code, feed.generation)


def close_feed(seller: Seller, by: Actor) -> None:
    """Take no more notices for a seller. Refuses FeedClosed when none are taken anyway."""
    authorize(by, "bank.feed")
    with transaction() as session:
        feed = session.get(BankFeed, seller.id, with_for_update=True)
        if feed is None or not feed.is_open:
            raise FeedClosed
        feed.is_open = False
        record("bankfeed.closed", f"seller:{seller.code}", by, generation=feed.generation)


def _sender(header: str, body: bytes, at: datetime) -> Seller:
    """The seller whose bank signed the notice. Every forgery gets the same answer."""
    signature = read_signature(header)
    found = find_feed(signature.seller) if signature else None
    if signature is None or found is None or not found[1].is_open:
        raise NoticeUnsigned
    seller, feed = found
    generations = [feed.generation]
    if feed.generation > 1 and at - feed.renewed_at < OVERLAP:
        generations.append(feed.generation - 1)
    if not is_genuine(signature, body, [secret_of(seller.code, one) for one in generations], at):
        raise NoticeUnsigned
    return seller


def _read(body: bytes) -> list[Seen]:
    try:
        told: dict[str, Any] = NoticeIn().load(read_json(body))  # type: ignore[assignment]
    except ValidationError as error:
        raise NoticeMalformed(errors=flatten(error.messages)) from error
    except Refusal as refusal:
        raise NoticeMalformed(str(refusal)) from refusal
    lines = [_seen(one) for one in told["lines"]]
    if len({(one.account, one.bank_ref) for one in lines}) != len(lines):
        raise NoticeMalformed(_("Một mã giao dịch đứng hai lần."))
    if not all(one.account and one.bank_ref for one in lines):
        raise NoticeMalformed(_("Thiếu số tài khoản hoặc mã giao dịch."))
    return lines


def _seen(one: dict[str, Any]) -> Seen:
    bank = one.get("payer_bank")
    known = bank if bank in {bank.bin for bank in list_banks()} else None
    payer = rules.plain_account(one.get("payer_account") or "") or None
    return Seen(
        rules.plain_account(one["account"]), rules.plain_ref(one["reference"]), one["amount"], one["booked_at"],
        one["memo"], known, payer, one.get("payer_name"),
    )  # fmt: skip
