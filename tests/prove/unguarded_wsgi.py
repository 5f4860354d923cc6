"""The real application with named guards taken out: the negative controls of the proofs.

A guard counts as tested only when a run without it fails. ``OCOP_PROVE_UNGUARD`` names the
guards; this module lives with the tests, refuses to load outside them, and the real
``wsgi.py`` refuses to start when it so much as sees the variable.
"""

import os
import sys
from collections.abc import Callable

from flask import Flask

from tests.prove.guards import GUARDS


def _named_guards() -> list[Callable[[Flask], None]]:
    names = os.environ.pop("OCOP_PROVE_UNGUARD", "").split(",")
    if os.environ.get("OCOP_TESTING") != "1":
        sys.exit("Guards are taken out in tests only (OCOP_TESTING=1).")
    if not set(names) <= GUARDS.keys():
        sys.exit(f"OCOP_PROVE_UNGUARD must be some of {', '.join(sorted(GUARDS))}")
    return [GUARDS[name].remove for name in names]


_removals = _named_guards()

from wsgi import app  # noqa: E402 after the variable is gone, or it refuses to start

for _remove in _removals:
    _remove(app)
