"""The fault script: what goes wrong on the way to the stand-in's answer, on purpose."""

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

#: delay: wait, then work. drop: work, and never answer. drop_before: neither. conflict: 409, nothing done.
#: error_before: 500, nothing done. error_kept: 500, nothing done, and kept under the key. error_after: work, then 500.
ACTS = ("delay", "drop", "drop_before", "conflict", "error_before", "error_kept", "error_after")


@dataclass
class Fault:
    """Happens to calls that match, so many times at most (None: always), by chance."""

    act: str
    method: str = ".*"
    path: str = "/v1/.*"
    times: int | None = None
    chance: float = 1.0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a script with a typing error: it would prove nothing."""
        if self.act not in ACTS:
            raise ValueError(f"{self.act} is none of {', '.join(ACTS)}")


@dataclass
class Script:
    """The faults in force, and how often each kind has struck."""

    faults: list[Fault] = field(default_factory=list[Fault])
    struck: dict[str, int] = field(default_factory=dict[str, int])
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    lock: Any = field(default_factory=threading.Lock)

    def put(self, faults: list[dict[str, Any]]) -> None:
        """Put these in force instead of whatever was."""
        made = [Fault(**one) for one in faults]
        with self.lock:
            self.faults = made

    def pick(self, method: str, path: str) -> Fault | None:
        """The first fault that strikes this call."""
        with self.lock:
            for one in self.faults:
                fits = re.fullmatch(one.method, method) and re.fullmatch(one.path, path)
                if fits and one.times != 0 and self.chance.random() < one.chance:
                    one.times = None if one.times is None else one.times - 1
                    self.struck[one.act] = self.struck.get(one.act, 0) + 1
                    return one
        return None
