"""An edit of a live listing: staged, extended, taken back, approved whole or in part, rejected with a reason."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog.changes.decisions import approve, publish_as, reject
from catalog.changes.models import ChangedField, ChangeRequest
from catalog.changes.queries import compare, count_waiting, find_open, find_return, list_history, list_requests
from catalog.changes.refusals import ChangeDecided, ChangeMoved, ChangeNotFound, ChangeOwn, ListingLive
from catalog.changes.rules import tag
from catalog.changes.service import add_pack, change_listing, change_pack, propose, withdraw_request
from catalog.listings.models import DRAFT, LIVE, SUBMITTED, WITHDRAWN, Listing, Sku
from catalog.listings.refusals import LabelIncomplete, ListingNotFound, ListingState, SkuNotFound, SkuTaken
from catalog.listings.service import edit_listing, submit, withdraw
from core.accounts.actor import SYSTEM
from core.audit import AuditEntry
from core.clock import today
from core.db import db
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from core.outbox import OutboxRow
from tests import make
from tests.catalog.changes.conftest import Stand


def ask(here: Stand, **fields: Any) -> ChangeRequest:
    """Ask for changes as the producer's person."""
    request = propose(here.owner, here.listing_id, here.listing.version, fields)
    assert request is not None
    return request


def states(request: ChangeRequest) -> dict[str, str]:
    """What became of its fields."""
    db.session.refresh(request)
    return {one.field: one.state for one in request.fields}


def test_the_approved_words_stay_until_another_person_approves(here: Stand) -> None:
    request = ask(here, summary="Mật ong hoa nhãn.", story=here.listing.story)
    assert here.listing.summary == "Mật ong rừng."
    assert [(one.field, one.before, one.after) for one in request.fields] == [
        ("summary", "Mật ong rừng.", "Mật ong hoa nhãn.")
    ]
    sequence = here.listing.sequence
    done = approve(here.one, request.id, request.version)
    assert (done.state, done.decided_label) == ("approved", here.one.label)
    assert (here.listing.summary, here.listing.state) == ("Mật ong hoa nhãn.", LIVE)
    assert here.listing.sequence > sequence
    trail = [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert trail[-3:] == ["change.proposed", "listing.edited", "change.approved"]


def test_nothing_that_differs_is_no_request(here: Stand) -> None:
    assert propose(here.owner, here.listing_id, here.listing.version, {"summary": " Mật ong rừng. "}) is None
    assert db.session.query(ChangeRequest).count() == 0


def test_one_open_request_grows_and_shrinks(here: Stand) -> None:
    first = ask(here, summary="Hai")
    before = first.version
    second = ask(here, summary="Ba", is_gift=True)
    assert (second.id, states(second)) == (first.id, {"summary": "open", "is_gift": "open"})
    assert second.version > before
    with pytest.raises(EditConflict):
        approve(here.one, first.id, before)
    assert propose(here.owner, here.listing_id, here.listing.version, {"summary": "Mật ong rừng."}) is not None
    assert states(second) == {"summary": "withdrawn", "is_gift": "open"}
    assert propose(here.owner, here.listing_id, here.listing.version, {"is_gift": False}) is None
    db.session.refresh(second)
    assert second.state == "withdrawn"
    assert ask(here, summary="Bốn").id != first.id


@pytest.mark.daily
def test_the_database_holds_one_open_request(here: Stand) -> None:
    request = ask(here, summary="Hai")
    copied = "listing_id, kind, 'open', version, proposed_at, proposed_label, touched_at, decided_label, reason"
    columns = copied.replace("'open'", "state")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            text(f"INSERT INTO change_request ({columns}) SELECT {copied} FROM change_request WHERE id = :id"),
            {"id": request.id},
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change_request SET reason = 'x'", "DELETE FROM change_request", "DELETE FROM change_field",
        "UPDATE change_field SET after = before",
    ],
)  # fmt: skip
def test_what_was_decided_is_never_rewritten(here: Stand, statement: str) -> None:
    request = ask(here, summary="Hai")
    approve(here.one, request.id, request.version)
    with pytest.raises(Exception, match="change_"), db.session.begin_nested():
        db.session.execute(text(statement))


