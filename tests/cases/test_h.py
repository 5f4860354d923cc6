"""Cases H1 and H2: the clock itself, and days that months do not have."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.certificates.rules import other_count, proposed_last_day
from core import skew
from core.clock import machine_now
from core.db import dialect_name
from core.doctor import examine
from tests.cases.conftest import World
from tests.support.sources import ROOT

NO_ZONES = "import sys; sys.modules['tzdata'] = None; import core.clock"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("program", "starts"), [(NO_ZONES, False), ("import core.clock", True)])
def test_h1_without_time_zone_data_nothing_starts(program: str, starts: bool) -> None:
    """Neither the machine's data nor the package: a plain sentence, and no shop."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PYTHONTZPATH": "", "PATH": "/usr/bin:/bin", "TZ": "America/Los_Angeles"},
    )  # fmt: skip
    assert (done.returncode == 0) is starts, done.stderr
    assert starts or done.stderr.startswith("Cannot start: no time zone data")


def apart(world: World, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the database's clock differ by so much, and nobody remember that it did not."""
    monkeypatch.setattr(skew, "_agreed", None)
    monkeypatch.setattr(skew, "database_now", lambda: machine_now() + timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "told", "sells"), [(0, False, True), (-3, True, True), (61, True, False)])
def test_h1_clocks_that_differ_are_told_and_stop_selling(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float, told: bool, sells: bool
) -> None:
    """Two seconds: the doctor, /readyz and /metrics say so. A minute: not ready, and no sale is decided."""
    token = world.cart()
    apart(world, monkeypatch, seconds)
    found = [one for one in examine() if one.invariant.code == "I19"]
    assert bool(found[0].breaches) is told
    ready = world.client.get("/readyz")
    assert (ready.json["checks"]["clock"] == "ok") is sells
    assert sells or ready.status_code == 503
    assert bool(ready.json["warnings"].get("clock")) is told
    (line,) = [one for one in world.client.get("/metrics").text.splitlines() if one.startswith("clock_skew_seconds")]
    assert float(line.split()[1]) == pytest.approx(seconds, abs=1)
    if sells:
        assert world.order(cart=token).state == "placed"
        return
    with pytest.raises(skew.ClockWrong):
        world.order(cart=token)
    body = {
        "contact": {"name": "Người thử", "phone": "0912345678"}, "payment": {"provider": "at_store"},
        "fulfilment": {"method": "pickup", "store": world.store.code}, "expected_total": 120_000,
    }  # fmt: skip
    answer = world.client.post(f"/api/v1/carts/{token}/checkout", json=body)
    assert (answer.status_code, answer.json["code"]) == (503, "clock.wrong")
    assert world.on_hand() == (10, 0)


def test_h1_clocks_that_agreed_are_asked_again_soon_or_after_a_jump(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once in a quarter of a minute, since a sale is no time to ask twice; at once when this machine's clock jumps."""
    apart(world, monkeypatch, 0)
    skew.check_clocks()
    monkeypatch.setattr(skew, "database_now", lambda: machine_now() + timedelta(seconds=61))
    skew.check_clocks()
    agreed = skew._agreed
    assert agreed is not None
    monkeypatch.setattr(skew, "_agreed", replace(agreed, steady=agreed.steady - 16))
    with pytest.raises(skew.ClockWrong):
        skew.check_clocks()
    monkeypatch.setattr(skew, "_agreed", replace(agreed, lead=agreed.lead - 1))
    with pytest.raises(skew.ClockWrong):
        skew.check_clocks()


def test_h1_the_databases_own_clock_is_asked(world: World) -> None:
    """PostgreSQL's clock is on this machine here, so they agree, though the test lives elsewhere."""
    assert abs(skew.measure()) < timedelta(seconds=2)
    assert dialect_name() in ("sqlite", "postgresql")
    assert abs(skew.database_now() - machine_now()) < timedelta(seconds=5)


def test_h2_months_are_counted_in_proposals_only(world: World) -> None:
    """29 February and month ends: a proposal is clamped, both ways of counting are shown, an entry is kept as typed."""
    assert proposed_last_day(date(2024, 2, 29)) == date(2027, 2, 28)
    assert other_count(date(2024, 2, 29)) == date(2027, 2, 27)
    assert proposed_last_day(date(2023, 8, 31)) == date(2026, 8, 31)
    for last in (date(2027, 2, 28), date(2027, 2, 27), date(2027, 1, 31)):
        one = world.make.certificate(valid_from=date(2024, 2, 29), valid_until=last)
        assert world.client.get(f"/api/v1/certificates/{one.code}").json["valid_until"] == last.isoformat()
