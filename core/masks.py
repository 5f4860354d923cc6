"""How contacts are written: whole for those who may call, masked for lists and logs (Law 91/2025)."""


def spoken(phone: str) -> str:
    """A telephone number as people in Việt Nam write it: ``+84912345678`` -> ``0912 345 678``; '' for none."""
    if not phone:
        return ""
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def masked(contact: str) -> str:
    """A contact as its owner recognises it: ``0912 *** 678``, ``ng***@example.test``; '' for none."""
    if not contact:
        return ""
    name, at, host = contact.partition("@")
    if at:
        return f"{name[:2]}***@{host}"
    digits = "0" + contact.removeprefix("+84")
    return f"{digits[:4]} *** {digits[-3:]}"
