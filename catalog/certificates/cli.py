"""Command: ``certificates import``."""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from catalog.certificates.importing import Decision, import_decision
from catalog.certificates.models import LEVELS
from catalog.certificates.refusals import ImportRefused
from core.accounts.actor import SYSTEM
from core.accounts.queries import actor_of, get_by_text
from core.errors import Refusal


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(certificates)


@click.group()
def certificates() -> None:
    """Certificates of OCOP products."""


@certificates.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--decision-number", required=True, help="As printed: 3981/QĐ-UBND.")
@click.option("--decided-on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day of the decision.")
@click.option("--issuer-level", required=True, type=click.Choice(LEVELS))
@click.option("--issuer", required=True, help="The authority as printed.")
@click.option("--by", "contact", help="Account that imports (its owner may not verify); default: the system.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
def import_command(
    file: Path,
    decision_number: str,
    decided_on: datetime,
    issuer_level: str,
    issuer: str,
    contact: str | None,
    dry_run: bool,
) -> None:
    """Enter one decision over many products from CSV or XLSX: all or nothing, errors by line."""
    decision = Decision(decision_number.strip(), decided_on.date(), issuer_level, issuer.strip())
    try:
        by = actor_of(get_by_text(contact)) if contact else SYSTEM
        outcome = import_decision(by, decision, file.read_bytes(), file.name, dry_run=dry_run)
    except ImportRefused as refusal:
        for fault in refusal.facts["errors"]:
            where = f"{file.name}:{fault['line']}" + (f" {fault['column']}" if fault["column"] else "")
            click.echo(f"{where}: {fault['message']}", err=True)
        raise SystemExit(1) from refusal
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if outcome.is_repeat:
        click.echo("this file was imported before: nothing to do")
        return
    would = "would enter" if dry_run else "entered"
    click.echo(
        f"{would} {outcome.entries} certificates, {outcome.new_products} new products,"
        f" {outcome.new_producers} new producers; a second person must verify them"
    )
