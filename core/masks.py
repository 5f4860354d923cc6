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


def masked_name(name: str) -> str:
    """A name as its owner recognises it: the last word, with the first letters before it (``N. T. Lan``)."""
    words = name.split()
    return " ".join([*(f"{word[0]}." for word in words[:-1]), *words[-1:]])
