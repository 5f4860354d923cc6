"""``flask targets load [FILE]``."""

from pathlib import Path

import click
from flask.cli import AppGroup

from catalog.targets.load import HAI_PHONG, load_targets

group = AppGroup("targets", help="What authorities set out to reach.")


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=HAI_PHONG)
def load(file: Path) -> None:
    """Load targets from a CSV FILE (default: Hải Phòng 2021-2025); again changes nothing."""
    click.echo(f"{load_targets(file)} targets")