def test_nobody_approves_her_own(here: Stand) -> None:
    request = propose(here.one, here.listing_id, here.listing.version, {"summary": "Của cán bộ"})
    assert request is not None
    with pytest.raises(ChangeOwn):
        approve(here.one, request.id, request.version)
    more = ask(here, is_gift=True)  # part hers, part the producer's
    approve(here.one, more.id, more.version, fields=["is_gift"])
    assert (here.listing.is_gift, here.listing.summary) == (True, "Mật ong rừng.")
    db.session.refresh(more)
    assert approve(here.two, more.id, more.version).state == "approved"


def test_some_are_approved_and_the_rest_rejected_in_one_act(here: Stand) -> None:
    request = ask(here, summary="Hai", story="Chữa bách bệnh.", is_gift=True)
    with pytest.raises(Invalid):
        approve(here.one, request.id, request.version, fields=["summary"], reason="  ")
    some = ["summary", "is_gift"]
    done = approve(here.one, request.id, request.version, fields=some, reason="Không được nói chữa bệnh.")
    assert (done.state, done.reason) == ("partly", "Không được nói chữa bệnh.")
    assert states(done) == {"summary": "approved", "story": "rejected", "is_gift": "approved"}
    assert (here.listing.summary, here.listing.story) == ("Hai", "Ong hút mật hoa rừng tràm.")
    history = list_history(here.listing_id, "story")
    assert [(one.state, one.reason, one.before, one.after) for one in history] == [
        ("rejected", "Không được nói chữa bệnh.", "Ong hút mật hoa rừng tràm.", "Chữa bách bệnh.")
    ]


def test_without_a_reason_the_rest_stays_open(here: Stand) -> None:
    request = ask(here, summary="Hai", is_gift=True)
    half = approve(here.one, request.id, request.version, fields=["is_gift"])
    assert (half.state, states(half)) == ("open", {"summary": "open", "is_gift": "approved"})
    with pytest.raises(Invalid):
        approve(here.one, half.id, half.version, fields=["is_gift"])
    again = ask(here, is_gift=False)  # a field that was decided may be asked for anew
    assert sorted(one.state for one in again.fields if one.field == "is_gift") == ["approved", "open"]
    done = reject(here.two, again.id, again.version, reason="Hỏi lại sau.")
    assert done.state == "partly"


@pytest.mark.parametrize("reason", ["", "   ", "ừ", "\n\n"])
def test_a_rejection_says_why(here: Stand, reason: str) -> None:
    request = ask(here, summary="Hai")
    with pytest.raises(Invalid) as refused:
        reject(here.one, request.id, request.version, reason=reason)
    assert list(refused.value.facts["errors"]) == ["reason"]
    assert find_open(here.listing_id) is not None


def test_a_moved_value_is_shown_and_decided(here: Stand) -> None:
    request = ask(here, summary="Của tôi", is_gift=True)
    edit_listing(SYSTEM, here.listing_id, here.listing.version, {"summary": "Của người khác"})
    with pytest.raises(ChangeMoved) as moved:
        approve(here.one, request.id, request.version)
    line = moved.value.facts["lines"][0]
    assert (line["was"], line["now"], line["wanted"]) == ("Mật ong rừng.", "Của người khác", "Của tôi")
    assert (here.listing.summary, here.listing.is_gift) == ("Của người khác", False)
    compared = {one.field.field: one for one in compare(request, here.listing)}
    assert (compared["summary"].is_moved, compared["is_gift"].is_moved) == (True, False)
    assert compared["summary"].seen == line["seen"]
    edit_listing(SYSTEM, here.listing_id, here.listing.version, {"summary": "Lại khác"})
    with pytest.raises(ChangeMoved):  # what she has seen is not what stands there now
        approve(here.one, request.id, request.version, seen={"summary": line["seen"]})
    approve(here.one, request.id, request.version, seen={"summary": tag("Lại khác")})
    assert here.listing.summary == "Của tôi"


