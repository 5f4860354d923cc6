import json
import socket
import threading
from collections.abc import Generator
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from smtplib import SMTPRecipientsRefused

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import Config, ConfigError
from core.db import transaction
from core.messages.mail import compose, is_refused, mailer_for
from core.messages.rendering import Rendered
from core.messages.sms import GatewayFailed, GatewayRefused, Sms, texter_for
from tests.support.mails import html_of, text_of

WRITTEN = Rendered("Đặt lại mật khẩu", "Chào Lan,\nmở liên kết này.\n", "<p>Chào <b>Lan</b></p>", "")
CONFIG = Config(base_url="https://ocop.example.vn")


class SmtpStand:
    """Speaks just enough SMTP to take one mail."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.said: list[str] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _address = self.socket.accept()
        with connection, connection.makefile("rwb") as stream:
            self._answer(stream, "220 stand")
            in_data = False
            for raw in stream:
                line = raw.decode().rstrip("\r\n")
                self.said.append(line)
                if in_data:
                    if line == ".":
                        in_data = False
                        self._answer(stream, "250 taken")
                    continue
                in_data = line.upper() == "DATA"
                self._answer(stream, {"DATA": "354 go on", "QUIT": "221 bye"}.get(line.upper(), "250 stand"))
                if line.upper() == "QUIT":
                    return

    def _answer(self, stream, text: str) -> None:
        stream.write(text.encode() + b"\r\n")
        stream.flush()


def letter() -> EmailMessage:
    return compose("lan@demo.test", WRITTEN, "reset:7", CONFIG)


def test_the_same_mail_has_the_same_id_and_comes_from_this_shop() -> None:
    first, second = letter(), letter()
    assert first["Message-ID"] == second["Message-ID"]
    assert first["From"] == "OCOP Mart <no-reply@ocop.example.vn>"


@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_header_is_smuggled_in(field: str) -> None:
    values = {"to": "a@b.test", "subject": "x", field: "a@b.test\nBcc: evil@x.test"}
    with pytest.raises(ValueError, match="linefeed") as caught:
        compose(values["to"], replace(WRITTEN, subject=values["subject"]), "k", CONFIG)
    assert is_refused(caught.value), "no try will ever make it a mail"


WORDS = ["cần", "số", "tài", "khoản", "của", "bạn", "Hoàn", "tiền", "DH-7K3M9QXT:", "𝄞", "ngoằn…", "-", "(a)", "Mart"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1))
def test_subject_and_sender_arrive_word_by_word(words: list[str]) -> None:
    subject = " ".join(words)
    config = replace(CONFIG, site_name=subject)
    mail = compose("lan@demo.test", replace(WRITTEN, subject=subject), "k", config)
    for sent in (mail.as_bytes(), mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")), mail.as_string().encode()):
        assert message_from_bytes(sent, policy=policy.default)["Subject"] == subject
        read = message_from_bytes(sent)  # plain RFC 2047: the newer reader of names puts spaces into long ones
        assert str(make_header(decode_header(read["Subject"]))) == subject
        name, address = parseaddr(read["From"])
        assert (str(make_header(decode_header(name))), address) == (subject, "no-reply@ocop.example.vn")
        head = sent.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        assert head.isascii() and all(len(line) <= 78 for line in head.splitlines())


def test_into_a_folder(app: Flask, tmp_path: Path) -> None:
    mailer_for(f"file:{tmp_path / 'mail'}")(letter())
    (path,) = (tmp_path / "mail").glob("*.eml")
    assert "To: lan@demo.test" in path.read_text()


def test_by_smtp() -> None:
    stand = SmtpStand()
    mailer_for(f"smtp://127.0.0.1:{stand.port}")(letter())
    stand.thread.join(timeout=10)
    text = "\n".join(stand.said)
    assert "RCPT TO:<lan@demo.test>" in text.upper() or "rcpt TO:<lan@demo.test>" in text
    body = text[text.index("From: OCOP Mart") : text.index("\n.\n")]
    message = message_from_bytes(body.encode(), policy=policy.default)
    assert message["Subject"] == "Đặt lại mật khẩu"
    assert message.get_content_type() == "multipart/alternative"
    assert "mở liên kết này." in text_of(message)
    assert "<b>Lan</b>" in html_of(message)


def test_an_address_that_is_refused_for_good_is_not_tried_again() -> None:
    assert is_refused(SMTPRecipientsRefused({"a@b.test": (550, b"no such user")}))
    assert not is_refused(SMTPRecipientsRefused({"a@b.test": (451, b"later")}))
    assert not is_refused(ConnectionRefusedError())


class Gateway:
    """Takes SMS as JSON on this machine, and answers what it is told to."""

    def __init__(self) -> None:
        self.status, self.taken = 200, list[tuple[dict[str, str], dict[str, str]]]()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.taken.append((dict(self.headers), body))
                self.send_response(gateway.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"


@pytest.fixture
def gateway() -> Generator[Gateway]:
    made = Gateway()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_by_gateway(app: Flask, gateway: Gateway) -> None:
    send = texter_for(Config(sms_url=gateway.url, sms_token="t0k3n", sms_sender="OCOPMART").checked())
    assert send is not None
    send(Sms("+84912345678", "Don da nhan", "order-placed:DH-1"))
    send(Sms("+84912345678", "Don da nhan", "order-placed:DH-1"))
    (first, body), (second, _again) = gateway.taken
    assert body == {
        "to": "+84912345678", "text": "Don da nhan", "sender": "OCOPMART", "reference": first["Idempotency-Key"],
    }  # fmt: skip
    assert first["Authorization"] == "Bearer t0k3n"
    assert first["Idempotency-Key"] == second["Idempotency-Key"], "the gateway can tell that it is the same"


@pytest.mark.parametrize(
    "status, refusal",
    [(400, GatewayRefused), (422, GatewayRefused), (429, GatewayFailed), (401, GatewayFailed), (302, GatewayFailed),
     (503, GatewayFailed)],
)  # fmt: skip
def test_what_a_gateway_says(app: Flask, gateway: Gateway, status: int, refusal: type[Exception]) -> None:
    gateway.status = status
    send = texter_for(Config(sms_url=gateway.url, sms_token="t"))
    assert send is not None
    with pytest.raises(refusal):
        send(Sms("+84912345678", "x", "k"))
    assert len(gateway.taken) == 1, "nobody follows a redirect"


def test_nothing_is_sent_inside_a_transaction(app: Flask, gateway: Gateway) -> None:
    send = texter_for(Config(sms_url=gateway.url, sms_token="t"))
    assert send is not None
    with transaction(), pytest.raises(RuntimeError, match="transaction"):
        send(Sms("+84912345678", "x", "k"))
    assert gateway.taken == []


def test_sms_into_a_folder_and_none_without_configuration(app: Flask, tmp_path: Path) -> None:
    send = texter_for(Config(sms_url=f"file:{tmp_path}"))
    assert send is not None
    send(Sms("+84912345678", "Don da nhan", "k"))
    assert "Don da nhan" in next(tmp_path.glob("*.txt")).read_text()
    assert texter_for(Config()) is None


@pytest.mark.parametrize("url", ["http://sms.example.vn/send", "ftp://x/", "telnet:"])
def test_a_token_does_not_travel_in_the_open(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OCOP_SMS_URL"):
        Config(instance=tmp_path, sms_url=url).checked()
