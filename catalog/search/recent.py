"""Answers that an engine gave lately, for as long as its index stays as it is: most searches repeat another one."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from catalog.search.port import Hits

#: Bytes of answers that one process keeps; those asked for longest ago go first.
MOST_KEPT = 16 << 20


class Recent:
    """Answers by question, all of one state."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._state: Hashable = None
        self._answers: OrderedDict[Hashable, Hits] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, state: Hashable, question: Hashable, find: Callable[[], Hits]) -> Hits:
        """The answer in this state of the index; found anew when it is not kept."""
        with self._lock:
            if state == self._state and question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        found = find()
        with self._lock:
            if state != self._state:
                self._answers.clear()
                self._state, self._bytes = state, 0
            if question not in self._answers:
                self._answers[question] = found
                self._bytes += found.ids.nbytes + found.scores.nbytes
            while self._bytes > self._most:
                gone = self._answers.popitem(last=False)[1]
                self._bytes -= gone.ids.nbytes + gone.scores.nbytes
        return found
