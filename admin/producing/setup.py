"""Joins the producers' workplace to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from admin.producing import home, pages, paid, prices
from admin.producing.blueprint import producing
from core.accounts.permissions import permit
from core.web.assets import add_stylesheet
from core.web.menu import menu_item

#: Imported for the pages that they hang on the blueprint.
PAGES = (home, pages, paid, prices)


def init_app(app: Flask) -> None:
    """Register the pages, their look and their line in the menu."""
    app.register_blueprint(producing)
    add_stylesheet("producing.css", "producing")
    permit("producing.enter", "producer")
    menu_item("desk", _l("Sản phẩm của tôi"), "producing.home", order=12, action="producing.enter", icon="seedling")
    menu_item("desk", _l("Giá bán"), "producing.prices", order=13, action="producing.enter", icon="wallet")
    menu_item("desk", _l("Bạn được trả"), "producing.settlements", order=14, action="producing.enter", icon="receipt")
