"""Commands: ``users create``, ``tokens create``."""

import os
from typing import Any

import click
from flask import Flask

from core.accounts.actor import SYSTEM, Scope
from core.accounts.contacts import get_contact
from core.accounts.grants import check_grant, grant_role
from core.accounts.passwords import check_strength, hash_password
from core.accounts.permissions import find_role, scope_kinds
from core.accounts.queries import find_by_contact, get_by_text
from core.accounts.service import create_account, set_password
from core.accounts.tokens import create_token
from core.db import transaction
from core.errors import Invalid, Refusal


class Scoped(click.Command):
    """A command with one option for each kind of scope that the parts register (``--branch CODE``)."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters, then the registered kinds."""
        kinds = [
            click.Option([f"--{one.kind}"], metavar="CODE", help=f"Scope of the role: a {one.kind}.")
            for one in scope_kinds()
        ]
        return [*super().get_params(ctx), *kinds]


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(users)
    app.cli.add_command(tokens)


@click.group()
def users() -> None:
    """People and their roles."""


@users.command("create", cls=Scoped)
@click.argument("contact", metavar="EMAIL_OR_PHONE")
@click.option("--role", "roles", required=True, multiple=True, help="A role; may be repeated.")
@click.option("--name", help="How the person is called; default: the contact.")
def create_user(contact: str, roles: tuple[str, ...], name: str | None, **scopes: str | None) -> None:
    """Create an account with a role; for an existing account, add the role (and set OCOP_PASSWORD if given)."""
    try:
        known = get_contact(contact)
        grants = [check_grant(role, _scope_for(role, scopes)) for role in roles]
        existing = find_by_contact(known)
        password = _password(ask=existing is None)
        if password is not None:
            check_strength(password, known.text)
        password_hash = hash_password(password) if password is not None else None
        with transaction():
            user = existing or create_account(name or known.text, known, password_hash)
            if existing and password_hash:
                set_password(user.id, password_hash, SYSTEM)
            for grant in grants:
                grant_role(user.id, grant.role, grant.scope, SYSTEM)
    except Refusal as refusal:
        raise click.ClickException(_told(refusal)) from refusal
    click.echo(f"{known.text}: {', '.join(roles)}")


@click.group()
def tokens() -> None:
    """API tokens."""


@tokens.command("create")
@click.argument("contact", metavar="EMAIL_OR_PHONE")
@click.option("--name", required=True, help="What the owner calls it.")
@click.option("--scope", default="", help='Actions it is limited to, such as "stock reports.read"; default: all.')
@click.option("--expires", type=click.IntRange(1, 3650), metavar="DAYS", help="Days until it ends.")
def create_token_command(contact: str, name: str, scope: str, expires: int | None) -> None:
    """Print a new API token. It is shown only now."""
    try:
        user = get_by_text(contact)
    except Refusal as refusal:
        raise click.ClickException(f"no account for {contact}") from refusal
    secret, _token = create_token(user, name, SYSTEM, scope=scope, days=expires)
    click.echo(secret)


def _scope_for(role: str, scopes: dict[str, str | None]) -> Scope | None:
    known = find_role(role)
    code = scopes.get(known.scope) if known and known.scope else None
    return Scope(known.scope, code) if known and known.scope and code else None


def _password(*, ask: bool) -> str | None:
    given = os.environ.get("OCOP_PASSWORD")
    if given or not ask:
        return given
    answer: Any = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return str(answer)


def _told(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid):
        return "; ".join(f"{field}: {' '.join(map(str, texts))}" for field, texts in refusal.facts["errors"].items())
    facts = ", ".join(f"{key}={value}" for key, value in refusal.facts.items() if value)
    return f"{refusal.code}: {refusal}" + (f" ({facts})" if facts else "")
