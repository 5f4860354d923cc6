"""The one direction, lived: each part runs without those above it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import PACKAGES, ROOT

BUILD = """
import sys
from pathlib import Path
from core.app import build_app
from core.config import Config
{imports}
app = build_app(Config(instance=Path({folder!r}), secret_key="x", testing=True).checked(), ({parts}))
loaded = {{name.split(".")[0] for name in sys.modules}}
print(*sorted(loaded & {{"core", "catalog", "shop", "admin"}}))
answer = app.test_client().get("/healthz")
assert answer.status_code == 200, answer.status_code
"""


@pytest.mark.long  # the import contracts of make lint say the same each day
@pytest.mark.parametrize("count", range(len(PACKAGES)))
def test_the_app_stands_on_its_lower_parts_alone(count: int, tmp_path: Path) -> None:
    parts = PACKAGES[1 : count + 1]
    program = BUILD.format(
        imports="\n".join(f"import {part}" for part in parts),
        folder=str(tmp_path),
        parts="".join(f"{part}, " for part in parts),
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"core", *parts}
