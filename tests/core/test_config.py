"""Settings: read once, checked at start, refused with their name when they cannot be right."""

from pathlib import Path

import pytest

from core.config import Config, ConfigError


def test_what_nobody_set_runs_on_this_machine_alone(tmp_path: Path) -> None:
    config = Config.from_env({"OCOP_INSTANCE": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path / 'ocop.db'}"
    assert config.is_loopback
    assert len(config.secret_key) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert Config.from_env({"OCOP_INSTANCE": str(tmp_path)}).secret_key == config.secret_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCOP_SEARCH", "google"),
        ("OCOP_SEARCH", "postgresql"),
        ("OCOP_LOG", "xml"),
        ("OCOP_THREADS", "many"),
        ("OCOP_THREADS", "0"),
        ("OCOP_BASE_URL", "ocop.example.vn"),
        ("OCOP_MAIL_URL", "pigeon://roof"),
        ("OCOP_DATABASE_URL", "mysql://root@localhost/ocop"),
        ("OCOP_SECRET_KEY_FILE", "/nowhere/secret"),
    ],
)
def test_a_malformed_setting_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env({"OCOP_INSTANCE": str(tmp_path), name: value})


def test_a_public_address_needs_a_secret(tmp_path: Path) -> None:
    public = {"OCOP_INSTANCE": str(tmp_path), "OCOP_BASE_URL": "https://ocop.example.vn"}
    with pytest.raises(ConfigError, match="OCOP_SECRET_KEY"):
        Config.from_env(public)
    (tmp_path / "key").write_text("from a file\n")
    assert Config.from_env({**public, "OCOP_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "from a file"


def test_a_live_stripe_key_never_goes_to_another_address(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OCOP_STRIPE_API_BASE"):
        Config.from_env(
            {
                "OCOP_INSTANCE": str(tmp_path),
                "OCOP_STRIPE_API_KEY": "sk_live_x",
                "OCOP_STRIPE_API_BASE": "http://127.0.0.1:8420",
            }
        )


def test_no_guard_can_be_switched_off_outside_the_proofs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OCOP_PROVE_UNGUARD"):
        Config.from_env({"OCOP_INSTANCE": str(tmp_path), "OCOP_PROVE_UNGUARD": "stock"})
