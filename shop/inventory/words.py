"""Amounts of goods as people read them."""


def amount(quantity: int, unit: str) -> str:
    """``3``, ``500 g`` or ``1,5 kg``."""
    if unit == "piece":
        return f"{quantity:,}".replace(",", ".")
    if quantity < 1000:
        return f"{quantity}\N{NO-BREAK SPACE}g"
    return f"{quantity / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",") + "\N{NO-BREAK SPACE}kg"
