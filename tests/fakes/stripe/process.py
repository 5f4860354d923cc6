"""The stand-in as a process of its own, and its control from outside."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class Provider:
    """``with Provider(port, webhook, secret) as provider: provider.control("pay", session=…, card=…)``."""

    def __init__(self, port: int, webhook: str | None = None, secret: str = "whsec_standin") -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        sends = ["--webhook", webhook, "--secret", secret] if webhook else []
        self._command = [sys.executable, "-m", "tests.fakes.stripe", "--port", str(port), *sends]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Provider":
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdin=subprocess.DEVNULL)
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            try:
                self.control("ledger")
            except OSError:
                time.sleep(0.05)
                continue
            return self
        self.__exit__()
        raise RuntimeError("the stand-in did not start")

    def __exit__(self, *_: object) -> None:
        assert self._process
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def control(self, name: str, **body: Any) -> dict[str, Any]:
        """Pull a string; answers what it says. Raises OSError when it is not there."""
        asked = urllib.request.Request(f"{self.url}/_control/{name}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.loads(answer.read())
