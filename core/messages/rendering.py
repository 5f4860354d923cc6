"""A letter as plain text, as HTML and as SMS. The only place where a message becomes markup."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from core.config import Config
from core.messages.kinds import Context, get_kind
from core.messages.letter import Block, Letter
from core.messages.plain import plain

TEMPLATE = "messages/mail.html"


@dataclass(frozen=True)
class Rendered:
    """One message as it leaves, in one language."""

    subject: str
    text: str
    html: str
    #: '' when it is not said by SMS.
    sms: str


def render(kind: str, context: Context, locale: str, name: str = "") -> Rendered:
    """Write a kind in a language, for a person called ``name`` ('' for nobody in particular)."""
    with force_locale(locale):
        letter = get_kind(kind).write(context)
        greeting = _("Chào %(name)s,", name=" ".join(name.split())) if name else _("Chào bạn,")
        return Rendered(letter.subject, as_text(letter, greeting), as_html(letter, greeting, locale), as_sms(letter))


def as_text(letter: Letter, greeting: str) -> str:
    """Plain text, for programs and people who want no more."""
    config: Config = current_app.extensions["config"]
    pieces = [greeting, *(_text_of(block) for block in letter.body), f"{config.site_name}\n{config.base_url}"]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def as_html(letter: Letter, greeting: str, locale: str) -> str:
    """One page of a mail: no picture, no script, no style from elsewhere; every value escaped."""
    config: Config = current_app.extensions["config"]
    page = current_app.jinja_env.get_template(TEMPLATE)
    return page.render(
        letter=letter, greeting=greeting, locale=locale, site_name=config.site_name, base_url=config.base_url
    )


def as_sms(letter: Letter) -> str:
    """One line behind the shop's name; without marks when the configuration says so."""
    if not letter.sms:
        return ""
    config: Config = current_app.extensions["config"]
    text = f"{config.site_name}: {' '.join(letter.sms.split())}"
    return plain(text) if config.sms_text == "plain" else text


def _text_of(block: Block) -> str:
    match block.kind:
        case "listed":
            return "\n".join(f"- {item}" for item, _none in block.items)
        case "facts":
            return "\n".join(f"{label}: {value}" for label, value in block.items)
        case "button":
            return f"{block.text}:\n{block.url}"
        case "code":
            return f"{block.text}: {block.items[0][0]}"
        case "small" if block.url:
            return f"{block.text}\n{block.url}"
        case _:
            return block.text
