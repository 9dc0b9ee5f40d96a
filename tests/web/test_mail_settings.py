"""The mail server's settings: what is written is what is meant, and a mistake is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.config import Config, ConfigError, Smtp, read_config


def read(folder: Path, **environ: str) -> Config:
    return read_config({"QUISAIT_DATA": str(folder)} | {f"QUISAIT_{name}": value for name, value in environ.items()})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("smtp://u%40x:p%2Fw@mail.example:2525", Smtp("mail.example", 2525, "start", "u@x", "p/w")),
        ("smtp://mail.example", Smtp("mail.example", 587, "start")),
        ("smtp://mail.example?tls=no", Smtp("mail.example", 25, "no")),
        ("smtp://127.0.0.1:1025", Smtp("127.0.0.1", 1025, "no")),
        ("smtps://mail.example", Smtp("mail.example", 465, "on")),
        ("", None),
    ],
)
def test_the_address_of_the_mail_server(tmp_path: Path, written: str, meant: Smtp | None) -> None:
    assert read(tmp_path, SMTP_URL=written).smtp == meant


@pytest.mark.parametrize("written", ["mail.example", "http://mail.example", "smtp://", "smtp://m:port", "smtp://m?x=1"])
def test_what_is_no_mail_server_stops_the_start_with_a_sentence(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigError, match="QUISAIT_SMTP_URL is no mail server"):
        read(tmp_path, SMTP_URL=written)


def test_mails_come_from_the_public_address_unless_said(tmp_path: Path) -> None:
    given = {"SMTP_URL": "smtp://mail.example", "URL": "https://quisait.example.org"}
    assert read(tmp_path, **given).mail_from == "quisait@quisait.example.org"
    assert read(tmp_path, **given, MAIL_FROM="qui@example.org").mail_from == "qui@example.org"
    with pytest.raises(ConfigError, match="QUISAIT_MAIL_FROM"):
        read(tmp_path, **given, MAIL_FROM="Qui Sait <qui@example.org>")


def test_a_password_is_in_no_representation(tmp_path: Path) -> None:
    assert "p4ssw0rd" not in repr(read(tmp_path, SMTP_URL="smtp://u:p4ssw0rd@mail.example"))
