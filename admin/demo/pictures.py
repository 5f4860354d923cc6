"""A drawn picture in the place of a photo for one product of the demonstration, and one that waits for a moderator.

Nobody's photo is invented: each says that it is drawn. One only, since no other drawing of the shop shows honey.
"""

import io
from datetime import date

from flask import current_app
from PIL import Image, ImageDraw

from admin.demo.goods import at
from admin.demo.people import People
from admin.demo.plan import DAY
from catalog.changes.decisions import approve
from catalog.changes.queries import find_open
from catalog.listings.queries import find_by_product
from catalog.mandates.service import give
from catalog.photos.service import add_photo
from catalog.products.models import Product
from core.accounts.actor import Scope
from core.clock import travel
from shop.front.strokes import PAINTS, draw

_SIZE = (1280, 960)
#: Drawing, ground, what it stands for, and what it says of itself.
_SHOWN = ("honey", 4, "pack", "Hũ mật ong, nắp kín (hình minh hoạ)")
_WAITING = ("herbal-tea", 2, "use", "Mật ong với trà thảo mộc (hình minh hoạ)")


def hang_pictures(people: People, product: Product, today: date) -> None:
    """A drawing that a moderator let through a month ago, and another of yesterday that waits."""
    listing = find_by_product(product.id)
    if listing is None:
        return
    with travel(at(today - 30 * DAY, 9)):
        _hang(people, product, *_SHOWN)
    asked = find_open(listing.id)
    if asked is not None:
        with travel(at(today - 29 * DAY, 10)):
            approve(people.acting("certifier", "certifier"), asked.id, asked.version)
    with travel(at(today - DAY, 20)):
        _hang(people, product, *_WAITING)


def let_act(people: People, product: Product, today: date) -> None:
    """The store's manager may write her pages and take her photos for three months."""
    her = people.acting("producer", "producer", Scope("producer", product.producer.code))
    with travel(at(today - 20 * DAY, 9)):
        give(
            her, producer=product.producer.code, contact="manager@demo.test", parts=("listings", "photos"),
            from_on=today - 20 * DAY, until_on=today + 70 * DAY,
        )  # fmt: skip


def _hang(people: People, product: Product, kind: str, ground: int, shows: str, alt: str) -> None:
    her = people.acting("producer", "producer", Scope("producer", product.producer.code))
    add_photo(her, product.code, _drawn(kind, ground), shows=shows, alt=alt, is_drawn=True)


def _drawn(kind: str, ground: int) -> bytes:
    """The shop's own line drawing as a picture file."""
    drawings = current_app.jinja_env.get_template("macros/pictures.html").module.drawings  # type: ignore[attr-defined]
    paint = PAINTS[ground]
    picture = Image.new("RGB", _SIZE, paint.ground)
    draw(ImageDraw.Draw(picture), drawings[kind], paint, (_SIZE[0] / 2, _SIZE[1] / 2), 4.4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
