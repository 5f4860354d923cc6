"""A private PostgreSQL server from Debian's binaries: own data, own socket, no TCP port, gone at the end.

For the tests it runs without fsync; for the proofs (``durable=True``) exactly as in production.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
USER = "ocop"


class Missing(Exception):
    """The binaries or an extension are not installed; the message says which."""


def binaries() -> Path:
    """The newest server's bin folder. Raises Missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise Missing("PostgreSQL's binaries are not installed (apt-get install postgresql)")
    version = found[-1].parts[-3]
    for name in EXTENSIONS:
        if not Path(f"/usr/share/postgresql/{version}/extension/{name}.control").exists():
            raise Missing(f"PostgreSQL's {name} is not installed (apt-get install postgresql-contrib)")
    return found[-1].parent


class PrivatePostgres:
    """One server in a temporary folder. ``start`` and ``stop`` may be called again and again."""

    def __init__(self, *, durable: bool = False) -> None:
        self.bin = binaries()
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="ocop-pg-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self._owner = self._unprivileged()
        if self._owner:
            shutil.chown(self.folder, self._owner)
        atexit.register(self.remove)
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> "PrivatePostgres":
        """Start and wait until it answers."""
        switch = "on" if self.durable else "off"
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": switch,
            "synchronous_commit": switch,
            "full_page_writes": switch,
            "max_connections": "100",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
        return self

    def stop(self, mode: str = "fast") -> None:
        """Stop: ``fast`` as an administrator would, ``immediate`` as a crash would."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop", check=False)

    def remove(self) -> None:
        """Stop and delete everything."""
        if self.folder.exists():
            self.stop("immediate")
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside a transaction, as the superuser."""
        where = f"host={self.folder} user={USER} dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, empty or as a copy of another; answers its address."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database and end whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    @staticmethod
    def _unprivileged() -> str | None:
        """PostgreSQL refuses to run as root; Debian's package made the user ``postgres``."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in known else "nobody"

    def _run(self, program: str, *arguments: object, check: bool = True) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if self._owner:
            command = ["runuser", "-u", self._owner, "--", *command]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if check and done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program}: {done.stderr}{log.read_text() if log.exists() else ''}")
