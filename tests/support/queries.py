"""How many statements something takes."""

from collections.abc import Callable

from sqlalchemy import event

from core.db import db


def counted(work: Callable[[], object], kind: str = "") -> int:
    """Run it and answer how many statements went to the database; kind: only those that begin so, such as SELECT."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bind = db.session.get_bind()
    db.session.expire_all()
    event.listen(bind, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return sum(statement.startswith(kind) for statement in seen)
