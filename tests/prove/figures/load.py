"""A client that asks as fast as it is answered: kept connections, as little work as possible of its own.

Run as a process of its own, ``python -m tests.prove.figures.load PORT CONNECTIONS SECONDS < paths``, so that it takes
no time from whoever measures. Prints one JSON object: answers, statuses other than 200, and milliseconds.
"""

import json
import socket
import sys
import threading
import time
from itertools import cycle, islice

PATIENCE = 30.0


def main() -> int:
    """Ask the paths of standard input in turn for so many seconds."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    paths = [line.strip() for line in sys.stdin if line.strip()]
    took: list[list[float]] = [[] for _ in range(connections)]
    odd: list[str] = []
    ends = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=ask, args=(port, islice(cycle(paths), n, None, connections), ends, took[n], odd))
        for n in range(connections)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    every = sorted(one for some in took for one in some)
    facts = {"answers": len(every), "odd": len(odd), "first_odd": odd[:1], "per_second": round(len(every) / lasted, 1)}
    sys.stdout.write(json.dumps(facts | {"p50_ms": at(every, 0.5), "p95_ms": at(every, 0.95)}))
    return 0


def at(ordered: list[float], part: float) -> float:
    """A quantile of ordered milliseconds."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 2) if ordered else 0.0


def ask(port: int, paths: "islice[str]", ends: float, took: list[float], odd: list[str]) -> None:
    """One connection: question, answer, question."""
    channel = connect(port)
    for path in paths:
        began = time.perf_counter()
        if began >= ends:
            break
        try:
            channel.sendall(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n".encode()
            )
            status, goes_on = read(channel)
        except OSError:
            status, goes_on = "broken", False
        took.append((time.perf_counter() - began) * 1000)
        if status != "200":
            odd.append(f"{status} {path}")
        if not goes_on:
            channel.close()
            channel = connect(port)
    channel.close()


def connect(port: int) -> socket.socket:
    """A connection that waits for no packet to fill."""
    channel = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return channel


def read(channel: socket.socket) -> tuple[str, bool]:
    """One answer whole; its status, and whether the connection stays open. Raises OSError when it breaks."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        part = channel.recv(65536)
        if not part:
            raise OSError("closed")
        got += part
    head = got[:end].decode("latin-1").lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    missing = length - (len(got) - end - 4)
    while missing > 0:
        part = channel.recv(min(missing, 1 << 20))
        if not part:
            raise OSError("closed")
        missing -= len(part)
    return head[9:12], "connection: close" not in head


if __name__ == "__main__":
    sys.exit(main())