def test_packs_are_changed_added_and_retired(here: Stand) -> None:
    with pytest.raises(LabelIncomplete):  # the only pack that tells how much there is
        change_pack(here.owner, here.code, here.pack.version, {"is_active": False})
    request = change_pack(here.owner, here.code, here.pack.version, {"label": "Hũ 600 g"})
    assert isinstance(request, ChangeRequest)
    more = add_pack(here.owner, here.listing_id, {"label": "Hũ 1 kg", "price_vnd": 180_000, "net_grams": 1000})
    assert isinstance(more, ChangeRequest)
    change_pack(here.owner, here.code, here.pack.version, {"is_active": False})
    assert more.id == request.id
    db.session.refresh(more)
    assert (here.pack.label, here.pack.is_active, db.session.query(Sku).count()) == ("Hũ 500 g", True, 1)
    approve(here.one, more.id, more.version)
    packs = {one.label: (one.is_active, one.price_vnd) for one in db.session.query(Sku).populate_existing()}
    assert packs == {"Hũ 600 g": (False, 100_000), "Hũ 1 kg": (True, 180_000)}


def test_what_could_not_be_put_in_place_is_refused_at_once(here: Stand) -> None:
    other = make.listing()
    taken = make.pack_of(other)
    version = here.pack.version
    with pytest.raises(SkuTaken):
        add_pack(here.owner, here.listing_id, {"code": taken.code, "label": "Hũ", "price_vnd": 1})
    with pytest.raises(Invalid):
        change_pack(here.owner, here.code, version, {"abv_bp": 100})
    with pytest.raises(SkuNotFound):
        propose(here.owner, here.listing_id, here.listing.version, {f"sku:{taken.code}:label": "Của người"})
    assert db.session.query(ChangeRequest).count() == 0
    assert db.session.query(ChangedField).count() == 0


def test_a_trial_leaves_no_trace(here: Stand) -> None:
    ask(here, summary="Hai", **{f"sku:{here.code}:label": "Hũ 700 g"})
    actions = {row.action for row in db.session.query(AuditEntry)}
    assert actions & {"listing.edited", "sku.edited"} == set()
    assert (here.listing.summary, here.pack.label) == ("Mật ong rừng.", "Hũ 500 g")


def test_she_takes_it_back(here: Stand) -> None:
    request = ask(here, summary="Hai", is_gift=True)
    with pytest.raises(NotFound):
        withdraw_request(make.actor("producer", ("producer", make.producer().code)), request.id, request.version)
    done = withdraw_request(here.owner, request.id, request.version)
    assert (done.state, set(states(done).values())) == ("withdrawn", {"withdrawn"})
    for verb, by in ((approve, here.one), (withdraw_request, here.owner)):
        with pytest.raises(ChangeDecided):
            verb(by, done.id, done.version)
    with pytest.raises(ChangeNotFound):
        withdraw_request(here.owner, 999_999, 1)


def test_who_may_ask_and_who_may_decide(here: Stand) -> None:
    stranger = make.actor("producer", ("producer", make.producer().code))
    version = here.listing.version
    with pytest.raises(NotFound):
        propose(stranger, here.listing_id, version, {"summary": "Hai"})
    with pytest.raises(NotFound):
        change_listing(stranger, here.listing_id, version, {"summary": "Hai"})
    with pytest.raises(Forbidden):
        propose(make.actor("auditor"), here.listing_id, version, {"summary": "Hai"})
    with pytest.raises(ListingNotFound):
        propose(here.owner, 999_999, 1, {"summary": "Hai"})
    request = ask(here, summary="Hai")
    for one in (here.owner, stranger, make.actor("auditor")):
        with pytest.raises(Forbidden):
            approve(one, request.id, request.version)
        with pytest.raises(Forbidden):
            reject(one, request.id, request.version, reason="Không thích")
    with pytest.raises(EditConflict):
        propose(here.owner, here.listing_id, version + 5, {"summary": "Ba"})


