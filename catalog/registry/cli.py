"""Commands: ``registry export``, ``registry import``, ``registry confirm``."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask

from catalog.certificates.refusals import ImportRefused
from catalog.registry.export import collect
from catalog.registry.files import ENDINGS, FORMS, write
from catalog.registry.service import Outcome, confirm, import_registry
from core.accounts.actor import SYSTEM
from core.accounts.queries import actor_of, get_by_text
from core.errors import Refusal


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(registry)


@click.group()
def registry() -> None:
    """The registry as a file for a provincial or national database, and back."""


@registry.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option("--format", "form", type=click.Choice(FORMS), help="By the file's ending when left out.")
def export_command(file: Path, form: str | None) -> None:
    """Write every producer, product and confirmed certificate; the same state gives the same bytes."""
    form = form or next((name for name, ending in ENDINGS.items() if file.suffix.lower() == ending), "json")
    tables = collect()
    data = write(tables, form)
    file.write_bytes(data)
    counts = ", ".join(f"{len(rows)} {name}" for name, rows in tables.items())
    click.echo(f"{file}: {counts}")
    click.echo(f"sha256 {hashlib.sha256(data).hexdigest()}")


@registry.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, readable=True))
@click.option("--by", "contact", help="Account that imports (its owner may not confirm); default: the system.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
def import_command(file: Path, contact: str | None, dry_run: bool) -> None:
    """Bring in a JSON, XLSX or zip of CSV tables (or their folder): all or nothing, errors by table and line."""
    try:
        by = actor_of(get_by_text(contact)) if contact else SYSTEM
        outcome = import_registry(by, _content(file), file.name, dry_run=dry_run)
    except ImportRefused as refusal:
        _complain(file.name, refusal)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for line in _said(outcome, dry_run=dry_run):
        click.echo(line)


@registry.command("confirm")
@click.argument("code")
@click.option("--by", "contact", required=True, help="The second person's account.")
@click.option("--fingerprint", help="First 8 signs or more of the file's SHA-256, as the sender told them.")
@click.option(
    "--copy", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Or her own copy of the file."
)
def confirm_command(code: str, contact: str, fingerprint: str | None, copy: Path | None) -> None:
    """Confirm a file as the second person; for large ones, which keep other writers waiting."""
    try:
        by = actor_of(get_by_text(contact))
        done = confirm(by, code, fingerprint=fingerprint, copy=copy.read_bytes() if copy else None)
    except ImportRefused as refusal:
        _complain(code, refusal)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    else:
        click.echo(
            f"{done.code} confirmed: {done.summary['certificates']} certificates, {done.summary['acts']} decisions"
        )


def _complain(name: str, refusal: ImportRefused) -> NoReturn:
    """Every fault by place, and a failure."""
    for fault in refusal.facts["errors"]:
        where = ":".join(str(part) for part in (name, fault["table"], fault["line"], fault["column"]) if part)
        click.echo(f"{where}: {fault['message']}", err=True)
    raise SystemExit(1) from refusal


def _content(file: Path) -> bytes:
    """The file's bytes; a folder's tables in the form of a zip."""
    if file.is_file():
        return file.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for table in sorted(file.glob("*.csv")):
            package.writestr(zipfile.ZipInfo(table.name), table.read_bytes())
    return out.getvalue()


def _said(outcome: Outcome, *, dry_run: bool) -> list[str]:
    if outcome.is_repeat:
        return ["nothing new in this file: nothing to do"]
    would = "would write" if dry_run else "wrote"
    lines = [f"warning: {text}" for text in outcome.warnings]
    lines.append(
        f"{would} {outcome.new_producers} new producers ({outcome.changed_producers} changed),"
        f" {outcome.new_products} new products ({outcome.changed_products} changed)"
    )
    if outcome.certificates or outcome.acts:
        waits = "would wait" if dry_run else f"wait as {outcome.code}"
        lines.append(
            f"{outcome.certificates} certificates and {outcome.acts} later decisions {waits} for a second person"
        )
    return lines
