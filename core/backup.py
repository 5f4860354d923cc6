"""Copies: SQLite by its own online backup, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from core.db import db, dialect_name


class BackupFailed(Exception):
    """The tool said why."""


def backup_to(file: Path) -> None:
    """Write one consistent copy of the database to ``file``, under load. Raises BackupFailed."""
    part = file.with_suffix(file.suffix + ".part")
    if dialect_name() == "sqlite":
        _copy_sqlite(Path(str(db.engine.url.database)), part)
    else:
        _run("pg_dump", "--format=custom", f"--file={part}")
    part.replace(file)


def restore_from(file: Path) -> None:
    """Replace the present database with the copy. Raises BackupFailed when it is none."""
    if dialect_name() == "sqlite":
        target = Path(str(db.engine.url.database))
        db.engine.dispose()
        _check_sqlite(file)
        for tail in ("-wal", "-shm"):
            Path(f"{target}{tail}").unlink(missing_ok=True)
        part = target.with_suffix(".restoring")
        shutil.copy(file, part)
        part.replace(target)
    else:
        db.engine.dispose()
        _run("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", str(file))


def _copy_sqlite(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as reader, sqlite3.connect(target) as writer:
        reader.backup(writer)
    _check_sqlite(target)


def _check_sqlite(file: Path) -> None:
    try:
        with sqlite3.connect(file) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{file} is no database") from error
    if found != "ok":
        raise BackupFailed(f"{file}: {found}")


def _run(tool: str, *arguments: str) -> None:
    url = make_url(db.engine.url)
    environment = os.environ | {
        "PGHOST": str(url.query.get("host") or url.host or ""), "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "", "PGPASSWORD": url.password or "", "PGDATABASE": url.database or "",
    }  # fmt: skip
    extra = [f"--dbname={url.database}"] if tool == "pg_restore" else []
    done = subprocess.run([tool, *extra, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(done.stderr.strip() or f"{tool} failed")
