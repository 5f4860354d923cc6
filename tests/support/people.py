"""Signed-in people in a real browser: the cookie that the sign-in page would have given them."""

from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext

from core.accounts.service import begin_session
from tests.support.live import Live


def sign_in(live: Live, context: BrowserContext, address: str, account_id: int) -> None:
    """Let this account be the one who uses the browser, from now on."""

    def cookie() -> str:
        signer = SecureCookieSessionInterface().get_signing_serializer(current_app)
        assert signer is not None
        return signer.dumps({"sid": begin_session(account_id, "test", "test")})

    name = live.app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": live.run(cookie), "url": address}])
