"""``python -m tests.fakes.stripe --port 8420 --webhook http://127.0.0.1:8000/webhooks/stripe --secret whsec_…``."""

import argparse
import signal
import sys
from pathlib import Path

from tests.fakes.stripe.server import StandIn
from tests.fakes.stripe.webhooks import Post
from tests.fakes.stripe.world import World


def main() -> int:
    """Serve until told to stop; answers the exit status."""
    options = _options()
    world = World(file=options.file)
    world.load()
    post = Post(world, options.webhook, options.secret) if options.webhook else None
    server = StandIn(options.port, world=world, post=post)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    server.serve_forever()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fakes.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--webhook", help="where signed events are sent")
    parser.add_argument("--secret", default="whsec_standin", help="what signs them")
    parser.add_argument("--file", type=Path, help="keeps the books over a restart")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
