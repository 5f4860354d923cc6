"""The wordbook: synonyms that the desk adds to the shop's own, and those of the shop's own that it switches off."""
