"""Commands of the ground: ``nightly``, ``work``, ``doctor``, ``backup``, ``restore``."""

import signal
import threading
from datetime import date
from pathlib import Path

import click
from flask import Flask

from core.backup import backup_to, restore_from
from core.clock import day_start, today, travel
from core.doctor import examine
from core.schedule import run_due, run_nightly
from core.worker import run_beside, run_pending, work_forever


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (nightly, work, doctor, backup, restore):
        app.cli.add_command(command)


@click.command()
@click.option("--today", "day", type=click.DateTime(["%Y-%m-%d"]), help="Do the clock work of this day.")
def nightly(day: object) -> None:
    """All clock work: lapses, reminders, releases. Safe to repeat; no lower bound in time."""
    chosen: date = day.date() if day else today()  # type: ignore[attr-defined]
    if chosen == today():
        results = run_nightly(chosen)
    else:
        with travel(day_start(chosen)):
            results = run_nightly(chosen)
    for job, changed in results.items():
        click.echo(f"{job}: {changed}")


@click.command()
@click.option("--once", is_flag=True, help="Run what waits, then stop.")
def work(once: bool) -> None:
    """The worker: outbox, schedule, and the only writer of the search index."""
    if once:
        run_due()
        click.echo(f"{run_pending() + run_beside()} done")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work_forever(run_due, should_stop=stop.is_set)


@click.command()
@click.option("--explain", is_flag=True, help="Print every breach, not only the first ten.")
def doctor(explain: bool) -> None:
    """Ask every invariant; exits 1 when one is broken."""
    broken = 0
    for finding in examine():
        mark = "broken" if finding.breaches else "ok"
        click.echo(f"{finding.invariant.code:<5} {mark:<7} {finding.invariant.text}")
        for line in finding.breaches if explain else finding.breaches[:10]:
            click.echo(f"      {line}")
        broken += bool(finding.breaches)
    if broken:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a consistent copy of the database, also under load."""
    backup_to(file)
    click.echo(f"{file}: {file.stat().st_size} bytes")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put a copy back in place of the present database. Stop the web server and the worker first."""
    if not yes:
        click.confirm("The present database will be replaced. Go on?", abort=True)
    restore_from(file)
    click.echo("restored")
