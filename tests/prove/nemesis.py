"""What goes wrong in the world, on purpose and on time."""

import random
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from tests.prove.serve import Server
from tests.support.postgres import PrivatePostgres


@contextmanager
def every(seconds: float, blow: Callable[[], bool]) -> Generator[list[int]]:
    """Strike at once and then each ``seconds`` while the block runs; gives the count of blows that landed."""
    landed = [0]
    over = threading.Event()

    def strike() -> None:
        while True:
            landed[0] += blow()
            if over.wait(seconds):
                return

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        yield landed
    finally:
        over.set()
        thread.join()


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
