from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
BASE = "/api/v1/certificates"


@pytest.fixture
def certificate(make: ModuleType, clock: Clock) -> Any:
    clock.on(TODAY)
    return make.certificate(make.product(), valid_from=date(2024, 4, 21), valid_until=TODAY + 150 * DAY)


def test_from_the_producers_word_to_the_result(client: FlaskClient, make: ModuleType, certificate: Any) -> None:
    own = make.headers("producer", ("producer", certificate.product.producer.code))
    certifier = make.headers("certifier")
    url = f"{BASE}/{certificate.code}/renewals"
    shown = client.get(url, headers=own).json
    assert (shown["stage"], shown["days_left"], shown["window"]["closes_on"]) == ("window_open", 150, "2026-12-22")
    sent = {"receipt_number": "15/PTN-OCOP", "received_on": "2026-11-20", "authority": "UBND xã Kiến Hưng"}
    made = client.post(url, json=sent, headers=own)
    assert (made.status_code, made.json["is_confirmed"], made.json["timing"]) == (201, False, "in_window")
    again = client.post(url, json=sent, headers=own)
    assert (again.status_code, again.json["code"]) == (409, "renewal.duplicate")
    dossier = f"/api/v1/renewals/{made.json['code']}"
    assert client.post(f"{dossier}/confirmation", json={}, headers=own).status_code == 403
    sure = client.post(f"{dossier}/confirmation", json={"complete_on": "2026-11-21"}, headers=certifier)
    assert (sure.json["is_confirmed"], sure.json["evaluation_due"]) == (True, "2027-01-05")
    assert client.get(url, headers=own).json["stage"] == "filed"
    done = client.post(f"{dossier}/outcome", json={"outcome": "refused", "decided_on": "2026-11-22"}, headers=certifier)
    assert (done.status_code, done.json["outcome"]) == (200, "refused")
    assert client.get(url, headers=certifier).json["stage"] == "window_open"


@pytest.mark.on("sqlite")
def test_strangers_and_nonsense(client: FlaskClient, make: ModuleType, certificate: Any) -> None:
    url = f"{BASE}/{certificate.code}/renewals"
    stranger = make.headers("producer", ("producer", make.producer().code))
    assert client.get(url).status_code == 401
    assert client.get(url, headers=stranger).status_code == 404
    assert client.get(f"{BASE}/CN-NOTHERE/renewals", headers=make.headers("auditor")).status_code == 404
    certifier = make.headers("certifier")
    good = {"receipt_number": "1", "received_on": "2026-11-20"}
    for bad in ({}, {**good, "x": 1}, {**good, "received_on": "20/11/2026"}, {**good, "received_on": "2026-11-23"},
                {**good, "receipt_number": "1\u202e2"}):  # fmt: skip
        assert client.post(url, json=bad, headers=certifier).status_code == 422, bad
    gone = client.delete("/api/v1/renewals/HL-NOTHERE", headers=certifier)
    assert (gone.status_code, gone.json["code"]) == (404, "renewal.not_found")
    told = client.post(
        url, json=good, headers=make.headers("producer", ("producer", certificate.product.producer.code))
    )
    assert client.delete(f"/api/v1/renewals/{told.json['code']}", headers=certifier).status_code == 204
