import socket
import threading
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from core.config import Config
from core.mail import Mail, compose, mailer_for

MAIL = Mail("lan@demo.test", "Đặt lại mật khẩu", "Chào Lan,\nmở liên kết này.\n", "reset:7")
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


def test_the_same_mail_has_the_same_id_and_comes_from_this_shop() -> None:
    first, second = compose(MAIL, CONFIG), compose(MAIL, CONFIG)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["From"] == "OCOP Mart <no-reply@ocop.example.vn>"


@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_header_is_smuggled_in(field: str) -> None:
    values = {"to": "a@b.test", "subject": "x", field: "a@b.test\nBcc: evil@x.test"}
    with pytest.raises(ValueError, match="linefeed"):
        compose(Mail(values["to"], values["subject"], "text", "k"), CONFIG)


def test_into_a_folder(app: Flask, tmp_path: Path) -> None:
    mailer_for(f"file:{tmp_path / 'mail'}")(compose(MAIL, CONFIG))
    (path,) = (tmp_path / "mail").glob("*.eml")
    assert "To: lan@demo.test" in path.read_text()


def test_by_smtp() -> None:
    stand = SmtpStand()
    mailer_for(f"smtp://127.0.0.1:{stand.port}")(compose(MAIL, CONFIG))
    stand.thread.join(timeout=10)
    text = "\n".join(stand.said)
    assert "RCPT TO:<lan@demo.test>" in text.upper() or "rcpt TO:<lan@demo.test>" in text
    body = text[text.index("From: OCOP Mart") : text.index("\n.\n")]
    message = message_from_bytes(body.encode(), policy=policy.default)
    assert message["Subject"] == "Đặt lại mật khẩu"
    assert "mở liên kết này." in message.get_content()
