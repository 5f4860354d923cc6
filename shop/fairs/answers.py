"""What the routes of fairs share: who sees which fair, and answers with their version."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Response, jsonify

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.permissions import Scope, is_allowed
from core.db import db
from core.web.access import current_actor
from core.web.api import Schema
from core.web.versions import with_version
from shop.fairs import permissions, queries, schemas, views
from shop.fairs.life import schemas as fair_schemas
from shop.fairs.models import Booking, Fair, FairApplication

Thing = TypeVar("Thing")


def visible(slug: str) -> Fair:
    """A public fair, or a draft to those who run it; to others it does not exist."""
    fair = queries.get_fair(slug)
    by = current_actor()
    if by.is_known and is_allowed(by, "fairs.read", permissions.scope_of(fair)):
        return fair
    return queries.get_public(slug)


def scopes(thing: FairApplication | Booking) -> tuple[Scope, Scope]:
    """In which scopes somebody may read an application or a booking: its fair's and its producer's."""
    fair = db.session.get_one(Fair, thing.fair_id)
    return permissions.scope_of(fair), scope_of(db.session.get_one(Producer, thing.producer_id))


def part(found: Sequence[Thing], page: int, per_page: int) -> Sequence[Thing]:
    """One page of a list."""
    return found[(page - 1) * per_page : page * per_page]


def answer(schema: Schema, view: dict[str, Any], status: int) -> Response:
    """A view dumped by its schema."""
    response = jsonify(schema.dump(view))
    response.status_code = status
    return response


def fair_answer(fair: Fair, status: int = 200) -> Response:
    """A fair with its version (ETag)."""
    return with_version(answer(fair_schemas.FairOut(), views.fair_view(fair), status), fair)


def application_answer(application: FairApplication, status: int = 200) -> Response:
    """An application with its version (ETag)."""
    view = views.application_views([application])[0]
    return with_version(answer(schemas.ApplicationOut(), view, status), application)


def booking_answer(booking: Booking, status: int = 200) -> Response:
    """A booking with its version (ETag)."""
    return with_version(answer(schemas.BookingOut(), views.booking_view(booking), status), booking)
