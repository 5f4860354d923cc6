"""A statement brought in at the desk: tried first, then taken whole or not at all."""

import hashlib
from dataclasses import dataclass, field

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import db, transaction
from shop.bank import queries, rules, service, statements
from shop.bank.models import BankStatement, Credit, StatementProfile
from shop.bank.permissions import authorize_seller
from shop.bank.refusals import LineDiffers, StatementRefused
from shop.bank.rules import Seen, Source
from shop.bank.statements import FIELDS, Fault, Read, Table
from shop.stores.models import Seller


@dataclass
class Tried:
    """What a statement would do: its headings and their meaning, what it says, and how much of it is new."""

    head: tuple[str, ...]
    columns: dict[str, str]
    read: Read
    known: int = 0
    #: The id of the statement once it was taken.
    statement_id: int | None = None
    sample: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def is_good(self) -> bool:
        """Whether it may be taken."""
        return not self.read.faults


def try_statement(seller: Seller, data: bytes, columns: dict[str, str], by: Actor) -> Tried:
    """Read a statement and write nothing. ``columns``: headings by field, as chosen; what is not chosen is proposed.

    Refuses StatementRefused for a file that is no table.
    """
    authorize_seller(by, "bank.decide", seller.id)
    tried, table = _open(seller, data, columns)
    tried.known = _count_known(seller, tried.read)
    tried.read.faults += _differing(seller, tried.read)
    tried.sample = _sample(table, tried.columns)
    return tried


def take_statement(seller: Seller, data: bytes, name: str, columns: dict[str, str], by: Actor) -> Tried:
    """Store every credit of a statement, keep how it was read, and match what is new. All or nothing; the same file
    again changes nothing. Refuses StatementRefused with every fault by line.
    """
    authorize_seller(by, "bank.decide", seller.id)
    tried, _table = _open(seller, data, columns)
    faults = [*tried.read.faults, *_differing(seller, tried.read)]
    if faults:
        raise StatementRefused(errors=[vars(one) for one in faults])
    with transaction() as session:
        statement = BankStatement(
            seller_id=seller.id, file_name=name[-200:] or "-", digest=hashlib.sha256(data).hexdigest(), read_at=now(),
            actor=by.label, fresh=0, known=0,
        )  # fmt: skip
        tried.known = _count_known(seller, tried.read)
        statement.fresh, statement.known = len(tried.read.lines) - tried.known, tried.known
        session.add(statement)
        session.flush()
        kept = _keep(seller, tried.read, by, statement.id)
        _remember(seller, tried.columns)
        record("bankstatement.taken", f"seller:{seller.code}", by, fresh=len(kept.fresh), known=kept.known, file=name)
        tried.statement_id, tried.known = statement.id, kept.known
    for line_id in kept.fresh:
        service.match(line_id, by)
    return tried


def _open(seller: Seller, data: bytes, columns: dict[str, str]) -> tuple[Tried, Table]:
    profile = queries.find_profile(seller)
    known = {**(profile.columns if profile else {}), **columns}
    try:
        table = statements.open_table(data, known)
    except statements.BadFile as error:
        raise StatementRefused(str(error), errors=[]) from error
    meaning = statements.propose(table.head, known)
    for name, chosen in columns.items():
        if chosen in table.head:
            meaning[name] = chosen
        elif not chosen:
            meaning.pop(name, None)
    account = rules.plain_account(seller.bank_account or "")
    return Tried(table.head, meaning, statements.read(table, meaning, account, now())), table


def _keep(seller: Seller, read: Read, by: Actor, statement_id: int) -> service.Kept:
    try:
        return service.keep(seller, read.lines, Source.STATEMENT, by, statement_id)
    except LineDiffers as refusal:
        raise StatementRefused(str(refusal), errors=[]) from refusal


def _count_known(seller: Seller, read: Read) -> int:
    """How many lines say nothing new: known with their sum, or as what differs from another's."""
    known = _known(seller, read)
    same = [(one, known.get((one.account, rules.plain_ref(one.bank_ref)))) for one in read.lines]
    return sum(line is not None and (line.amount_vnd == one.amount_vnd or _beside(one) in known) for one, line in same)


def _differing(seller: Seller, read: Read) -> list[Fault]:
    """References that a statement has told with another sum; what others told differently goes to a person."""
    known = _known(seller, read)
    faults: list[Fault] = []
    for number, one in zip(read.numbers, read.lines, strict=True):
        before = known.get((one.account, rules.plain_ref(one.bank_ref)))
        if before is None or before.amount_vnd == one.amount_vnd:
            continue
        if queries.has_told(before, Source.STATEMENT, one.amount_vnd):
            faults.append(Fault(number, "reference", f"{one.bank_ref}: {LineDiffers.text}"))
    return faults


def _known(seller: Seller, read: Read) -> dict[tuple[str, str], Credit]:
    """What is stored of a statement's references, with what was kept beside them."""
    keys = [(one.account, one.bank_ref) for one in read.lines]
    return queries.lines_by_ref(seller.id, [*keys, *(_beside(one) for one in read.lines)])


def _beside(one: Seen) -> tuple[str, str]:
    """Where a line stands whose reference is known with another sum."""
    return one.account, rules.differing_ref(rules.plain_ref(one.bank_ref), one.amount_vnd)


def _remember(seller: Seller, columns: dict[str, str]) -> None:
    """Keep how this bank's statements are read."""
    profile = queries.find_profile(seller)
    if profile is None:
        profile = StatementProfile(seller_id=seller.id, bank_bin=seller.bank_bin or "", columns={})
        db.session.add(profile)
    profile.columns = {name: columns[name] for name in FIELDS if columns.get(name)}


def _sample(table: Table, columns: dict[str, str], most: int = 3) -> list[dict[str, str]]:
    """The first rows as they are understood."""
    places = {name: table.head.index(one) for name, one in columns.items() if one in table.head}
    rows = [cells for _number, cells in table.rows[:most]]
    return [{name: cells[at] if at < len(cells) else "" for name, at in places.items()} for cells in rows]
