"""A real web server: gunicorn with several processes, and no way to know that it is being tested."""

import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.sources import ROOT

WORKERS = 4
THREADS = 4


class Server:
    """Four workers of four threads. The application is loaded once and forked, so that a killed worker is
    replaced at once and the killing never outruns the starting, on a slow machine either.

    ``with Server(url, instance, port): …`` serves the application on a database until the block ends.
    """

    def __init__(
        self,
        url: str,
        instance: Path,
        port: int,
        *,
        without: str | None = None,
        settings: Mapping[str, str] | None = None,
        entry: str = "wsgi:app",
        workers: int = WORKERS,
        threads: int = THREADS,
    ) -> None:
        self.port = port
        self.count, self.threads = workers, threads
        self.log = instance / "server.log"
        self.environment = os.environ | {
            "OCOP_DATABASE_URL": url,
            "OCOP_INSTANCE": str(instance),
            "OCOP_BASE_URL": f"http://127.0.0.1:{port}",
            "OCOP_SECRET_KEY": "a secret for the proofs only",
            "OCOP_MAIL_URL": f"file:{instance / 'mail'}",
            "OCOP_TESTING": "1",
            "OCOP_THREADS": str(threads),
            **(settings or {}),
        }
        self.entry = entry
        if without:
            self.entry = "tests.prove.unguarded_wsgi:app"
            self.environment["OCOP_PROVE_UNGUARD"] = without
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        command = [
            sys.executable, "-m", "gunicorn", self.entry, "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning",
            "--worker-class", "gthread", "--workers", str(self.count), "--threads", str(self.threads),
            "--backlog", "512",
            "--preload", "--config", "python:tests.prove.gunicorn_conf", "--worker-connections", str(2 * self.threads),
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop in order; by force when that takes long."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in (*self.workers(), self._process.pid):
                kill(pid)
            self._process.wait()

    def restart(self) -> None:
        """Stop and start: nothing that a process remembers is left."""
        self.stop()
        self.__enter__()

    def workers(self) -> list[int]:
        """The process ids of the workers now alive."""
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        try:
            return [int(pid) for pid in children.read_text().split()]
        except FileNotFoundError:
            return []

    def kill_a_worker(self, chance: random.Random) -> bool:
        """``kill -9`` one worker: nothing is flushed, nothing is said. Gunicorn starts another."""
        alive = self.workers()
        return bool(alive) and kill(chance.choice(alive))

    def kill_all(self) -> None:
        """``kill -9`` all workers at once: whoever answers afterwards knows nothing of before."""
        for pid in self.workers():
            kill(pid)

    def flask(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run ``flask --app wsgi …`` on the same database."""
        environment = {name: value for name, value in self.environment.items() if not name.startswith("OCOP_PROVE_")}
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _wait(self, patience: float = 180) -> None:
        """Until every worker is there and ``/healthz`` answers 200 (a search index is nobody's need here)."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            assert self._process
            if self._process.poll() is not None:
                break
            if len(self.workers()) == self.count and self._is_alive():
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {self.log.read_text()[-3000:]}")

    def _is_alive(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def kill(pid: int) -> bool:
    """``kill -9``; False when it was gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
