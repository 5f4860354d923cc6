"""An exhibitor's page: why this booth, and why not that one."""

from flask import Response

from catalog.producers.models import Producer
from core.db import db
from core.web.access import current_actor, needs
from core.web.pages import render
from shop.assignment import views
from shop.assignment.desk import pages
from shop.fairs import queries as fairs


@pages.get("/hoi-cho/<slug>/vi-sao-gian/<application>")
@needs("assignment.why")
def own_why(slug: str, application: str) -> Response:
    """The explanation of the answer that was applied, to the exhibitor herself; organizers may look too."""
    fair = fairs.get_fair(slug)
    run, problem, found = views.why_for(fair, application, current_actor())
    named = {one.code: one for one in problem.candidates}[application]
    names = {one.code: one.name for one in problem.candidates if one.code in {*named.near, *named.apart}}
    sent = fairs.get_application(application)
    producer = db.session.get_one(Producer, sent.producer_id)
    return render(
        "assignment/why.html", fair=fair, run=run, why=found, names=names, producer=producer,
        terms=views.told_terms(found),
    )  # fmt: skip
