"""Reading bank lines, and finding the payments that they may mean."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from core.clock import local_day
from core.db import db, in_chunks
from shop.bank import rules
from shop.bank.models import BankFeed, BankStatement, Credit, StatementProfile
from shop.bank.refusals import LineNotFound
from shop.bank.rules import Reason, Source, State
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import TRANSFER
from shop.stores.models import Seller

#: Payments that ended longer ago are not suggested any more.
REMEMBERED = timedelta(days=30)
_SUGGESTED, _LOOKED_AT = 5, 500
#: Lines of a payment that is still open and has not its exact sum.
_PENDING = Credit.state == State.WAITING, Credit.reason.in_([Reason.PARTIAL, Reason.TOO_MUCH])


@dataclass(frozen=True)
class Suggestion:
    """A payment that a line may mean: what it still wants, and what speaks for it."""

    payment: Payment
    same_sum: bool
    #: Its number stands in the memo.
    exact: bool
    #: A number like it does, or its own.
    alike: bool
    same_day: bool

    @property
    def weight(self) -> int:
        """More says more: the number in the memo before the sum, the sum before the day."""
        return 8 * self.exact + 4 * self.alike + 2 * self.same_sum + self.same_day


def get_line(line_id: int) -> Credit:
    """A line with its steps; refuses LineNotFound. Says nothing about who may see it."""
    line = db.session.scalar(select(Credit).where(Credit.id == line_id).options(selectinload(Credit.steps)))
    if line is None:
        raise LineNotFound
    return line


def get_line_by_ref(seller_id: int, account: str, bank_ref: str) -> Credit:
    """The line of an account and reference; refuses LineNotFound."""
    query = select(Credit).where(
        Credit.seller_id == seller_id, Credit.account == rules.plain_account(account),
        Credit.bank_ref == rules.plain_ref(bank_ref),
    )  # fmt: skip
    line = db.session.scalar(query)
    if line is None:
        raise LineNotFound
    return line


def lines_by_ref(seller_id: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Credit]:
    """The lines that are known already, by account and reference."""
    refs = {rules.plain_ref(ref) for _account, ref in keys}
    accounts = {account for account, _ref in keys}
    found: dict[tuple[str, str], Credit] = {}
    for chunk in in_chunks(refs):
        query = select(Credit).where(
            Credit.seller_id == seller_id, Credit.account.in_(accounts), Credit.bank_ref.in_(chunk)
        )
        found.update({(one.account, one.bank_ref): one for one in db.session.scalars(query)})
    return found


def has_told(known: Credit, source: Source, told_vnd: int) -> bool:
    """Whether a source has told of a line's reference before, with another sum than this."""
    differing = Credit.bank_ref.startswith(rules.differing_ref(known.bank_ref), autoescape=True)
    others = select(Credit.id).where(
        Credit.seller_id == known.seller_id, Credit.account == known.account, Credit.source == source, differing,
        Credit.bank_ref != rules.differing_ref(known.bank_ref, told_vnd),
    )  # fmt: skip
    return known.source == source or db.session.scalar(others.limit(1)) is not None


def list_lines(
    seller_ids: Collection[int], state: str, q: str, page: int, per_page: int
) -> tuple[Sequence[Credit], int]:
    """A page of these sellers' lines in a state (all when empty), newest first, with the whole number."""
    where = _where(seller_ids, state, q)
    total = db.session.scalar(select(func.count()).select_from(Credit).where(*where)) or 0
    query = select(Credit).where(*where).order_by(Credit.booked_at.desc(), Credit.id.desc())
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def count_lines(seller_ids: Collection[int]) -> dict[str, tuple[int, int]]:
    """How many lines stand in each state, and their sum in đồng."""
    query = select(Credit.state, func.count(), func.sum(Credit.amount_vnd)).where(Credit.seller_id.in_(seller_ids))
    return {state: (count, int(total)) for state, count, total in db.session.execute(query.group_by(Credit.state))}


def count_waiting(seller_ids: Collection[int]) -> int:
    """How many lines wait before a person."""
    where = Credit.seller_id.in_(seller_ids), Credit.state == State.WAITING
    return db.session.scalar(select(func.count()).select_from(Credit).where(*where)) or 0


def waiting_for(payment_id: int) -> list[Credit]:
    """The lines that wait for the rest of a payment's sum, first booked first."""
    query = select(Credit).where(Credit.payment_id == payment_id, *_PENDING)
    return list(db.session.scalars(query.order_by(Credit.booked_at, Credit.id)))


def received_of(payment_id: int) -> int:
    """What came for an open payment and waits for the rest, in đồng."""
    query = select(func.sum(Credit.amount_vnd)).where(Credit.payment_id == payment_id, *_PENDING)
    return int(db.session.scalar(query) or 0)


def returning_of(payment_id: int) -> int:
    """What came for a payment that is over and goes back, or waits to, in đồng."""
    query = select(func.sum(Credit.amount_vnd - Credit.paid_vnd)).where(Credit.payment_id == payment_id)
    return int(db.session.scalar(query.where(Credit.state.in_([State.WAITING, State.TO_RETURN]))) or 0)


def find_named(line: Credit) -> list[Payment]:
    """The payments that a memo names. A booking asked for anew counts once: its open payment, or the newest."""
    wanted = rules.read_memo(line.memo)
    found = list(db.session.scalars(select(Payment).where(Payment.reference.in_(wanted)).order_by(Payment.id)))
    if not found and (cut := rules.cut_number(line.memo)):
        found = _by_beginning(line, cut)
    by_code: dict[str, Payment] = {}
    for payment in found:
        code = payment.reference.partition("/")[0]
        if code not in by_code or by_code[code].status != Status.PENDING:
            by_code[code] = payment
    return list(by_code.values())


