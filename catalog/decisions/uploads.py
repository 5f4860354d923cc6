"""Files that wait between a trial and its entry: a day, in the database, for whoever sent them.

The next request may reach another machine, so nothing lies on a local disk. The key is the digest of the content.
A file that has served stays until it is tidied away, so that a button pressed twice finds what the first press did.
"""

import hashlib
import re
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from catalog.decisions.models import Upload
from core.accounts.actor import Actor
from core.clock import now
from core.db import db, transaction
from core.schedule import hourly

KEEP = timedelta(days=1)
_KEY = re.compile(r"[0-9a-f]{64}")


def keep(by: Actor, data: bytes) -> str:
    """Put a file aside; answers its key."""
    key = hashlib.sha256(data).hexdigest()
    with transaction() as session:
        session.execute(delete(Upload).where(Upload.owner_id == by.user_id, Upload.sha256 == key))
        session.add(Upload(owner_id=by.user_id, sha256=key, data=data, kept_at=now()))
    return key


def find(by: Actor, key: str) -> bytes | None:
    """One's own file of that key, or None when it is gone or was never there."""
    if not _KEY.fullmatch(key):
        return None
    return db.session.scalar(select(Upload.data).where(Upload.owner_id == by.user_id, Upload.sha256 == key))


@hourly
def tidy_uploads(at: datetime) -> int:
    """Forget files that nobody took up within a day; answers how many."""
    with transaction() as session:
        old = delete(Upload).where(Upload.kept_at < at - KEEP).returning(Upload.id)
        return len(session.scalars(old).all())
