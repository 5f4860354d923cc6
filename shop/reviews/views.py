"""Reviews as programs read them."""

from typing import Any

from shop.reviews.queries import Said
from shop.reviews.rules import SHOWN, Rating


def review_view(said: Said) -> dict[str, Any]:
    """What everybody may know of a review."""
    one = said.review
    has_answer = one.answer is not None and one.answer_state == SHOWN
    return {
        "code": one.code, "marks": one.marks, "words": one.words, "name": one.shown_name,
        "store": {"code": said.store.code, "name": said.store.name}, "bought": f"{one.bought_on:%Y-%m}",
        "written_at": one.written_at, "edited_at": one.edited_at,
        "answer": {"words": one.answer, "at": one.answered_at} if has_answer else None,
    }  # fmt: skip


def own_view(said: Said) -> dict[str, Any]:
    """What its writer and a moderator may know besides."""
    one = said.review
    return review_view(said) | {
        "product": said.product.slug, "state": one.state, "waits_for": one.held_for.split(), "ground": one.ground,
        "note": one.ground_note, "version": one.version, "reports": one.reports, "answer_state": one.answer_state,
    }  # fmt: skip


def rating_view(rating: Rating) -> dict[str, Any]:
    """The sums."""
    return {"average": rating.average, "count": rating.count, "counts": list(rating.counts)}
