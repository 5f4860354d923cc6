from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from catalog.renewals.jobs import remind
from catalog.renewals.models import RenewalReminder
from core.db import db
from core.worker import run_pending
from tests import make
from tests.support.clock import Clock
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction

TODAY = date(2026, 11, 22)


def test_two_workers_at_once_remind_once(live: Live, clock: Clock) -> None:
    clock.on(TODAY)
    mails: list[EmailMessage] = []
    live.app.extensions["mailer"] = mails.append

    def prepare() -> None:
        begun = TODAY - timedelta(days=900)
        for days in (20, 100):
            product = make.product()
            make.certificate(product, valid_from=begun, valid_until=TODAY + timedelta(days=days))
            make.user("producer", ("producer", product.producer.code))

    live.run(prepare)
    made = live.together(4, lambda _n: remind(TODAY))
    assert sum(one for one in made if isinstance(one, int)) == 2, made

    def check() -> list[str]:
        while run_pending():
            pass
        return list(db.session.scalars(select(RenewalReminder.state).order_by(RenewalReminder.state)))

    assert live.run(check) == ["sent", "sent", "skipped", "skipped", "skipped", "skipped"]
    assert len(mails) == 2
