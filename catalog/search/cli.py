"""`flask search rebuild` and `flask search compare`."""

import click
from flask.cli import AppGroup

from catalog.search.engine import differences, rebuild
from catalog.search.port import IndexUnavailable

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
def rebuild_command() -> None:
    """Build the index anew from the database and put it in place at once."""
    click.echo(f"{rebuild()} listings indexed")


@group.command("compare")
def compare_command() -> None:
    """Differences between index and database, a line each; exits 1 when there are any."""
    try:
        found = differences()
    except IndexUnavailable as error:
        raise click.ClickException(f"the index cannot be read: {error}") from error
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} differences")
    if found:
        raise SystemExit(1)
