"""Synonyms at the desk and by the API: an edit holds in the next search, in every process, without rebuilding."""

from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.listings.queries import cards
from catalog.search.engine import rebuild
from catalog.search.service import Query, search
from catalog.search.synonyms import synonyms, trying
from catalog.search.wordbook import service
from catalog.search.wordbook.queries import code_of, get_entry, list_entries
from catalog.search.wordbook.refusals import SynonymDoubtful, SynonymIsBase, SynonymNotFound, SynonymTooMany
from catalog.search.wordbook.service import add_synonyms, edit_synonyms, remove_synonyms, switch_synonyms
from catalog.search.words import Group, base_groups
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.clock import today
from core.db import db
from core.errors import EditConflict, Forbidden, Invalid
from tests.support.databases import make_app
from tests.support.live import Live

pytestmark = pytest.mark.long("postgresql")  # what it says is the same on both; the races below run there

URL = "/api/v1/search/synonyms"


@pytest.fixture
def admin(make: ModuleType) -> Actor:
    return make.actor("admin")


def found(text: str) -> list[str]:
    return sorted(card.name for card in cards(search(Query(text=text), today()).listing_ids, today()))


def base_code(writing: str) -> str:
    return next(code_of(group) for group in base_groups() if writing in group.writings)


def test_an_edit_holds_at_once_and_nothing_is_rebuilt(admin: Actor, make: ModuleType) -> None:
    make.listing(name="Chả mực Cát Bà")
    rebuild()
    assert found("squid xyz") == found("xyz") == []
    one = add_synonyms(admin, writings=("chả mực", "xyz"), note="khách Tây")
    assert found("xyz") == ["Chả mực Cát Bà"]
    one = edit_synonyms(admin, one.code, one.version, {"writings": ("chả mực", "abc")})
    assert (found("xyz"), found("abc")) == ([], ["Chả mực Cát Bà"])
    one = switch_synonyms(admin, one.code, one.version, is_active=False)
    assert found("abc") == []
    one = switch_synonyms(admin, one.code, one.version, is_active=True)
    assert found("abc") == ["Chả mực Cát Bà"]
    remove_synonyms(admin, one.code, one.version)
    assert found("abc") == []
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"synonym:{one.code}")).all()
    deeds = ["synonym.added", "synonym.edited", "synonym.switched", "synonym.switched", "synonym.removed"]
    assert [entry.action for entry in trail] == deeds
    assert trail[1].data == {"before": {"writings": "chả mực|xyz"}, "after": {"writings": "chả mực|abc"}}


def test_one_way_finds_there_and_not_back(admin: Actor, make: ModuleType) -> None:
    make.listing(name="Bánh quy xyz")
    make.listing(name="Chả mực Cát Bà")
    rebuild()
    add_synonyms(admin, writings=("xyz", "chả mực"), is_one_way=True)
    assert found("xyz") == ["Bánh quy xyz", "Chả mực Cát Bà"]
    assert found("chả mực") == ["Chả mực Cát Bà"]


def test_a_base_group_is_switched_and_never_edited(admin: Actor, make: ModuleType) -> None:
    make.listing(name="Mứt khóm")
    rebuild()
    code = base_code("khóm")
    assert found("dứa") == ["Mứt khóm"]
    assert get_entry(code).version == 0
    off = switch_synonyms(admin, code, 0, is_active=False)
    assert (off.version, off.is_base, found("dứa")) == (1, True, [])
    with pytest.raises(EditConflict):
        switch_synonyms(admin, code, 0, is_active=True)
    with pytest.raises(SynonymIsBase):
        edit_synonyms(admin, code, 1, {"note": "x"})
    with pytest.raises(SynonymIsBase):
        remove_synonyms(admin, base_code("bắp"), 0)
    assert switch_synonyms(admin, code, 1, is_active=True).is_active
    assert found("dứa") == ["Mứt khóm"]


def test_doubts_are_told_once_and_then_believed(admin: Actor) -> None:
    with pytest.raises(SynonymDoubtful) as refused:
        add_synonyms(admin, writings=("khóm", "thơm lừng"))
    assert refused.value.facts["doubts"] == [{"kind": "elsewhere", "writing": "khóm", "other": base_code("khóm")}]
    assert list_entries(origin="own") == []
    one = add_synonyms(admin, writings=("khóm", "thơm lừng"), confirm=True)
    assert edit_synonyms(admin, one.code, one.version, {"note": "ghi"}).note == "ghi", "no writing, no doubt"
    edited = edit_synonyms(admin, one.code, one.version + 1, {"writings": ("thơm lừng", "thơm phức")})
    assert edited.writings == ("thơm lừng", "thơm phức"), "a group is no stranger to itself"