def test_drafts_are_edited_in_place(here: Stand) -> None:
    withdraw(here.owner, here.listing_id, "Hết mùa")
    edited = change_listing(here.owner, here.listing_id, here.listing.version, {"summary": "Sửa ngay"})
    assert isinstance(edited, Listing)
    assert here.listing.summary == "Sửa ngay"
    pack = change_pack(here.owner, here.code, here.pack.version, {"label": "Hũ 1 kg", "price_vnd": 900_000})
    assert isinstance(pack, Sku)
    assert (here.pack.label, here.pack.price_vnd) == ("Hũ 1 kg", 900_000)
    assert isinstance(add_pack(here.owner, here.listing_id, {"label": "Hũ 2 kg", "price_vnd": 5}), Sku)
    with pytest.raises(ListingLive):
        propose(here.owner, here.listing_id, here.listing.version, {"summary": "Hai"})


def test_a_new_listing_stands_in_the_same_queue(here: Stand) -> None:
    request = ask(here, summary="Còn chờ")
    withdraw(here.owner, here.listing_id, "Hết mùa")
    submit(here.owner, here.listing_id)
    assert states(request) == {"summary": "withdrawn"}
    rows, total = list_requests(today())
    assert (total, rows[0].request.kind, rows[0].days) == (1, "listing", 0)
    assert (count_waiting(), count_waiting(here.owner.user_id)) == (1, 0)
    waiting = rows[0].request
    with pytest.raises(EditConflict):
        approve(here.one, waiting.id, waiting.version, seen={"listing": "0"})
    back = reject(here.one, waiting.id, waiting.version, reason="Thiếu ảnh mặt sau của nhãn.")
    assert (back.state, here.listing.state) == ("rejected", DRAFT)
    returned = find_return(here.listing_id)
    assert returned is not None
    assert returned.reason == "Thiếu ảnh mặt sau của nhãn."
    submit(here.owner, here.listing_id)
    assert find_return(here.listing_id) is None
    again = find_open(here.listing_id)
    assert again is not None
    approve(here.one, again.id, again.version, seen={"listing": str(here.listing.sequence)})
    assert here.listing.state == LIVE
    assert count_waiting() == 0


def test_who_hands_in_does_not_publish(here: Stand) -> None:
    withdraw(here.one, here.listing_id, "Hết mùa")
    submit(here.one, here.listing_id)
    with pytest.raises(ChangeOwn):
        publish_as(here.one, here.listing_id)
    assert here.listing.state == SUBMITTED
    publish_as(here.two, here.listing_id)
    assert here.listing.state == LIVE
    assert find_open(here.listing_id) is None


def test_a_listing_that_left_the_queue_is_not_published_from_it(here: Stand) -> None:
    withdraw(here.owner, here.listing_id, "Hết mùa")
    submit(here.owner, here.listing_id)
    request = find_open(here.listing_id)
    assert request is not None
    withdraw(here.owner, here.listing_id, "Thôi")
    assert list_requests(today())[1] == 0
    with pytest.raises(ListingState):
        approve(here.one, request.id, request.version)
    assert here.listing.state == WITHDRAWN


def test_the_producer_s_people_are_told(here: Stand) -> None:
    request = ask(here, summary="Hai", is_gift=True)
    approve(here.one, request.id, request.version, fields=["is_gift"], reason="Câu này chưa rõ nghĩa.")
    rows = db.session.query(OutboxRow).filter(OutboxRow.reaction.contains("mail_decision")).all()
    assert [row.payload["user_id"] for row in rows] == [here.owner.user_id]
    assert (rows[0].payload["approved"], rows[0].payload["rejected"]) == (["is_gift"], ["summary"])
    assert rows[0].payload["reason"] == "Câu này chưa rõ nghĩa."


def test_a_producer_sees_her_own_requests_only(here: Stand, app: Flask) -> None:
    ask(here, summary="Hai")
    assert list_requests(today(), producers=[here.scope[1]])[1] == 1
    assert list_requests(today(), producers=["CT-KHONGCO"])[1] == 0
    assert list_requests(today(), state="")[1] == 0
