"""People as lists and logs show them: enough for her who is meant, nothing for anybody else (Law 91/2025)."""


def masked(contact: str) -> str:
    """A contact as its owner recognises it: ``0912 *** 678``, ``ng***@example.test``; '' for none."""
    if not contact:
        return ""
    name, at, host = contact.partition("@")
    if at:
        return f"{name[:2]}***@{host}"
    digits = "0" + contact.removeprefix("+84")
    return f"{digits[:4]} *** {digits[-3:]}"
