"""Commands: ``demo load``, ``demo dong-thap``."""

import click
from flask import Flask, current_app

from admin.demo.dong_thap import STEPS, Incomplete
from admin.demo.load import load_demo
from admin.demo.people import ACCOUNTS, PASSWORD
from admin.demo.tills import PINS
from core.config import Config

MOST_SYNTHETIC = 100_000


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(demo)


@click.group()
def demo() -> None:
    """Demonstration data."""


@demo.command("load")
@click.option("--products", "synthetic", type=click.IntRange(0, MOST_SYNTHETIC), default=0, metavar="N",
              help="Synthetic products beside the real ones, marked as such.")  # fmt: skip
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same shop.")
@click.option("--all-certified", is_flag=True, help="A demonstration certificate for every row of the sample.")
def load(synthetic: int, seed: int, all_certified: bool) -> None:
    """Fill an empty database with a shop that looks used. On a filled one nothing changes."""
    config: Config = current_app.extensions["config"]
    if not config.is_loopback:
        raise click.ClickException("demonstration accounts share a known password: OCOP_BASE_URL must be loopback")
    done = load_demo(seed=seed, synthetic=synthetic, all_certified=all_certified)
    if not (done.products or done.synthetic):
        click.echo("the database is filled: nothing changed")
        return
    click.echo(f"{done.products} products, {done.orders} past orders, {done.synthetic} synthetic products")
    for line in welcome():
        click.echo(line)


@demo.command("dong-thap")
@click.option("--step", "only", type=click.Choice(list(STEPS)), help="Only this step; all in order when left out.")
def dong_thap(only: str | None) -> None:
    """One decision that revokes 47 products of 27 producers, and one that restores twelve. Safe to run again."""
    config: Config = current_app.extensions["config"]
    if not config.is_loopback:
        raise click.ClickException("invented decisions belong on this machine only: OCOP_BASE_URL must be loopback")
    for name in [only] if only else STEPS:
        click.echo(f"== {name}")
        try:
            for line in STEPS[name]():
                click.echo(f"   {line}")
        except Incomplete as missing:
            raise click.ClickException(str(missing)) from missing


def welcome() -> list[str]:
    """The accounts and their password, a line each, as `make demo` prints them."""
    accounts = [f"  {email:<22} {name}" for email, name, *_ in ACCOUNTS]
    pins = ", ".join(f"{who} {pin}" for who, pin in PINS.items())
    return [*accounts, f"  password of all: {PASSWORD}", f"  PIN at the till: {pins}"]
