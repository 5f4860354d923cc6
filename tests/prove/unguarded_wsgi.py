"""The real application with one named guard taken out: the negative controls of the proofs.

A guard counts as tested only when a run without it fails. ``OCOP_PROVE_UNGUARD`` names the
guard; this module lives with the tests, refuses to load outside them, and the real
``wsgi.py`` refuses to start when it so much as sees the variable.
"""

import os
import sys
from collections.abc import Callable

from flask import Flask

from tests.prove.guards import GUARDS


def _named_guard() -> Callable[[Flask], None]:
    name = os.environ.pop("OCOP_PROVE_UNGUARD", "")
    if os.environ.get("OCOP_TESTING") != "1":
        sys.exit("Guards are taken out in tests only (OCOP_TESTING=1).")
    if name not in GUARDS:
        sys.exit(f"OCOP_PROVE_UNGUARD must be one of {', '.join(sorted(GUARDS))}")
    return GUARDS[name].remove


_remove = _named_guard()

from wsgi import app  # noqa: E402 after the variable is gone, or it refuses to start

_remove(app)
