"""Several at once: one moderator wins, one request stays open, nothing is approved that was not seen."""

import pytest
from sqlalchemy import func, select

from catalog.changes.decisions import approve, reject
from catalog.changes.models import OPEN, ChangedField, ChangeRequest
from catalog.changes.prices import set_price
from catalog.changes.refusals import ChangeDecided
from catalog.changes.service import propose
from catalog.listings.models import Listing
from core.db import db
from core.errors import Busy, EditConflict
from tests.catalog.changes.conftest import Stand, stand
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # its writers follow one another anyway


def _asked(here: Stand, summary: str) -> ChangeRequest:
    found = propose(here.owner, here.listing_id, here.listing.version, {"summary": summary})
    assert found is not None
    return found


def test_two_moderators_and_one_decision(live: Live) -> None:
    here = live.run(stand)
    request = live.run(lambda: _asked(here, "Hai"))
    number, version = request.id, request.version

    def decide(worker: int) -> str:
        by = here.one if worker % 2 else here.two
        if worker < 2:
            return reject(by, number, version, reason="Chưa rõ nghĩa.").state
        return approve(by, number, version).state

    done = live.together(4, decide)
    assert sum(isinstance(one, str) for one in done) == 1, done
    assert all(isinstance(one, str | ChangeDecided | EditConflict | Busy) for one in done), done
    won = next(one for one in done if isinstance(one, str))
    summary = live.run(lambda: db.session.get_one(Listing, here.listing_id).summary)
    assert summary == ("Hai" if won == "approved" else "Mật ong rừng.")


def test_what_is_added_while_a_moderator_approves_is_never_approved_unseen(live: Live) -> None:
    here = live.run(stand)
    request = live.run(lambda: _asked(here, "Đã xem"))
    number, version = request.id, request.version

    def act(worker: int) -> str:
        if worker == 0:
            return approve(here.one, number, version).state
        return str(_asked(here, "Chưa ai xem").id)

    live.together(2, act)
    summary = live.run(lambda: db.session.get_one(Listing, here.listing_id).summary)
    assert summary in ("Đã xem", "Mật ong rừng.")
    waits = select(ChangedField.after).where(ChangedField.state == OPEN)
    assert live.run(lambda: db.session.scalars(waits).all()) in (["Chưa ai xem"], [])


def test_proposals_at_once_are_one_request(live: Live) -> None:
    here = live.run(stand)
    live.together(4, lambda worker: _asked(here, f"Bản {worker}").id)
    count = select(func.count()).select_from(ChangeRequest)
    assert live.run(lambda: db.session.scalar(count)) == 1
    waits = select(func.count()).select_from(ChangedField).where(ChangedField.state == OPEN)
    assert live.run(lambda: db.session.scalar(waits)) == 1


def test_prices_at_once_follow_their_versions(live: Live) -> None:
    here = live.run(stand)
    version = live.run(lambda: here.pack.version)
    done = live.together(4, lambda worker: bool(set_price(here.owner, here.code, version, 101_000 + worker)))
    assert done.count(True) == 1, done
    assert all(one is True or isinstance(one, EditConflict | Busy) for one in done), done
