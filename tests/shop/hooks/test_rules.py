"""Signatures, waits, and who hears what: without an application."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.hooks.rules import BACKOFF, GIVE_UP, TYPES, header, hears, is_signed, may_hear, next_try

BODY = b'{"id":"evt_1"}'
AT = 1_763_800_000


def test_a_signature_is_checked_as_stripes() -> None:
    said = header(["one", "two"], AT, BODY)
    assert said.startswith(f"t={AT},v1=") and said.count("v1=") == 2
    assert is_signed(said, "one", BODY, AT) and is_signed(said, "two", BODY, AT), "both are valid while one is replaced"


@pytest.mark.parametrize(
    "said, secret, body, at",
    [
        (header(["one"], AT, BODY), "two", BODY, AT),
        (header(["one"], AT, BODY), "one", BODY + b" ", AT),
        (header(["one"], AT, BODY), "one", BODY, AT + 301),
        (header(["one"], AT, BODY), "one", BODY, AT - 301),
        (header(["one"], AT, BODY).replace(f"t={AT}", f"t={AT + 1}"), "one", BODY, AT),
        (header(["one"], AT, BODY) + f",t={AT}", "one", BODY, AT),
        ("", "one", BODY, AT), ("t=abc,v1=x", "one", BODY, AT), (f"t={AT}", "one", BODY, AT),
        (f"t={AT},v0=" + header(["one"], AT, BODY).partition("v1=")[2], "one", BODY, AT),
    ],
)  # fmt: skip
def test_what_is_no_signature(said: str, secret: str, body: bytes, at: int) -> None:
    assert not is_signed(said, secret, body, at)


def test_it_is_tried_for_three_days() -> None:
    begun = datetime(2026, 11, 22, tzinfo=UTC)
    at, tries = begun, 0
    while (due := next_try(tries + 1, begun, at)) is not None:
        assert due > at
        at, tries = due, tries + 1
    assert at <= begun + GIVE_UP < at + timedelta(seconds=BACKOFF[-1])
    assert tries >= 10


def test_topics() -> None:
    assert hears(["order"], "order.placed") and hears(["order.placed"], "order.placed")
    assert not hears(["order.paid"], "order.placed") and not hears([], "stock.came")
    assert hears([], "ping")
    assert all("." in one for one in TYPES)


@pytest.mark.parametrize(
    "kind, code, is_public, answer",
    [("", "", False, True), ("store", "a", False, True), ("store", "b", False, False), ("store", "b", True, True),
     ("seller", "s", False, False), ("seller", "s", True, True), ("producer", "p", False, True),
     ("producer", "q", True, False)],
)  # fmt: skip
def test_whose_business_it_is(kind: str, code: str, is_public: bool, answer: bool) -> None:
    scopes = frozenset({"store:a", "producer:p"})
    assert may_hear(kind, code, scopes, is_public=is_public) == answer
