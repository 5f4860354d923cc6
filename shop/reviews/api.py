"""Reviews over REST: read by anybody, written by buyers, answered by producers, moderated by the house."""

from typing import Any

from flask import Response, jsonify

from catalog.listings.queries import find_by_product
from catalog.listings.refusals import ListingNotFound
from catalog.products.queries import find_product
from core.web.access import current_actor, needs, public
from core.web.api import Blueprint, Schema, page_args, paged
from core.web.idempotency import idempotent
from core.web.versions import expected_version, with_version
from shop.reviews import service
from shop.reviews.models import Review
from shop.reviews.queries import get_said, list_moderated, list_shown, ratings
from shop.reviews.rules import NO_RATING
from shop.reviews.schemas import (
    AnswerIn,
    HidingIn,
    ModeratedQuery,
    ModeratedReviewListOut,
    ModeratedReviewOut,
    OwnReviewOut,
    ReportIn,
    ReviewEditIn,
    ReviewIn,
    ReviewListOut,
    ReviewsQuery,
    StandingIn,
    TokenForm,
)
from shop.reviews.views import own_view, rating_view, review_view

blp = Blueprint("api_reviews", __name__, description="Reviews by buyers")


@blp.get("/products/<slug>/reviews")
@public
@blp.arguments(ReviewsQuery, location="query")
@blp.response(200, ReviewListOut)
def of_product(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """What buyers say of a product, whether or not it is for sale now."""
    page, per_page = page_args(query)
    product = find_product(slug)
    listing = find_by_product(product.id) if product else None
    if product is None or listing is None or listing.published_at is None:
        raise ListingNotFound
    rating = ratings([product.id]).get(product.id, NO_RATING)
    said = [review_view(one) for one in list_shown(product.id, query["sort"], page, per_page)]
    return paged(said, rating.count, page, per_page, rating=rating_view(rating))


@blp.post("/orders/<number>/reviews")
@public
@blp.arguments(ReviewIn)
@idempotent
@blp.response(201, OwnReviewOut)
def write(body: dict[str, Any], number: str) -> Response:
    """Review a product of one's own order that was handed over."""
    token = body.pop("token", None)
    return _own(service.write(current_actor(), number, token, **body), 201)


@blp.patch("/reviews/<code>")
@public
@blp.arguments(ReviewEditIn)
@blp.response(200, OwnReviewOut)
def edit(body: dict[str, Any], code: str) -> Response:
    """Change one's own review within thirty days (If-Match)."""
    token = body.pop("token", None)
    return _own(service.edit(current_actor(), code, token, version=expected_version(), **body))


@blp.delete("/reviews/<code>")
@public
@blp.arguments(TokenForm)
@blp.response(204)
def withdraw(body: dict[str, Any], code: str) -> Response:
    """Take one's own review back: its words and name are erased."""
    service.withdraw(current_actor(), code, body.get("token"))
    return Response(status=204)


@blp.post("/reviews/<code>/reports")
@public
@blp.arguments(ReportIn)
@blp.response(202)
def report(body: dict[str, Any], code: str) -> Response:
    """Tell that a review breaks the law; a person looks."""
    service.report(code, **body)
    return Response(status=202)


@blp.put("/reviews/<code>/answer")
@needs("reviews.answer")
@blp.arguments(AnswerIn)
@blp.response(200, OwnReviewOut)
def answer(body: dict[str, Any], code: str) -> Response:
    """The producer's one answer; the same call changes it (If-Match)."""
    return _own(service.answer(current_actor(), code, version=expected_version(), words=body["words"]))


@blp.get("/reviews")
@needs("reviews.read")
@blp.arguments(ModeratedQuery, location="query")
@blp.response(200, ModeratedReviewListOut)
def moderated(query: dict[str, Any]) -> dict[str, Any]:
    """What waits for a moderator, what was reported, what is hidden."""
    page, per_page = page_args(query)
    found, total = list_moderated(query["kind"], page, per_page)
    return paged([own_view(one) for one in found], total, page, per_page)


@blp.get("/reviews/<code>")
@needs("reviews.read")
@blp.response(200, ModeratedReviewOut)
def show(code: str) -> Response:
    """One review in any state."""
    return _own(get_said(code).review, schema=ModeratedReviewOut())


@blp.post("/reviews/<code>/hiding")
@needs("reviews.moderate")
@blp.arguments(HidingIn)
@blp.response(200, ModeratedReviewOut)
def hide(body: dict[str, Any], code: str) -> Response:
    """Hide it on a ground of law (If-Match); a bad opinion is no ground."""
    hidden = service.hide(current_actor(), code, version=expected_version(), **body)
    return _own(hidden, schema=ModeratedReviewOut())


@blp.post("/reviews/<code>/standing")
@needs("reviews.moderate")
@blp.arguments(StandingIn)
@blp.response(200, ModeratedReviewOut)
def let_stand(body: dict[str, Any], code: str) -> Response:
    """Show what waited, was reported or was hidden (If-Match)."""
    stands = service.let_stand(current_actor(), code, version=expected_version(), **body)
    return _own(stands, schema=ModeratedReviewOut())


def _own(review: Review, status: int = 200, schema: Schema | None = None) -> Response:
    shown: Any = (schema or OwnReviewOut()).dump(own_view(get_said(review.code)))
    response = with_version(jsonify(shown), review)
    response.status_code = status
    return response
