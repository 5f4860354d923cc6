"""What may be sold, and why: areas, producers, products, certificates, listings, search."""

from flask import Flask

from catalog import look, permissions
from catalog.areas import models as area_models
from catalog.candidates import api as candidates_api
from catalog.candidates import permissions as candidate_permissions
from catalog.certificates import api as certificates_api
from catalog.certificates import cli as certificates_cli
from catalog.certificates import invariants as certificate_invariants
from catalog.certificates import jobs as certificate_jobs
from catalog.certificates import reactions as certificate_reactions
from catalog.certificates import scans as certificate_scans
from catalog.changes import setup as changes
from catalog.complaints import setup as complaints
from catalog.consequences import jobs as consequence_jobs
from catalog.corrections import api as corrections_api
from catalog.decisions import api as decisions_api
from catalog.documents import api as documents_api
from catalog.documents import pages as documents_pages
from catalog.documents import permissions as document_permissions
from catalog.listings import api as listings_api
from catalog.listings import foresight as listing_foresight
from catalog.listings import pictures as listing_pictures
from catalog.listings import reactions as listing_reactions
from catalog.mandates import setup as mandates
from catalog.papers import setup as papers
from catalog.photos import setup as photos
from catalog.producers import api as producers_api
from catalog.products import api as products_api
from catalog.registry import api as registry_api
from catalog.registry import cli as registry_cli
from catalog.registry import permissions as registry_permissions
from catalog.renewals import setup as renewals
from catalog.search import cli as search_cli
from catalog.search import engine as search_engine
from catalog.search import reactions as search_reactions
from catalog.search.asked import setup as searches
from catalog.search.wordbook import setup as wordbook
from catalog.stops import setup as stops
from catalog.targets import cli as targets_cli
from core.web.api import register_api

#: Imported for what they register: tables, the doctor's questions, clock work, reactions.
REGISTERED = (
    area_models,
    certificate_invariants,
    certificate_jobs,
    certificate_reactions,
    consequence_jobs,
    listing_foresight,
    listing_pictures,
    listing_reactions,
    search_reactions,
)


def init_app(app: Flask) -> None:
    """Join the features to the application, in their order."""
    look.init_app(app)
    permissions.register()
    document_permissions.register()
    candidate_permissions.register()
    registry_permissions.register()
    certificate_scans.register()
    documents_pages.init_app(app)
    mandates.init_app(app)
    photos.init_app(app)
    stops.init_app(app)
    papers.init_app(app)
    complaints.init_app(app)
    register_api(app, documents_api.blp)
    register_api(app, producers_api.blp)
    register_api(app, products_api.blp)
    register_api(app, certificates_api.blp)
    certificates_cli.init_app(app)
    renewals.init_app(app)
    register_api(app, corrections_api.blp)
    register_api(app, decisions_api.blp)
    register_api(app, candidates_api.blp)
    register_api(app, registry_api.blp)
    registry_cli.init_app(app)
    register_api(app, listings_api.blp)
    changes.init_app(app)
    search_engine.init_app(app)
    wordbook.init_app(app)
    searches.init_app(app)
    app.cli.add_command(targets_cli.group)
    app.cli.add_command(search_cli.group)
