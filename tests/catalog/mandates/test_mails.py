"""What is mailed about mandates: to whom, with what, and nothing to whoever did it herself."""

from datetime import date, timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from catalog.mandates import reactions
from catalog.mandates.events import DeedsTold, MandateTold
from catalog.mandates.queries import deeds_of
from catalog.mandates.service import give
from core.accounts.acting import stand_in
from core.accounts.queries import actor_of
from core.audit import record
from core.clock import today
from core.db import transaction
from tests.support.clock import Clock
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")


def test_she_reads_what_was_done(app: Flask, make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", sent.append)
    clock.on(date(2026, 11, 22))
    owner = make.producer("HTX Cát Bà")
    her = make.user("producer", ("producer", owner.code), email="chair@example.test")
    agent = make.user("certifier", name="Cán bộ xã An")
    dates: dict[str, Any] = {"from_on": today(), "until_on": today() + timedelta(days=9)}
    mandate = give(actor_of(her), producer=owner.code, contact=agent.contact, parts=("photos", "prices"), **dates)
    reactions.mail_mandate(MandateTold(mandate.id, agent.id, "given"))
    assert (sent[0]["To"], sent[0]["Subject"]) == (agent.email, "HTX Cát Bà ủy quyền cho bạn")
    assert "Ảnh sản phẩm, Giá bán" in text_of(sent[0])
    assert f"/quan-ly/uy-quyen/{mandate.code}" in text_of(sent[0])
    clock.forward(minutes=5)
    acting = stand_in(actor_of(agent), mandate.code, today())
    assert acting is not None
    with transaction():
        record("photo.added", "photo:AH-1", acting)
        record("something.new", "photo:AH-2", acting)
    entries = deeds_of(mandate)
    reactions.mail_deeds(DeedsTold(mandate.id, her.id, entries[-1].id, entries[0].id))
    assert (sent[1]["To"], sent[1]["Subject"]) == ("chair@example.test", "Cán bộ xã An đã làm thay HTX Cát Bà")
    assert "- 22/11/2026 09:05: Thêm ảnh (photo:AH-1)" in text_of(sent[1])
    assert "something.new (photo:AH-2)" in text_of(sent[1]), "a deed without words of its own is told all the same"
