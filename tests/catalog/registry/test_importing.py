"""What a file of the registry may change here, what it may not, and who must agree."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from catalog.areas.models import Area
from catalog.certificates.invariants import versions_agree
from catalog.certificates.models import Certificate
from catalog.certificates.queries import get_certificate, governing, term_of
from catalog.certificates.refusals import ImportRefused, SamePerson
from catalog.certificates.service import enter, suspend, verify
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.registry.export import collect
from catalog.registry.files import write
from catalog.registry.format import COLUMNS
from catalog.registry.models import RegistryImport
from catalog.registry.refusals import FingerprintDiffers, RegistryImportSettled
from catalog.registry.service import Outcome, confirm, import_registry, reject
from core.accounts.actor import SYSTEM, Actor
from core.clock import today
from core.db import db, transaction
from core.errors import Forbidden, Invalid
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

DAY = timedelta(days=1)
CERTIFICATE: dict[str, Any] = {
    "code": "CN-X1", "product": "SP-X1", "decision_number": "9/QĐ-UBND", "decided_on": "2026-08-05",
    "issuer_level": "province", "issuer": "UBND tỉnh Xa", "stars": 4, "score": 72.5, "valid_from": "2026-08-05",
    "valid_until": "2029-08-05",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _on_a_day(clock: Clock) -> None:
    clock.on(date(2026, 11, 22))


@pytest.fixture
def first(make: ModuleType) -> Actor:
    return make.actor("certifier")


@pytest.fixture
def second(make: ModuleType) -> Actor:
    return make.actor("certifier")


def body(**tables: list[dict[str, Any]]) -> dict[str, Any]:
    """A file of another house: a producer, a product and a certificate, or other tables."""
    usual: dict[str, Any] = {
        "producers": [{"code": "CT-X1", "name": "HTX Xa", "kind": "cooperative", "tax_code": "0100233488"}],
        "products": [{"code": "SP-X1", "name": "Trà xa", "producer": "CT-X1", "set": 12}],
        "certificates": [CERTIFICATE],
    }
    return {"format": "ocop-registry", "version": 1, **usual, **tables}


def data(**tables: list[dict[str, Any]]) -> bytes:
    return json.dumps(body(**tables)).encode()


def changed(**values: Any) -> list[dict[str, Any]]:
    return [{**CERTIFICATE, **values}]


def batch() -> RegistryImport:
    return db.session.scalars(select(RegistryImport).order_by(RegistryImport.id.desc())).first()  # type: ignore[return-value]


def bring(first: Actor, second: Actor, content: bytes) -> Outcome:
    outcome = import_registry(first, content, "so.json")
    if outcome.code and batch().state == "waiting":
        confirm(second, outcome.code, fingerprint=batch().sha256[:8])
    return outcome


def faults(by: Actor, content: bytes) -> list[tuple[str, int, str]]:
    before = counts()
    with pytest.raises(ImportRefused) as refusal:
        import_registry(by, content, "so.json")
    assert counts() == before, "a refused file writes nothing"
    return [(one["table"], one["line"], one["column"]) for one in refusal.value.facts["errors"]]


def counts() -> tuple[int, ...]:
    tables = (Producer, Product, Certificate, RegistryImport)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_two_persons_and_the_same_file(app: Flask, first: Actor, second: Actor, make: ModuleType) -> None:
    outcome = import_registry(first, data(), "so.json")
    assert (outcome.new_producers, outcome.new_products, outcome.certificates) == (1, 1, 1)
    assert counts() == (1, 1, 0, 1)
    code, right = outcome.code or "", batch().sha256
    for by, said, refusal in (
        (first, right, SamePerson), (make.actor("admin"), right, Forbidden), (make.actor("auditor"), right, Forbidden),
        (second, "0" * 8, FingerprintDiffers), (second, right[:7], Invalid), (second, "", Invalid),
        (second, right + "0", FingerprintDiffers),
    ):  # fmt: skip
        with pytest.raises(refusal):
            confirm(by, code, fingerprint=said)
    with pytest.raises(FingerprintDiffers):
        confirm(second, code, copy=data() + b" ")
    assert counts()[2] == 0
    confirm(second, code, copy=data())
    one = get_certificate("CN-X1")
    assert (one.entered_by, one.verified_by, one.verified_on) == (first.user_id, second.user_id, today())
    assert governing([one.product_id], today())[one.product_id].code == "CN-X1"
    with pytest.raises(RegistryImportSettled):
        confirm(second, code, fingerprint=right)
    with pytest.raises(RegistryImportSettled):
        reject(first, code)


def test_the_same_again_and_nothing_new_do_nothing(app: Flask, first: Actor, second: Actor) -> None:
    assert not import_registry(first, data(), "so.json").is_repeat
    assert import_registry(first, data(), "so.json").is_repeat, "it waits already"
    confirm(second, batch().code, fingerprint=batch().sha256)
    before = counts()
    for again in (data(), data() + b"\n", write(collect(), "csv"), data(certificates=[]), data(products=[])):
        assert import_registry(first, again, "lai.json").is_repeat
    assert counts() == before


def test_a_dry_run_writes_nothing(app: Flask, first: Actor) -> None:
    outcome = import_registry(first, data(), "so.json", dry_run=True)
    assert (outcome.certificates, outcome.code) == (1, None)
    assert counts() == (0, 0, 0, 0)


def test_taken_back_it_may_come_again(app: Flask, first: Actor, second: Actor) -> None:
    outcome = import_registry(first, data(), "so.json")
    reject(second, outcome.code or "")
    again = bring(first, second, data())
    assert again.certificates == 1
    assert [one.state for one in db.session.scalars(select(RegistryImport).order_by(RegistryImport.id))] == [
        "rejected", "confirmed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"stars": 5}, "stars"),
        ({"stars": 3}, "stars"),
        ({"score": 72.25}, "score"),
        ({"valid_until": "2029-08-04"}, "valid_until"),
        ({"decision_number": "10/QĐ-UBND"}, "decision_number"),
        ({"issuer": "UBND tỉnh Gần"}, "issuer"),
        ({"is_demo": True}, "is_demo"),
    ],
)
def test_a_verified_fact_is_never_overwritten(
    app: Flask, first: Actor, second: Actor, values: dict[str, Any], column: str
) -> None:
    bring(first, second, data())
    before = write(collect(), "json")
    told = faults(first, data(certificates=changed(**({"score": None} if "stars" in values else {}), **values)))
    assert ("certificates", 1, column) in told
    assert write(collect(), "json") == before


def test_names_that_a_decision_bears_stay_and_others_follow(app: Flask, first: Actor, second: Actor) -> None:
    bring(first, second, data())
    renamed = {"code": "CT-X1", "name": "HTX Khác", "kind": "farm", "tax_code": "0314409058-002"}
    moved = {"code": "SP-X1", "name": "Trà khác", "producer": "CT-X1", "set": 11}
    assert faults(first, data(producers=[renamed], products=[moved])) == [
        ("producers", 1, "name"), ("producers", 1, "tax_code"), ("products", 1, "name"), ("products", 1, "set"),
    ]  # fmt: skip
    phone = {"code": "CT-X1", "name": "HTX Xa", "kind": "cooperative", "phone": "0912 345 678", "address": "Số 1"}
    outcome = bring(first, second, data(producers=[phone]))
    assert (outcome.changed_producers, outcome.certificates) == (1, 0)
    one = db.session.scalars(select(Producer)).one()
    assert (one.phone, one.address, one.tax_code) == ("+84912345678", "Số 1", "0100233488"), "silence takes nothing"


def test_candidates_without_a_certificate_may_change_their_name(app: Flask, first: Actor, second: Actor) -> None:
    bring(first, second, data(certificates=[]))
    assert batch().state == "done", "without certificates nobody else is needed"
    bring(first, second, data(certificates=[], products=[{**body()["products"][0], "name": "Trà mới"}]))
    one = db.session.scalars(select(Product)).one()
    assert (one.name, one.name_folded, one.slug, one.code) == ("Trà mới", "tra moi", "tra-moi", "SP-X1")


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"products": [{**body()["products"][0], "producer": "CT-NONE"}]}, ("products", 1, "producer")),
        ({"certificates": changed(product="SP-NONE")}, ("certificates", 1, "product")),
        ({"certificates": changed(stars=5, score=None)}, ("certificates", 1, "issuer_level")),
        ({"certificates": changed(score=69.25)}, ("certificates", 1, "score")),
        ({"certificates": changed(decided_on="2026-11-23", valid_from="2026-11-23")},
         ("certificates", 1, "decided_on")),
        ({"certificates": changed(valid_until="2031-01-01")}, ("certificates", 1, "valid_until")),
        ({"certificates": changed(extended_until="2029-10-01")}, ("certificates", 1, "extension_receipt")),
        ({"certificates": changed(extended_until="2030-08-05", extension_receipt="1")},
         ("certificates", 1, "extended_until")),
        ({"certificates": changed(revoked_on="2026-09-01")}, ("certificates", 1, "revoked_on")),
        ({"certificates": [CERTIFICATE, {**CERTIFICATE, "code": "CN-X2"}]}, ("certificates", 2, "decision_number")),
        ({"suspensions": [{"certificate": "CN-NONE", "from_on": "2026-09-01", "decision_number": "1", "ground": "x"}]},
         ("suspensions", 1, "certificate")),
        ({"suspensions": [{"certificate": "CN-X1", "from_on": "2026-09-03", "until_on": "2026-09-01",
                           "decision_number": "1", "ground": "x"}]}, ("suspensions", 1, "until_on")),
        ({"producers": [{**body()["producers"][0], "area": "99999"}]}, ("producers", 1, "area")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_by_place(
    app: Flask, first: Actor, tables: dict[str, Any], place: tuple[str, int, str]
) -> None:
    assert place in faults(first, data(**tables))


def test_a_contradiction_with_its_reason_stands_as_an_exception(app: Flask, first: Actor, second: Actor) -> None:
    reason = "Bản giấy ghi như vậy, đã đối chiếu với nơi ký."
    bring(first, second, data(certificates=changed(score=69.25, exception_reason=reason)))
    one = get_certificate("CN-X1")
    assert (one.exception_reason, one.is_exception_accepted) == (reason, True)


def test_a_code_names_an_area_only_with_its_epoch(app: Flask, first: Actor, second: Actor, make: ModuleType) -> None:
    standing = make.area("Xã Mới", code="11728")
    with transaction() as session:
        session.add(
            Area(
                code="11728",
                valid_from=date(1900, 1, 1),
                valid_until=date(2025, 6, 30),
                kind="commune",
                name="Xã Cũ",
                name_folded="cu",
                sort_key="cu",
            )
        )
    old = {**body()["producers"][0], "area": "11728", "area_from": "1900-01-01"}
    new = {**body()["products"][0], "area": "11728"}
    bring(first, second, data(producers=[old], products=[new]))
    maker, product = db.session.scalars(select(Producer)).one(), db.session.scalars(select(Product)).one()
    assert (maker.area.name if maker.area else "", product.area_id) == ("Xã Cũ", standing.id)


def test_later_decisions_come_as_acts_of_the_second_person(app: Flask, first: Actor, second: Actor) -> None:
    bring(first, second, data())
    pause = {"certificate": "CN-X1", "from_on": "2026-11-01", "decision_number": "1/QĐ", "ground": "nhãn"}
    later = changed(extended_until="2029-12-31", extension_receipt="0007")
    outcome = import_registry(first, data(certificates=later, suspensions=[pause]), "sau.json")
    assert (outcome.certificates, outcome.acts) == (0, 2)
    one = get_certificate("CN-X1")
    assert governing([one.product_id], today()), "one person changes nothing"
    confirm(second, outcome.code or "", fingerprint=batch().sha256)
    assert governing([one.product_id], today()) == {}
    assert (one.extended_until, one.extension_receipt) == (date(2029, 12, 31), "0007")
    over = {**pause, "until_on": "2026-11-10"}
    bring(first, second, data(certificates=later, suspensions=[over]))
    assert [(p.from_on, p.until_on) for p in one.suspensions] == [(date(2026, 11, 1), date(2026, 11, 10))]
    assert governing([one.product_id], today())
    gone = [{**later[0], "revoked_on": "2026-11-20", "revocation_number": "=2/QĐ", "revocation_ground": "breach",
             "revocation_authority": "UBND tỉnh Xa"}]  # fmt: skip
    bring(first, second, data(certificates=gone, suspensions=[over]))
    assert (one.revoked_on, one.revocation_number) == (date(2026, 11, 20), "=2/QĐ")
    assert list(versions_agree()) == []
    assert import_registry(first, data(), "cu.json").is_repeat, "an older file takes nothing back"
    other = [{**gone[0], "revoked_on": "2026-11-19"}]
    assert faults(first, data(certificates=other, suspensions=[over])) == [("certificates", 1, "revoked_on")]


def test_what_changed_before_the_second_person_came_is_told(app: Flask, first: Actor, second: Actor) -> None:
    """The file waits; meanwhile somebody enters the same decision here by hand."""
    import_registry(first, data(), "so.json")
    values = {name: date.fromisoformat(CERTIFICATE[name]) for name in ("decided_on", "valid_from", "valid_until")}
    told = {name: CERTIFICATE[name] for name in ("product", "decision_number", "issuer_level", "issuer", "stars")}
    own = enter(SYSTEM, **told, **values)
    verify(second, own.code, stars=4, valid_until=own.valid_until)
    with pytest.raises(ImportRefused):
        confirm(second, batch().code, fingerprint=batch().sha256)
    assert batch().state == "waiting"
    assert counts()[2] == 1


def test_a_newer_certificate_takes_over_from_ours(app: Flask, first: Actor, second: Actor, clock: Clock) -> None:
    bring(first, second, data())
    clock.on(date(2027, 3, 1))
    newer = {**CERTIFICATE, "code": "CN-X2", "decision_number": "1/2027", "decided_on": "2027-02-01",
             "valid_from": "2027-02-01", "valid_until": "2030-02-01"}  # fmt: skip
    bring(first, second, data(certificates=[CERTIFICATE, newer]))
    old, new = get_certificate("CN-X1"), get_certificate("CN-X2")
    assert (term_of(old).ends_on, term_of(new).starts_on) == (date(2027, 2, 28), date(2027, 3, 1))
    assert import_registry(first, data(certificates=[CERTIFICATE, newer]), "lai.json").is_repeat


def test_duplicates_are_warned_of_not_refused(app: Flask, first: Actor, make: ModuleType) -> None:
    twin = make.producer("HTX Đã Có")
    with transaction() as session:
        session.merge(twin).tax_code = "0100233488"
    odd = {**body()["products"][0], "ocop_code": "mã lạ"}
    warnings = import_registry(first, data(products=[odd]), "so.json", dry_run=True).warnings
    assert any("HTX Đã Có" in text for text in warnings)
    assert any("mã lạ" in text for text in warnings)


def test_unverified_entries_stay_at_home(app: Flask, make: ModuleType) -> None:
    make.certificate(verified=False)
    suspended = make.certificate(make.product())
    suspend(SYSTEM, suspended.code, decision_number="1", ground="x")
    tables = collect()
    assert [row["code"] for row in tables["certificates"]] == [suspended.code]
    assert [row["certificate"] for row in tables["suspensions"]] == [suspended.code]


def test_over_http(client: FlaskClient, make: ModuleType) -> None:
    url, certifier, other = "/api/v1/registry", make.headers("certifier"), make.headers("certifier")
    sent = {"data": data(), "content_type": "application/json", "query_string": {"file_name": "so.json"}}
    trial = client.post(f"{url}/imports", headers=certifier, **{**sent, "query_string": {"dry_run": 1}})
    assert (trial.status_code, trial.json["certificates"], trial.json["code"]) == (200, 1, None)
    made = client.post(f"{url}/imports", headers=certifier, **sent).json
    said = {"fingerprint": batch().sha256[:10]}
    where = f"{url}/imports/{made['code']}/confirmation"
    own = client.post(where, json=said, headers=certifier)
    assert (own.status_code, own.json["code"]) == (409, "verification.same_person")
    done = client.post(where, json=said, headers=other)
    assert (done.status_code, done.json["state"]) == (200, "confirmed")
    auditor = make.headers("auditor")
    assert client.get(url, headers=auditor).data == write(collect(), "json")
    assert client.get(url, query_string={"format": "csv"}, headers=auditor).data == write(collect(), "csv")
    assert client.get(url, query_string={"format": "exe"}, headers=auditor).status_code == 422
    bad = client.post(f"{url}/imports", headers=certifier, data=b"{}", content_type="application/json")
    assert (bad.status_code, bad.json["code"]) == (422, "import.refused")
    assert client.post(f"{url}/imports", headers=auditor, **sent).status_code == 403
    assert client.get(url, headers=make.headers("producer", ("producer", "CT-X1"))).status_code == 403
    assert client.get(url).status_code == 401
    assert client.get(f"{url}/imports", headers=auditor).json["total"] == 1


def test_by_command(app: Flask, tmp_path: Path, make: ModuleType) -> None:
    make.certificate(make.product("=Trà"))
    runner = app.test_cli_runner()
    for name in ("so.json", "so.zip", "so.xlsx"):
        done = runner.invoke(args=["registry", "export", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert "1 certificates" in done.output
        assert "nothing to do" in runner.invoke(args=["registry", "import", str(tmp_path / name)]).output
    folder = tmp_path / "bang"
    folder.mkdir()
    (folder / "producers.csv").write_text(",".join(COLUMNS["producers"]) + "\nCT-9,Tên,big,,,,,,\n")
    refused = runner.invoke(args=["registry", "import", str(folder)])
    assert refused.exit_code == 1
    assert "bang:producers:2:kind:" in refused.output
    (tmp_path / "moi.json").write_bytes(data())
    assert "would wait" in runner.invoke(args=["registry", "import", str(tmp_path / "moi.json"), "--dry-run"]).output
    assert "wait as SDK-" in runner.invoke(args=["registry", "import", str(tmp_path / "moi.json")]).output
    command = ["registry", "confirm", batch().code, "--by", make.user("certifier", email="hai@example.test").email]
    wrong = runner.invoke(args=[*command, "--fingerprint", "00000000"])
    assert wrong.exit_code == 1
    assert batch().state == "waiting"
    assert "confirmed: 1 certificates" in runner.invoke(args=[*command, "--copy", str(tmp_path / "moi.json")]).output
