import pytest

from core.accounts.contacts import Contact, find_contact


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 (0)912.345.678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0225 3822 222", "+842253822222"),
    ],
)
def test_a_phone_number_is_one_however_it_is_written(typed: str, phone: str) -> None:
    assert find_contact(typed) == Contact(phone=phone)


@pytest.mark.parametrize("typed", ["Lan@Demo.TEST", " lan@demo.test "])
def test_an_email_is_lower_case(typed: str) -> None:
    assert find_contact(typed) == Contact(email="lan@demo.test")


@pytest.mark.parametrize(
    "typed",
    ["", "lan", "lan@demo", "a b@demo.test", "lan@demo.test\nBcc: x@y.test", "0912", "0912345678901", "09l2345678",
     "٠٩١٢٣٤٥٦٧٨", "lan@@demo.test", "x" * 250 + "@demo.test", "\x00lan@demo.test"],
)  # fmt: skip
def test_what_is_neither_is_nothing(typed: str) -> None:
    assert find_contact(typed) is None
