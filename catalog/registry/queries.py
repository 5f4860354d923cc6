"""Reading the files that were brought in."""

from collections.abc import Sequence

from sqlalchemy import func, select

from catalog.registry.models import RegistryImport
from catalog.registry.refusals import RegistryImportNotFound
from core.db import db


def find_standing(sha256: str) -> RegistryImport | None:
    """The file of these bytes that was not taken back."""
    query = select(RegistryImport).where(RegistryImport.sha256 == sha256, RegistryImport.state != "rejected")
    return db.session.scalars(query).first()


def get_import(code: str) -> RegistryImport:
    """A file by its code. Refuses with RegistryImportNotFound."""
    found = db.session.scalars(select(RegistryImport).where(RegistryImport.code == code)).first()
    if found is None:
        raise RegistryImportNotFound
    return found


def list_imports(page: int, per_page: int) -> tuple[Sequence[RegistryImport], int]:
    """A page of files, newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(RegistryImport)) or 0
    query = select(RegistryImport).order_by(RegistryImport.id.desc())
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def count_waiting() -> int:
    """How many files wait for a second person."""
    query = select(func.count()).select_from(RegistryImport).where(RegistryImport.state == "waiting")
    return db.session.scalar(query) or 0
