"""What goes wrong in the world, on purpose and on time."""

import random
import threading
from collections.abc import Callable

from tests.prove.serve import Server
from tests.support.postgres import PrivatePostgres


class Every:
    """``with Every(1.0, blow): …`` strikes at once and then each so many seconds while the block runs."""

    def __init__(self, seconds: float, blow: Callable[[], bool]) -> None:
        self.seconds = seconds
        self.blow = blow
        #: Blows that hit something.
        self.landed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._strike)

    def __enter__(self) -> "Every":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _strike(self) -> None:
        while True:
            self.landed += self.blow()
            if self._over.wait(self.seconds):
                return


def killer(server: Server, seed: int = 20) -> Callable[[], bool]:
    """``kill -9`` of a random worker. The seed makes the order of victims repeatable."""
    chance = random.Random(seed)
    return lambda: server.kill_a_worker(chance)


def crash(postgres: PrivatePostgres) -> Callable[[], bool]:
    """The database stops in the middle, as in a crash, and comes back."""

    def blow() -> bool:
        postgres.stop("immediate")
        postgres.start()
        return True

    return blow