def find_payment_of(seller_id: int, number: str) -> Payment | None:
    """A seller's transfer by what people call it: `DH-7K3M9QXT`, with or without prefix, spaces and dash."""
    named = select(Payment).where(Payment.reference.in_(rules.read_memo(number)))
    own = named.where(Payment.seller_id == seller_id, Payment.provider == TRANSFER)
    found = list(db.session.scalars(own.order_by(Payment.id.desc())))
    return next((one for one in found if one.status == Status.PENDING), found[0] if found else None)


def holder_of(payment: Payment) -> str | None:
    """The holder whom the payer's bank will show for the account of a payment, as the bank writes the name.

    A fact of the account, so it is read there and not kept at each payment: None when nobody wrote it down, and for
    an account that is not the seller's any more.
    """
    seller = db.session.get_one(Seller, payment.seller_id)
    is_hers = payment.bank_account == seller.bank_account and payment.bank_bin == seller.bank_bin
    return (seller.bank_holder or None) if is_hers and payment.bank_account else None


def accounts_of(seller: Seller) -> set[str]:
    """Every account under which a seller was ever paid, as it is compared."""
    query = select(Payment.bank_account).where(Payment.seller_id == seller.id, Payment.bank_account.is_not(None))
    known = {seller.bank_account, *db.session.scalars(query.distinct())}
    return {rules.plain_account(one) for one in known if one}


def suggest(line: Credit, at: datetime) -> list[Suggestion]:
    """The payments that a line may mean, the likeliest first: same sum, a similar number, the same day."""
    wants = Payment.amount_vnd == line.amount_vnd
    query = select(Payment).where(
        Payment.seller_id == line.seller_id, Payment.provider == TRANSFER, Payment.captured_vnd == 0,
        or_(Payment.status == Status.PENDING, and_(Payment.opened_at > at - REMEMBERED, wants)),
    )  # fmt: skip
    found = [_suggestion(line, one) for one in db.session.scalars(query.order_by(Payment.id.desc()).limit(_LOOKED_AT))]
    told = sorted((one for one in found if one.weight > 1), key=lambda one: (-one.weight, -one.payment.id))
    return told[:_SUGGESTED]


def find_twin(line: Credit) -> Credit | None:
    """Another line that looks like the same transfer told under another reference: same account, sum and day."""
    around = timedelta(days=1)
    query = select(Credit).where(
        Credit.seller_id == line.seller_id, Credit.account == line.account, Credit.amount_vnd == line.amount_vnd,
        Credit.id != line.id, Credit.booked_at.between(line.booked_at - around, line.booked_at + around),
    )  # fmt: skip
    meant = rules.squeeze_memo(line.memo)
    twins = db.session.scalars(query.order_by(Credit.id).limit(20))
    return next((one for one in twins if not one.memo or rules.squeeze_memo(one.memo) == meant), None)


def find_feed(code: str) -> tuple[Seller, BankFeed] | None:
    """A seller and her channel of notices, by the seller's code."""
    query = select(Seller, BankFeed).join(BankFeed, BankFeed.seller_id == Seller.id).where(Seller.code == code)
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def feeds_of(seller_ids: Collection[int]) -> dict[int, BankFeed]:
    """Channels by seller."""
    return {
        one.seller_id: one for one in db.session.scalars(select(BankFeed).where(BankFeed.seller_id.in_(seller_ids)))
    }


def find_profile(seller: Seller) -> StatementProfile | None:
    """How statements of the seller's bank are read, when somebody has said so."""
    query = select(StatementProfile).where(
        StatementProfile.seller_id == seller.id, StatementProfile.bank_bin == (seller.bank_bin or "")
    )
    return db.session.scalar(query)


def list_statements(seller_ids: Collection[int], most: int = 10) -> Sequence[BankStatement]:
    """The statements read in last."""
    query = select(BankStatement).where(BankStatement.seller_id.in_(seller_ids)).order_by(BankStatement.id.desc())
    return db.session.scalars(query.limit(most)).all()


def _where(seller_ids: Collection[int], state: str, q: str) -> list[ColumnElement[bool]]:
    where = [Credit.seller_id.in_(seller_ids), *([Credit.state == state] if state else [])]
    if not q:
        return where
    ref, digits = rules.plain_ref(q), q.replace(".", "").replace(" ", "")
    found = [Credit.bank_ref.startswith(ref, autoescape=True), Credit.memo.icontains(q, autoescape=True)]
    found.append(Credit.payment_id.in_(select(Payment.id).where(Payment.reference.in_(rules.read_memo(q)))))
    if digits.isascii() and digits.isdecimal() and len(digits) < 16:
        found.append(Credit.amount_vnd == int(digits))
    return [*where, or_(*found)]


def _by_beginning(line: Credit, beginning: str) -> list[Payment]:
    """A cut number is trusted only when one open payment of this seller begins so, and the sum is exact."""
    query = select(Payment).where(
        Payment.seller_id == line.seller_id, Payment.status == Status.PENDING, Payment.provider == TRANSFER,
        Payment.reference.startswith(beginning, autoescape=True),
    )  # fmt: skip
    found = list(db.session.scalars(query.limit(2)))
    return found if len(found) == 1 and found[0].amount_vnd == line.amount_vnd else []


def _suggestion(line: Credit, payment: Payment) -> Suggestion:
    exact = payment.reference in rules.read_memo(line.memo)
    alike = exact or rules.likeness(line.memo, payment.reference) >= rules.ALIKE
    return Suggestion(
        payment, payment.amount_vnd == line.amount_vnd, exact, alike,
        local_day(payment.opened_at) == local_day(line.booked_at),
    )  # fmt: skip
