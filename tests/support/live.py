"""A real database of its own for tests with several connections: nothing is rolled back."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


class Live:
    """An app on a fresh migrated database, and ways to use it from many threads at once."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.url = url

    def run(self, work: Callable[[], T]) -> T:
        """Do something in an app context, on a connection of its own."""
        with self.app.app_context():
            return work()

    def together(self, count: int, work: Callable[[int], T]) -> list[T | Exception]:
        """Run ``work(0)`` … ``work(count - 1)`` in threads that start at one instant.

        Answers in order: what each returned, or the exception it raised.
        """
        barrier = threading.Barrier(count)
        answers: list[T | Exception] = [RuntimeError("the thread never ran")] * count

        def one(number: int) -> None:
            with self.app.app_context():
                barrier.wait(timeout=30)
                try:
                    answers[number] = work(number)
                except Exception as error:  # noqa: BLE001 the caller judges every outcome
                    answers[number] = error

        threads = [threading.Thread(target=copy_context().run, args=(one, n)) for n in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=50)
        assert not any(thread.is_alive() for thread in threads), "a thread hangs"
        return answers
