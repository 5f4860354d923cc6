"""What runs behind the desks: reactions that wait or failed, jobs of the clock, a retry."""

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select, update

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import count_failing, count_overdue, list_outbox
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.outbox import OutboxRow
from core.schedule import ScheduleRun, jobs
from core.web.access import current_actor, needs
from core.web.pages import flash, render


@desk.get("/viec-nen")
@needs("jobs.read")
def background() -> Response:
    """Reactions that are not done, those that failed most often first; and when each job last ran."""
    failed_only, page = asked_text("state") == "failed", page_number()
    rows, total = list_outbox(page, PER_PAGE, failed_only=failed_only)
    ran = {run.job: run.ran_at for run in db.session.scalars(select(ScheduleRun))}
    return render(
        "desk/jobs.html", rows=rows, total=total, page=page, pages=pages_of(total), failed_only=failed_only,
        failing=count_failing(), overdue=count_overdue(), runs=[(name, ran.get(name)) for name in jobs()],
    )  # fmt: skip


@desk.post("/viec-nen/<int:row_id>/thu-lai")
@needs("jobs.retry")
def retry(row_id: int) -> Response:
    """Let a reaction be tried at once instead of after its wait; the worker runs it."""
    with transaction() as session:
        waiting = OutboxRow.id == row_id, OutboxRow.done_at.is_(None)
        if not session.execute(update(OutboxRow).where(*waiting).values(due_at=now())).rowcount:  # type: ignore[attr-defined]
            raise NotFound
        record("outbox.retried", f"outbox:{row_id}", current_actor())
    flash(_("Sẽ thử lại ngay."))
    return go("desk.background")
