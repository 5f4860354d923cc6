"""Every way to pay behind its port: the same questions to each."""

import pytest

from shop.payments.providers import port
from shop.payments.providers.emvco import parse
from shop.payments.providers.port import Payee, Provider, Request, get_provider, is_cash, offered
from shop.payments.refusals import ProviderUnavailable

BANKED = Payee(1, "Công ty Thử", "970436", "0011000000000")
UNBANKED = Payee(2, "Hộ Thử")
REQUEST = Request("ord:DH-7K3M9QXT", 125_000, "OCOP DH-7K3M9QXT", BANKED)


@pytest.mark.parametrize("provider", offered(BANKED), ids=lambda provider: provider.name)
def test_each_prepares_a_payment_without_touching_anything(provider: Provider) -> None:
    started = provider.open(REQUEST)
    assert get_provider(provider.name, BANKED) is provider
    assert provider.is_cash == is_cash(provider.name) == (provider.window_seconds is None)
    assert not (started.qr_text and started.is_hosted)
    assert provider.open(REQUEST) == started


def test_a_transfer_carries_account_amount_and_number() -> None:
    text = get_provider("vietqr", BANKED).open(REQUEST).qr_text
    assert text is not None
    qr = parse(text)
    assert (qr.bank_bin, qr.account, qr.amount_vnd, qr.memo) == ("970436", "0011000000000", 125_000, "OCOP DH 7K3M9QXT")


@pytest.mark.parametrize("payee", [UNBANKED, Payee(3, "Thử", "970436"), Payee(4, "Thử", "000000", "1")])
def test_no_transfer_without_a_known_account(payee: Payee) -> None:
    with pytest.raises(ProviderUnavailable) as refused:
        get_provider("vietqr", payee)
    assert refused.value.facts["offered"] == ["cod", "at_store"]


@pytest.mark.parametrize("name", ["stripe", "gold", ""])
def test_what_is_not_set_up_is_refused(name: str) -> None:
    assert not is_cash(name)
    with pytest.raises(ProviderUnavailable):
        port.get_provider(name, BANKED)
