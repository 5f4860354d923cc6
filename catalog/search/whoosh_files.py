"""The folder of a Whoosh index: builds beside each other, the name of the one in use, a checksum of every file.

Whoosh notices damage only where a query happens to trip over it, and may answer with another listing instead. So the
writer seals each commit with checksums; a reader compares them when it loads a segment, and the worker each minute.
"""

import fcntl
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from catalog.search.port import IndexBusy, IndexUnavailable
from catalog.search.whoosh_format import FORMAT

#: Seconds that a writer waits for another one (a second worker, a rebuild).
PATIENCE = 30.0
_CURRENT, _SEAL = "CURRENT", "CHECKSUMS"
#: What Whoosh's own writer leaves beside what is read.
_PASSING = (".tmp", ".run", "LOCK")
_Stamp = tuple[int, int, int]


class Builds:
    """``CURRENT`` names the sub-folder in use, which a rebuild replaces at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Files that were found whole, as they were then.
        self._whole: dict[Path, _Stamp] = {}

    def current(self) -> str:
        """The name of the build in use. Raises IndexUnavailable."""
        try:
            name = (self.folder / _CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise IndexUnavailable("no index has been built") from error
        except (OSError, ValueError) as error:
            raise IndexUnavailable(f"CURRENT cannot be read: {error}") from error
        if not name.startswith("build-") or not (self.folder / name).is_dir():
            raise IndexUnavailable("CURRENT names no build")
        return name

    def path(self, name: str) -> Path:
        """The folder of a build."""
        return self.folder / name

    def begin(self) -> Path:
        """An empty folder for a build that nobody sees yet."""
        return Path(tempfile.mkdtemp(prefix="build-", dir=self.folder))

    def take_over(self, fresh: Path) -> None:
        """Let CURRENT name a finished build. The one before stays for searches under way, older ones go."""
        try:
            before = self.current()
        except IndexUnavailable:
            before = ""
        for path in fresh.iterdir():
            _sync(path)
        _replace(self.folder / _CURRENT, fresh.name)
        self._whole.clear()
        for old in self.folder.glob("build-*"):
            if old.name not in (fresh.name, before):
                shutil.rmtree(old, ignore_errors=True)

    def seal(self, name: str) -> None:
        """Note the checksums of files that have none yet: what the last commit wrote."""
        folder = self.folder / name
        known = self._sums(name) if (folder / _SEAL).exists() else {}
        sums = {path.name: known.get(path.name) or _sum(path) for path in _kept(folder)}
        body = json.dumps({"format": FORMAT, "files": sums})
        _replace(folder / _SEAL, f"{zlib.crc32(body.encode())}\n{body}")

    def check(self, name: str, files: list[str] | None = None) -> None:
        """Compare files with their checksums. Raises IndexUnavailable.

        Without names every file is read; of named ones those that changed since they were found whole.
        A file without checksum was committed this moment, or its writer was killed before sealing it: no reason to
        doubt.
        """
        sums = self._sums(name)
        for file in sums if files is None else files:
            path = self.folder / name / file
            stamp = _stamp(path)
            if stamp is None or file not in sums or (files is not None and self._whole.get(path) == stamp):
                continue
            if _sum(path) != sums[file]:
                raise IndexUnavailable(f"{file} is damaged")
            self._whole[path] = stamp

    def _sums(self, name: str) -> dict[str, int]:
        try:
            own, body = (self.folder / name / _SEAL).read_text(encoding="utf-8").split("\n")
            if int(own) != zlib.crc32(body.encode()):
                raise ValueError("the file of checksums is damaged")
            seal = json.loads(body)
            made_as, sums = seal["format"], {str(file): int(noted) for file, noted in seal["files"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IndexUnavailable(f"the checksums cannot be read: {error!r}") from error
        if made_as != FORMAT:
            raise IndexUnavailable(f"built as format {made_as}, this is {FORMAT}")
        return sums

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the one place of the writer, across processes; waits up to PATIENCE seconds. Raises IndexBusy."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "writer.lock").open("w") as lock:
            _wait_for(lock.fileno())
            yield


def _stamp(path: Path) -> _Stamp | None:
    """What of a file changes when it is written; None when it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and path.name != _SEAL and not _passes(path.name)]


def _passes(name: str) -> bool:
    return name.endswith(_PASSING) or ".toc." in name or name.startswith(_SEAL)


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found


def _replace(path: Path, text: str) -> None:
    """Write a small file at once: readers see the old or the new one, after a power cut too."""
    part = path.with_name(f"{path.name}.new")
    part.write_text(text, encoding="utf-8")
    _sync(part)
    os.replace(part, path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wait_for(handle: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise IndexBusy("another writer holds the index") from error
            time.sleep(0.05)
        else:
            return
