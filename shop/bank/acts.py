"""What a person decides about a line that waits: whose money it is, or that it goes back."""

from dataclasses import dataclass

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.db import check_version, transaction
from shop.bank import queries, rules, service
from shop.bank.models import Credit
from shop.bank.permissions import authorize_seller
from shop.bank.refusals import NoSuchPayment, NothingTooMuch, ReturnAccountMissing
from shop.bank.rules import Reason, Seen, Source, State
from shop.payments import service as payments
from shop.payments.banks import list_by_bin
from shop.payments.rules import Status
from shop.stores.models import Seller


@dataclass(frozen=True)
class Back:
    """The account to which money goes back: BIN of the bank, number, holder as the bank writes it."""

    bank_bin: str
    account: str
    holder: str


def assign(line_id: int, number: str, version: int, by: Actor) -> Credit:
    """Say which order or booking the money is for. The exact sum pays it; less waits for the rest, more for a word.
    A booking time before the order, or in the future, no longer stands in the way: she has looked.

    Refuses NoSuchPayment, LineSettled, LineToldLess, EditConflict, and what the payment refuses.
    """
    with transaction():
        seen = _visible(line_id, by)
        payment = queries.find_payment_of(seen.seller_id, number)
        if payment is None:
            raise NoSuchPayment
        payment = payments.lock_payment(payment.reference)
        line = _lock(line_id, version)
        service.must_be_money(line)
        service.weigh(line, payment, by, is_assigned=True)
        return line


def take_what_is_due(line_id: int, version: int, by: Actor) -> Credit:
    """Too much came: the payment takes its sum of the lines that wait for it, the rest of the last goes back.

    Refuses NothingTooMuch when nothing is too much, or the payment awaits no money any more.
    """
    with transaction():
        seen = _visible(line_id, by)
        if seen.payment is None:
            raise NothingTooMuch
        payment = payments.lock_payment(seen.payment.reference)
        line = _lock(line_id, version)
        lines = [service.lock_line(one.id) for one in queries.waiting_for(payment.id)]
        total = sum(one.amount_vnd for one in lines)
        if payment.status != Status.PENDING or total < payment.amount_vnd or line.payment_id != payment.id:
            raise NothingTooMuch
        service.count_all(payment, lines, by)
        for one in lines:
            if one.state == State.WAITING:
                service.wait(one, Reason.DOUBLE, payment.id, by)
        return line


def give_back(line_id: int, back: Back | None, note: str | None, version: int, by: Actor) -> Credit:
    """The money goes back whole: to the account that the bank told, or to the one that a person names.

    Refuses ReturnAccountMissing when neither is known, LineSettled, LineToldLess.
    """
    with transaction():
        _visible(line_id, by)
        line = _lock(line_id, version)
        service.must_wait(line)
        service.must_be_money(line)
        to = back or Back(line.payer_bin or "", line.payer_account or "", line.payer_holder or "")
        if not list_by_bin(to.bank_bin) or not rules.plain_account(to.account) or not to.holder.strip():
            raise ReturnAccountMissing
        line.state, line.return_vnd = State.TO_RETURN, line.amount_vnd
        service.step(line, "returned", by, note)
        service.tell_return(line, line.amount_vnd, (to.bank_bin, rules.plain_account(to.account), to.holder.strip()))
        return line


def set_aside(line_id: int, note: str, version: int, by: Actor) -> Credit:
    """No order's money (or a line told twice): it stays in the list, counted for nothing."""
    with transaction():
        _visible(line_id, by)
        line = _lock(line_id, version)
        service.must_wait(line)
        line.state, line.payment_id = State.ASIDE, None
        service.step(line, "aside", by, note)
        return line


def take_up(line_id: int, version: int, by: Actor) -> Credit:
    """A line that was set aside waits again."""
    with transaction():
        _visible(line_id, by)
        line = _lock(line_id, version)
        if line.state == State.ASIDE:
            line.state = State.WAITING
            reason = Reason.SHORT if line.reason == Reason.SHORT else Reason.UNREADABLE
            service.wait(line, reason, None, by, act="reopened")
        return line


def note(line_id: int, text: str, by: Actor) -> Credit:
    """Write something down beside a line."""
    with transaction():
        _visible(line_id, by)
        line = service.lock_line(line_id)
        service.step(line, "note", by, text)
        return line


def write_down(seller: Seller, seen: Seen, by: Actor) -> tuple[int, bool]:
    """A person saw a credit in the bank's app: stored once and matched as any other.

    Answers the line's id, and whether it is new: one that is known with the same sum stays as it was told.
    """
    authorize_seller(by, "bank.decide", seller.id)
    with transaction():
        kept = service.keep(seller, [seen], Source.HAND, by)
    if kept.fresh:
        service.match(kept.fresh[0], by)
        return kept.fresh[0], True
    return queries.get_line_by_ref(seller.id, seen.account, seen.bank_ref).id, False


def _visible(line_id: int, by: Actor) -> Credit:
    """The line, if it is one of the actor's sellers'. Refuses as authorize does."""
    authorize(by, "bank.decide")
    line = queries.get_line(line_id)
    authorize_seller(by, "bank.decide", line.seller_id)
    return line


def _lock(line_id: int, version: int) -> Credit:
    line = service.lock_line(line_id)
    check_version(line, version)
    return line
