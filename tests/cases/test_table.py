"""The table of consequences is whole, and every cell is held by what it names."""

import re
from datetime import timedelta

import pytest

from catalog.certificates.queries import list_ending
from catalog.certificates.refusals import CertificateLapsed
from catalog.consequences.port import foreseen_kinds
from catalog.consequences.rules import OBJECTS, Effect, Happening
from catalog.consequences.service import consequences
from catalog.consequences.table import Cell, Held, cells
from catalog.consequences.words import sentence
from core.accounts.actor import SYSTEM
from shop.inventory.service import Delivered, receive
from tests.cases.conftest import LAST, NEXT, World
from tests.support.forms import submit
from tests.support.sources import ROOT


def reactions() -> dict[str, set[str]]:
    """Registered reactions and the happenings of which each hears."""
    return {f"{one.run.__module__}.{one.run.__qualname__}": set(one.happenings) for one in consequences()}


def fault(cell: Cell) -> str | None:
    """What is wrong with a cell, or None."""
    if cell.held in (Held.DOOR, Held.TOLD):
        path, _sep, name = cell.by.partition("::")
        file = ROOT / path
        stands = file.is_file() and re.search(rf"^def {name}\(", file.read_text(encoding="utf-8"), re.M)
        return None if stands and name.startswith("test_") else f"no such test: {cell.by}"
    if cell.held is Held.REACTION:
        known = reactions().get(cell.by)
        return None if known is not None and cell.happening in known else f"no such reaction: {cell.by}"
    return None if not cell.by else "nothing is held by nobody"


@pytest.mark.on("sqlite")
def test_every_object_stands_against_every_happening(app) -> None:
    wanted = [(kind, happening) for kind in OBJECTS for happening in Happening]
    assert [(cell.object, cell.happening) for cell in cells()] == wanted
    assert not [cell for cell in cells() if not cell.act or not cell.source]


@pytest.mark.on("sqlite")
def test_every_cell_is_held_by_what_it_names(app) -> None:
    assert {(c.object, c.happening): wrong for c in cells() if (wrong := fault(c))} == {}


@pytest.mark.on("sqlite")
def test_no_reaction_is_missing_from_the_table(app) -> None:
    stated = {(cell.by, cell.happening) for cell in cells() if cell.held is Held.REACTION}
    told = {(name, str(happening)) for name, kinds in reactions().items() for happening in kinds}
    listed = {(name, happening) for name, happening in told if not name.startswith("catalog.listings.")}
    assert listed - stated == set()  # what listings do only wakes the index: their doors are in the table


@pytest.mark.on("sqlite")
def test_a_cell_without_its_holder_is_found(app) -> None:
    """The control: the walk above would see it."""
    lost = Cell("lot", "lapse", "blocked", Held.REACTION, "shop.inventory.reactions.gone", "control")
    deaf = Cell("lot", "renewal", "freed", Held.REACTION, "shop.inventory.reactions.block_lots", "control")
    untested = Cell("cart", "lapse", "marked", Held.DOOR, "tests/cases/test_c.py::test_nowhere", "control")
    assert None not in (fault(lost), fault(deaf), fault(untested))


@pytest.mark.on("sqlite")
def test_what_is_foreseen_can_be_said(app) -> None:
    assert foreseen_kinds() <= set(OBJECTS)
    with app.test_request_context():
        told = sentence(Effect("lot", "blocked", 2, units=41, stores=2, money_vnd=4_100_000))
    assert told.startswith("41 ")
    assert "4.100.000" in told


def test_an_approaching_end_is_said_on_the_page_and_on_the_desk(world: World) -> None:
    """Thirty days or fewer: the product's answer says until when it is sold; the list of endings names it."""
    shown = world.client.get(f"/api/v1/products/{world.product.slug}").json
    assert shown["sellable_until"] == LAST.isoformat()
    assert [one.id for one, _last in list_ending(LAST - timedelta(days=30), LAST)] == [world.certificate.id]


def test_an_approaching_end_is_said_in_the_cart(world: World) -> None:
    """The line carries the last day on which it can be decided."""
    submit(world.client, "/gio-hang", {"sku": world.sku.code})
    assert f"đến {LAST:%d/%m/%Y}" in world.client.get("/gio-hang").text


def delivered(world: World) -> Delivered:
    return Delivered(world.sku.code, "L-NEW", 5, None, None, is_consigned=True, unit_cost_vnd=80_000)


def test_a_delivery_warns_of_a_star_that_ends_soon(world: World) -> None:
    taken = receive(world.store, [delivered(world)], SYSTEM)
    assert taken.lines[0].warnings == ["certificate.ends_soon"]


def test_a_delivery_is_refused_without_a_star(world: World) -> None:
    world.clock.on(NEXT)
    with pytest.raises(CertificateLapsed):
        receive(world.store, [delivered(world)], SYSTEM)
