"""What we rely on at the card provider, asked through the real SDK: of the stand-in, or of the real one.

``OCOP_CONTRACT_STRIPE_KEY=sk_test_…`` asks the real one in its test mode (nothing costs money there); then the
network must be open. Live keys are refused.
"""

import os
import uuid
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
import stripe
from flask import Flask

from core.clock import now
from shop.payments.providers.stripe import PAGE_LIVES, PageAsked, ProviderRefused, Stripe
from tests.fakes.stripe.process import Provider
from tests.prove.stage import free_port
from tests.support.databases import Database

REAL = os.environ.get("OCOP_CONTRACT_STRIPE_KEY", "")

pytestmark = [pytest.mark.on("sqlite"), pytest.mark.slow]


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    """Where the provider answers: the stand-in as a process of its own, or the real one (empty)."""
    assert "_live_" not in REAL, "contract tests never use a live key"
    if REAL:
        yield ""
        return
    with Provider(free_port()) as provider:
        yield provider.url


@pytest.fixture
def provider(address: str, database: Database) -> Generator[Stripe]:
    """Our calls."""
    with database.app.app_context():
        yield Stripe(REAL or "sk_test_contract", address)


@pytest.fixture
def sdk(address: str) -> stripe.StripeClient:
    """The SDK itself, for what only the payer does."""
    addresses: Any = {"api": address} if address else None
    return stripe.StripeClient(REAL or "sk_test_contract", base_addresses=addresses, max_network_retries=0)


def asked(reference: str, amount_vnd: int = 125_000, key: str | None = None) -> PageAsked:
    return PageAsked(
        reference, amount_vnd, "OCOP DH 7K3M9QXT", "https://example.vn/xong", "https://example.vn/thoi",
        now() + PAGE_LIVES, "auto", key or f"ses:{reference}:1",
    )  # fmt: skip


def name() -> str:
    return f"ord:TRY-{uuid.uuid4().hex[:12]}"


def reserve(sdk: stripe.StripeClient, reference: str, amount: int = 125_000) -> str:
    """Money reserved by a trial card; answers its id."""
    params: Any = {
        "amount": amount, "currency": "vnd", "capture_method": "manual", "payment_method": "pm_card_visa",
        "confirm": True, "payment_method_types": ["card"], "metadata": {"reference": reference},
    }  # fmt: skip
    return sdk.v1.payment_intents.create(params).id


def test_a_page_is_one_page_however_often_it_is_asked_for(provider: Stripe) -> None:
    wanted = asked(name())
    first = provider.make_page(wanted)
    assert (first.status, first.intent) == ("open", None) and first.url
    assert provider.make_page(wanted).id == first.id
    assert provider.get_page(first.id).url == first.url


def test_a_key_with_other_parameters_is_refused(provider: Stripe) -> None:
    wanted = asked(name())
    provider.make_page(wanted)
    with pytest.raises(ProviderRefused) as refused:
        provider.make_page(asked(wanted.reference, 126_000, wanted.key))
    assert refused.value.is_final


def test_a_page_that_is_closed_stays_closed(provider: Stripe) -> None:
    page = provider.make_page(asked(name()))
    provider.close_page(page.id)
    assert provider.get_page(page.id).status == "expired"
    with pytest.raises(ProviderRefused):
        provider.close_page(page.id)


def test_dong_are_whole_and_never_multiplied(provider: Stripe, sdk: stripe.StripeClient) -> None:
    page = provider.make_page(asked(name(), 125_000))
    told = sdk.v1.checkout.sessions.retrieve(page.id)
    assert (told.amount_total, told.currency, told.livemode) == (125_000, "vnd", False)


@pytest.mark.parametrize("amount", [1, 100_000_000])
def test_sums_out_of_range_are_refused(provider: Stripe, amount: int) -> None:
    with pytest.raises(ProviderRefused):
        provider.make_page(asked(name(), amount))


def test_reserved_money_is_taken_once_and_whole(provider: Stripe, sdk: stripe.StripeClient) -> None:
    reference = name()
    intent_id = reserve(sdk, reference)
    before = provider.get_intent(intent_id)
    assert (before.status, before.received, before.reference) == ("requires_capture", 0, reference)
    taken = provider.capture(intent_id, 125_000, f"cap:{reference}")
    assert (taken.status, taken.received, taken.currency) == ("succeeded", 125_000, "vnd")
    assert provider.capture(intent_id, 125_000, f"cap:{reference}").received == 125_000, "the key answers again"
    with pytest.raises(ProviderRefused) as refused:
        provider.capture(intent_id, 125_000, f"cap:{reference}:other")
    assert refused.value.code == "payment_intent_unexpected_state"
    assert provider.get_intent(intent_id).taken_at is not None


def test_freed_money_cannot_be_taken_nor_taken_money_freed(provider: Stripe, sdk: stripe.StripeClient) -> None:
    freed, taken = reserve(sdk, name()), reserve(sdk, name())
    assert provider.let_go(freed).status == "canceled"
    with pytest.raises(ProviderRefused):
        provider.capture(freed, 125_000, f"cap:{freed}")
    provider.capture(taken, 125_000, f"cap:{taken}")
    with pytest.raises(ProviderRefused):
        provider.let_go(taken)


def test_never_more_goes_back_than_was_taken(provider: Stripe, sdk: stripe.StripeClient) -> None:
    intent_id = reserve(sdk, name())
    provider.capture(intent_id, 125_000, f"cap:{intent_id}")
    codes = [f"HT-{uuid.uuid4().hex[:8]}" for _ in range(3)]
    first = provider.give_back(intent_id, 100_000, codes[0], f"ref:{codes[0]}")
    assert provider.give_back(intent_id, 100_000, codes[0], f"ref:{codes[0]}").id == first.id
    with pytest.raises(ProviderRefused):
        provider.give_back(intent_id, 25_001, codes[1], f"ref:{codes[1]}")
    provider.give_back(intent_id, 25_000, codes[2], f"ref:{codes[2]}")
    back = provider.list_given_back(intent_id)
    assert {(one.code, one.amount_vnd) for one in back} == {(codes[0], 100_000), (codes[2], 25_000)}
    assert provider.get_intent(intent_id).refunded == 125_000


def test_a_declined_card_says_so(sdk: stripe.StripeClient) -> None:
    params: Any = {
        "amount": 125_000, "currency": "vnd", "payment_method": "pm_card_visa_chargeDeclined", "confirm": True,
        "payment_method_types": ["card"],
    }  # fmt: skip
    with pytest.raises(stripe.CardError) as refused:
        sdk.v1.payment_intents.create(params)
    assert refused.value.http_status == 402


def test_events_tell_what_they_are_about(provider: Stripe, sdk: stripe.StripeClient) -> None:
    since, reference = now() - timedelta(minutes=5), name()
    intent_id = reserve(sdk, reference)
    provider.capture(intent_id, 125_000, f"cap:{reference}")
    told = [one for one in provider.list_undelivered(since) if one.intent_id == intent_id]
    if REAL and not told:
        pytest.skip("the real account has no webhook address, so nothing is undelivered")
    assert {"payment_intent.amount_capturable_updated", "payment_intent.succeeded"} <= {one.kind for one in told}
    assert {(one.reference, one.is_live, one.account) for one in told if one.reference} == {(reference, False, None)}


def test_a_key_that_is_none_of_the_test_mode_is_refused(address: str, app: Flask) -> None:
    if not address:
        pytest.skip("the real one is never asked with a live key")
    with pytest.raises(ProviderRefused):
        Stripe("sk_live_51Never", address).get_intent("pi_1")
