"""``make demo``: one command that migrates, loads the demonstration data once, and serves until Ctrl-C.

``python -m admin.serve [--port 8000]`` starts three processes beside each other: gunicorn for
the pages and the API, ``flask work`` for everything that happens afterwards, and a trial
provider of cards unless a real one is set up. When one ends, or a signal comes, all are stopped.
"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import create_engine, text

from admin.demo.cli import welcome
from core.config import Config, ConfigError

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
GUNICORN = (sys.executable, "-m", "gunicorn", "wsgi:app", "--worker-class", "gthread")
#: A stand-in for the provider of cards, to pay with trial cards.
TRIAL_CARDS = "tests/fakes/stripe"
#: Seconds that a process gets to finish its requests before it is killed.
PATIENCE = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; answers the exit status."""
    options = _options(arguments)
    environment = {"OCOP_BASE_URL": f"http://127.0.0.1:{options.port}", **os.environ}
    try:
        config = Config.from_env(environment)
    except ConfigError as error:
        return _complain(str(error))
    if not _is_free(options.port):
        return _complain(f"port {options.port} is taken; try `make demo PORT={options.port + 1}`")
    environment |= trial_cards(config)
    try:
        prepare(config, environment)
        return run(options, {**messages_to_files(config), **environment})
    except subprocess.CalledProcessError as error:
        return _complain(f"{' '.join(error.cmd[3:])} failed")
    except KeyboardInterrupt:
        return 130


def messages_to_files(config: Config) -> dict[str, str]:
    """Mails and SMS go into folders of the instance: whoever tries the shop reads them, nobody else is written to."""
    folder = config.instance.resolve()
    return {"OCOP_MAIL_URL": f"file:{folder / 'mail'}", "OCOP_SMS_URL": f"file:{folder / 'sms'}"}


def prepare(config: Config, environment: Mapping[str, str]) -> None:
    """Migrate, and load the demonstration data into an empty database.

    A file marks a load under way: one that was broken off leaves half a shop behind, which
    is thrown away (only ever the embedded database that this command made) and begun again.
    """
    marker = config.instance / "loading"
    if marker.exists() and not os.environ.get("OCOP_DATABASE_URL"):
        for file in config.instance.glob("ocop.db*"):
            file.unlink()
    _flask(environment, "db", "upgrade")
    if not marker.exists() and not _is_empty(config.database_url):
        return
    print("Loading the demonstration data (once; about a minute) …", flush=True)
    marker.touch()
    _flask(environment, "demo", "load")
    _flask(environment, "search", "rebuild")
    marker.unlink()


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Start the web server and the worker, wait for either to end, stop both."""
    bind = ("--bind", f"127.0.0.1:{options.port}")
    size = ("--workers", str(options.workers), "--threads", str(options.threads), "--log-level", "warning")
    # Both are set: who starts this in the background may hand it SIGINT ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    processes = [_start((*GUNICORN, *bind, *size), environment)]
    try:
        if provider := _provider(environment):
            processes.append(_start(provider, environment))
        processes.append(_start((*FLASK, "work"), environment))
        if _answers(options.port, processes):
            _welcome(options.port, has_trial_cards=provider is not None)
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return _complain("a process ended by itself; stopping the others")
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        _stop(processes)


def trial_cards(config: Config) -> dict[str, str]:
    """Settings of a trial provider of cards beside the shop, where none is set up: nobody needs an account.

    It lives with the tests; where they are left out, cards are simply not offered.
    """
    if config.stripe_api_key or not config.is_loopback or not (_root() / TRIAL_CARDS).is_dir():
        return {}
    return {
        "OCOP_STRIPE_API_KEY": "sk_test_trial",
        "OCOP_STRIPE_API_BASE": f"http://127.0.0.1:{_free_port()}",
        "OCOP_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        "OCOP_TRIAL_CARDS": str(config.instance.resolve() / "trial_cards.json"),
    }


def _provider(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command of the trial provider, when there is one."""
    file = environment.get("OCOP_TRIAL_CARDS")
    if file is None:
        return None
    port = environment["OCOP_STRIPE_API_BASE"].rsplit(":", 1)[1]
    webhook = f"{environment['OCOP_BASE_URL']}/webhooks/stripe"
    secret = environment["OCOP_STRIPE_WEBHOOK_SECRET"]
    return (
        sys.executable, "-m", TRIAL_CARDS.replace("/", "."), "--port", port, "--webhook", webhook, "--secret", secret,
        "--file", file,
    )  # fmt: skip


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="admin.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    return parser.parse_args(arguments)


def _complain(message: str) -> int:
    print(f"make demo: {message}", file=sys.stderr)
    return 1


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    """A port that nobody listens on, far from those that people choose."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_empty(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT 1 FROM user_account LIMIT 1")).first()
    engine.dispose()
    return found is None


def _flask(environment: Mapping[str, str], *command: str) -> None:
    subprocess.run([*FLASK, *command], env=environment, cwd=_root(), check=True)


def _start(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """In a session of its own: the terminal's Ctrl-C reaches only us, and we stop the others in order."""
    return subprocess.Popen(command, env=environment, cwd=_root(), start_new_session=True)


def _stop(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int, processes: Sequence["subprocess.Popen[bytes]"]) -> bool:
    """Wait until the server accepts connections; False when a process ended first."""
    while all(process.poll() is None for process in processes):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def _interrupt(_signal: int, _frame: object) -> None:
    """Stop once: make passes on the signal that the whole group has had already, in the middle of the stopping."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _root() -> Path:
    return Path(__file__).resolve().parent.parent


def _welcome(port: int, *, has_trial_cards: bool) -> None:
    print(f"\nOCOP Mart is open: http://127.0.0.1:{port}   (Ctrl-C stops it)\n", *welcome(), sep="\n")
    if has_trial_cards:
        print("Trial cards: 4242 4242 4242 4242 pays, 4000 0027 6000 3184 asks back, 4000 0000 0000 0002 is declined.")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