def test_what_is_refused(admin: Actor, make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for writings in ((), ("dứa",), ("dứa", "Dứa"), ("a", "b c d e f g")):
        with pytest.raises(Invalid):
            add_synonyms(admin, writings=writings)
    one = add_synonyms(admin, writings=("aaa", "bbb"))
    with pytest.raises(EditConflict):
        edit_synonyms(admin, one.code, 7, {"note": "x"})
    with pytest.raises(EditConflict):
        remove_synonyms(admin, one.code, 7)
    for code in ("TN-NOTHING", "GOC-00000000", ""):
        with pytest.raises(SynonymNotFound):
            edit_synonyms(admin, code, 1, {"note": "x"})
        with pytest.raises(SynonymNotFound):
            switch_synonyms(admin, code, 1, is_active=False)
    monkeypatch.setattr(service, "MOST_GROUPS", 1)
    with pytest.raises(SynonymTooMany):
        add_synonyms(admin, writings=("ccc", "ddd"))
    for role in ("auditor", "certifier"):
        with pytest.raises(Forbidden):
            add_synonyms(make.actor(role), writings=("ccc", "ddd"))


def test_trying_changes_nothing_for_others(app: Flask) -> None:
    before = synonyms()
    with trying([Group(("aaa", "bbb"))]):
        assert synonyms().of_marked(("aaa",)) == (("bbb",),)
    assert synonyms() is before, "kept as long as nobody changes anything"


def test_the_api(client: FlaskClient, make: ModuleType) -> None:
    make.listing(name="Chả mực Cát Bà")
    rebuild()
    headers, body = make.headers("admin"), {"writings": ["Chả Mực", "xyz"], "note": "thử"}
    tried = client.post(f"{URL}/trial", json={"q": "xyz", "writings": ["chả mực", "xyz"]}, headers=headers).json
    assert tried == {
        "q": "xyz", "before": {"total": 0, "names": []}, "after": {"total": 1, "names": ["Chả mực Cát Bà"]},
        "added": ["Chả mực Cát Bà"], "lost": [],
    }  # fmt: skip
    assert client.get(f"{URL}?origin=own", headers=headers).json["total"] == 0, "trying writes nothing"
    made = client.post(URL, json=body, headers=headers)
    assert (made.status_code, made.headers["ETag"], made.json["writings"]) == (201, '"1"', ["chả mực", "xyz"])
    assert client.get("/api/v1/products?q=xyz").json["total"] == 1
    own = f"{URL}/{made.json['code']}"
    again = client.post(URL, json=body, headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "synonym.doubtful")
    assert {doubt["kind"] for doubt in again.json["doubts"]} == {"elsewhere"}
    assert client.patch(own, json={"note": "x"}, headers=headers).status_code == 428
    assert client.patch(own, json={"note": "x"}, headers=headers | {"If-Match": '"9"'}).status_code == 412
    off = client.patch(own, json={"is_active": False}, headers=headers | {"If-Match": '"1"'})
    assert (off.status_code, off.json["is_active"], off.headers["ETag"]) == (200, False, '"2"')
    assert client.get("/api/v1/products?q=xyz").json["total"] == 0
    assert client.get(f"{URL}?q=xyz&state=off", headers=headers).json["items"][0]["code"] == made.json["code"]
    base = f"{URL}/{base_code('khóm')}"
    assert client.get(base, headers=headers).headers["ETag"] == '"0"'
    edited = client.patch(base, json={"note": "x"}, headers=headers | {"If-Match": '"0"'})
    assert (edited.status_code, edited.json["code"]) == (409, "synonym.base")
    assert client.delete(own, headers=headers | {"If-Match": '"2"'}).status_code == 204
    assert client.get(own, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"writings": "dứa"},
        {"writings": []},
        {"writings": ["dứa"]},
        {"writings": ["dứa", ""]},
        {"writings": ["dứa", None]},
        {"writings": ["dứa", 7]},
        {"writings": ["dứa", "<script>" * 30]},
        {"writings": ["dứa", "a\u202eb"]},
        {"writings": ["dứa", "a" + "\u0301" * 200]},
        {"writings": ["dứa"] * 51},
        {"writings": ["dứa", "thơm thơm"], "is_one_way": "có"},
        {"writings": ["dứa", "thơm thơm"], "stamp": 1},
        {"writings": ["dứa", "thơm thơm"], "note": "x" * 301},
    ],
)
def test_bad_input_is_told_and_writes_nothing(client: FlaskClient, make: ModuleType, body: dict[str, object]) -> None:
    headers = make.headers("admin")
    answer = client.post(URL, json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (422, "input.invalid")
    assert client.get(f"{URL}?origin=own", headers=headers).json["total"] == 0


def test_signs_of_a_query_language_are_plain_words(admin: Actor, make: ModuleType) -> None:
    make.listing(name="Chả mực Cát Bà")
    rebuild()
    add_synonyms(admin, writings=("chả mực", 'xyz* AND "(["'))
    assert found("xyz and") == ["Chả mực Cát Bà"]
    assert found("xyzz") == []


@pytest.mark.long
def test_two_admins_at_once(live: Live, make: ModuleType) -> None:
    code = base_code("khóm")
    admin = live.run(lambda: make.actor("admin"))
    answers = live.together(4, lambda n: switch_synonyms(admin, code, 0, is_active=False).version)
    assert sorted(type(one).__name__ for one in answers) == ["EditConflict"] * 3 + ["int"]
    one = live.run(lambda: add_synonyms(admin, writings=("aaa", "bbb")))
    edits = live.together(4, lambda n: edit_synonyms(admin, one.code, 1, {"note": f"{n}"}).version)
    assert sorted(type(edit).__name__ for edit in edits) == ["EditConflict"] * 3 + ["int"]


@pytest.mark.long
def test_another_process_sees_it_in_its_next_search(live: Live, make: ModuleType) -> None:
    other = make_app(live.url, Path(live.app.instance_path))
    with other.app_context():
        assert synonyms().of_marked(("aaa",)) == ()
    live.run(lambda: add_synonyms(make.actor("admin"), writings=("aaa", "bbb")))
    with other.app_context():
        assert synonyms().of_marked(("aaa",)) == (("bbb",),)
        db.session.remove()
        db.engine.dispose()
