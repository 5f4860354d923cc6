"""Rules of products on plain values."""

from collections.abc import Container

from core.text import slugify

_LONGEST = 80


def slug_of(name: str, producer: str, taken: Container[str]) -> str:
    """An address for a product: its name, then its name and producer, then numbered.

    >>> slug_of("Mật ong hoa rừng Cát Bà", "HTX", set())
    'mat-ong-hoa-rung-cat-ba'
    """
    base = slugify(name, _LONGEST) or "san-pham"
    if base not in taken:
        return base
    longer = slugify(f"{name} {producer}", _LONGEST)
    if longer and longer not in taken:
        return longer
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
