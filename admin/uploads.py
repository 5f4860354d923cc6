"""Files that wait between a trial run and its confirmation: kept a day, under the digest of their content.

They lie in the instance folder, so on several machines the confirmation must reach the machine of the trial
(sticky sessions), or is told to send the file again; nothing is lost.
"""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from core.schedule import hourly

KEEP = timedelta(days=1)
_KEY = re.compile(r"[0-9a-f]{64}")


def keep(data: bytes) -> str:
    """Put a file aside; answers its key."""
    key = hashlib.sha256(data).hexdigest()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{key}.part"
    part.write_bytes(data)
    part.rename(folder / key)
    return key


def find(key: str) -> bytes | None:
    """The file of that key, or None when it is gone or was never there."""
    path = _folder() / key
    return path.read_bytes() if _KEY.fullmatch(key) and path.is_file() else None


def drop(key: str) -> None:
    """Forget a file that has served."""
    if _KEY.fullmatch(key):
        (_folder() / key).unlink(missing_ok=True)


@hourly
def tidy_uploads(at: datetime) -> int:
    """Forget files that nobody confirmed within a day."""
    oldest = (at - KEEP).timestamp()
    old = [path for path in _folder().glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return current_app.extensions["config"].instance / "uploads"
