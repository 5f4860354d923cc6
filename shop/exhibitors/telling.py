"""Telling many at once: who gets a message is shown first, and advertisements go only to those who agreed to them.

What concerns somebody's own application is no advertisement and reaches everybody it is about. An invitation to another
fair is one: NĐ 91/2020/NĐ-CP asks for consent before it, and for a way to refuse in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.accounts.models import UserAccount, UserGrant
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import digest, short_code
from shop.exhibitors.events import FairTold
from shop.exhibitors.links import About, read_key
from shop.exhibitors.models import FairMessage, FairMessageReader, FairNews, FairOutsider
from shop.exhibitors.places import NOWHERE, homes_of
from shop.exhibitors.refusals import AudienceChanged, LinkUnknown, NobodyReached
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.queries import list_applications, names_of
from shop.fairs.rules import LIVE_BOOKING, BookingState
from shop.fairs.service import lock_fair

#: What may be asked of the booth of those who are told.
BOOTHS = ("any", "none", "held", "unpaid", "paid")


@dataclass(frozen=True)
class Audience:
    """Which applicants: empty fields ask nothing. ``states``: of the application; ``booth``: one of ``BOOTHS``."""

    states: tuple[str, ...] = ()
    booth: str = "any"
    conditional: bool = False
    delegation: int | None = None
    province: str | None = None

    def takes(self, one: FairApplication, bookings: Collection[str], province: str | None) -> bool:
        """Whether an application is meant."""
        return (
            (not self.states or one.state in self.states)
            and (not self.conditional or one.renew_by is not None)
            and (self.delegation is None or one.delegation_id == self.delegation)
            and (self.province is None or province == self.province)
            and self._takes_booth(bookings)
        )

    def _takes_booth(self, bookings: Collection[str]) -> bool:
        paid = any(state in (BookingState.PAID, BookingState.CHECKED_IN) for state in bookings)
        answers = {"any": True, "none": not bookings, "held": bool(bookings), "unpaid": bool(bookings) and not paid}
        return answers.get(self.booth, paid)


@dataclass(frozen=True)
class Reader:
    """Somebody a message would go to. ``reach``: mail, phone, none; ``refuses``: no advertisement, please."""

    application: FairApplication
    producer: Producer
    reach: str
    refuses: bool = False

    @property
    def gets_it(self) -> bool:
        """Whether it goes to her."""
        return self.reach != "none" and not self.refuses


@dataclass(frozen=True)
class Words:
    """What is said."""

    subject: str
    body: str
    is_advertising: bool = False


def readers_of(fair: Fair, audience: Audience, *, is_advertising: bool) -> list[Reader]:
    """Everybody the filter means, those whom it does not reach too. A fixed number of statements."""
    found = list_applications(fair.id)
    bookings = _bookings(fair.id)
    homes = homes_of({one.producer_id for one in found}, local_day(now()))
    meant = [
        one for one in found
        if audience.takes(one, bookings.get(one.id, ()), homes.get(one.producer_id, NOWHERE).province)
    ]  # fmt: skip
    producers = names_of({one.producer_id for one in meant}, ()).producers
    reach, agreed = _reach(meant, producers), _agreed(producers) if is_advertising else set(producers)
    return [
        Reader(one, producers[one.producer_id], reach[one.id], one.producer_id not in agreed) for one in meant
    ]  # fmt: skip


def seal_of(readers: Sequence[Reader]) -> str:
    """Stands for exactly these readers, so that nobody else gets a message than was shown."""
    return digest(",".join(sorted(one.application.code for one in readers if one.gets_it)))[:16]


def send(slug: str, words: Words, audience: Audience, seal: str, by: Actor) -> FairMessage:
    """Send one message to everybody the filter reaches now, if these are the ones that were shown.

    Raises NobodyReached, AudienceChanged; NotFound for another organizer's fair.
    """
    with transaction() as session:
        fair = lock_fair(slug, by, "broadcasts.send")
        readers = [one for one in readers_of(fair, audience, is_advertising=words.is_advertising) if one.gets_it]
        if not readers:
            raise NobodyReached
        if seal_of(readers) != seal:
            raise AudienceChanged(now=len(readers))
        message = FairMessage(
            code=short_code("TB"), fair_id=fair.id, subject=words.subject, body=words.body,
            is_advertising=words.is_advertising, audience=asdict(audience), sent_by=by.label[:200], sent_at=now(),
        )  # fmt: skip
        session.add(message)
        session.flush()
        for one in readers:
            session.add(FairMessageReader(message_id=message.id, application_id=one.application.id))
            publish(FairTold(message.code, one.application.code))
        session.flush()
        record("fair.told", f"fair:{slug}", by, message=message.code, readers=len(readers), title=words.subject)
        return message


def say_news(producer_id: int, *, agrees: bool) -> None:
    """Keep whether a producer wants to hear of other fairs, inside a transaction."""
    row = db.session.get(FairNews, producer_id) or FairNews(producer_id=producer_id)
    at = now()
    if agrees:
        row.agreed_at, row.refused_at = at, None
    else:
        row.refused_at = at
    db.session.add(row)
    db.session.flush()


def refuse_news(key: str, by: Actor) -> Producer:
    """No more news of fairs, by the link of one. Twice has the effect of once. Raises LinkUnknown."""
    with transaction():
        producer = find_by_key(key)
        say_news(producer.id, agrees=False)
        record("fair.news_refused", f"producer:{producer.code}", by)
        return producer


def find_by_key(key: str) -> Producer:
    """The producer whose link this is. Raises LinkUnknown."""
    code, _serial = read_key(About.NEWS, key)
    producer = db.session.scalar(select(Producer).where(Producer.code == code))
    if producer is None:
        raise LinkUnknown
    return producer


def list_messages(fair_id: int) -> Sequence[tuple[FairMessage, int]]:
    """What was told, the newest first, with how many it went to."""
    messages = db.session.scalars(select(FairMessage).where(FairMessage.fair_id == fair_id)).all()
    query = select(FairMessageReader.message_id).where(FairMessageReader.message_id.in_([one.id for one in messages]))
    counts: dict[int, int] = {}
    for message_id in db.session.scalars(query):
        counts[message_id] = counts.get(message_id, 0) + 1
    return [(one, counts.get(one.id, 0)) for one in sorted(messages, key=lambda one: -one.id)]


def messages_to(application_id: int) -> Sequence[FairMessage]:
    """What one applicant was told, the newest first."""
    query = select(FairMessage).join(FairMessageReader, FairMessageReader.message_id == FairMessage.id)
    own = query.where(FairMessageReader.application_id == application_id)
    return db.session.scalars(own.order_by(FairMessage.id.desc())).all()


def _bookings(fair_id: int) -> Mapping[int, list[str]]:
    query = select(Booking.application_id, Booking.state)
    rows = db.session.execute(query.where(Booking.fair_id == fair_id, Booking.state.in_(LIVE_BOOKING)))
    found: dict[int, list[str]] = {}
    for application_id, state in rows:
        found.setdefault(application_id, []).append(state)
    return found


def _reach(meant: Sequence[FairApplication], producers: Mapping[int, Producer]) -> dict[int, str]:
    """How each applicant can be told: by her people's accounts, by what she left with her papers, by her label."""
    codes = [one.code for one in producers.values()]
    held = UserGrant.role == "producer", UserGrant.scope_type == "producer", UserGrant.scope_id.in_(codes)
    query = select(UserGrant.scope_id, UserAccount.email, UserAccount.phone)
    people = query.join(UserAccount, UserAccount.id == UserGrant.user_id).where(*held, UserGrant.revoked_at.is_(None))
    ways: dict[str, set[str]] = {}
    for code, email, phone in db.session.execute(people.where(UserAccount.is_active)):
        ways.setdefault(code, set()).update(way for way, given in (("mail", email), ("phone", phone)) if given)
    outside = _left_outside([one.id for one in meant])
    return {one.id: _best(producers[one.producer_id], ways, outside.get(one.id)) for one in meant}


def _best(producer: Producer, ways: Mapping[str, set[str]], left: tuple[str | None, str | None] | None) -> str:
    email, phone = left or (None, None)
    own = ways.get(producer.code, set())
    if "mail" in own or email:
        return "mail"
    return "phone" if "phone" in own or phone or producer.phone else "none"


def _left_outside(application_ids: Sequence[int]) -> dict[int, tuple[str | None, str | None]]:
    query = select(FairOutsider.application_id, FairOutsider.email, FairOutsider.phone)
    rows: Any = db.session.execute(query.where(FairOutsider.application_id.in_(list(application_ids))))
    return {row[0]: (row[1], row[2]) for row in rows}


def _agreed(producer_ids: Collection[int]) -> set[int]:
    said = FairNews.agreed_at.is_not(None), FairNews.refused_at.is_(None)
    return set(db.session.scalars(select(FairNews.producer_id).where(FairNews.producer_id.in_(producer_ids), *said)))
