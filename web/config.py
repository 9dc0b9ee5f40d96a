"""All settings in one typed record, read from the environment or from one TOML file.

    QUISAIT_CONFIG=/etc/quisait.toml      a TOML file: the same names in lower case, data = "/var/lib/quisait"
    QUISAIT_DATA=/var/lib/quisait         the environment wins over the file

The first run keeps what it asked (organisation, language, mail) in `quisait.toml` of the data folder; both win over it.

A value that cannot be used stops the start with one sentence that names the setting. There is no default secret: the
key that signs cookies is made once and kept in the data folder.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

KEY_FILE, KEPT_FILE = "secret-key", "quisait.toml"
DEFAULT_DATA = "quisait-data"
KEY_LENGTH = 32
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


class ConfigError(Exception):
    """A setting cannot be used; the sentence names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """The one host that mails are handed to. `tls`: "start" (STARTTLS, demanded), "on" from the beginning, or "no"."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Imap:
    """The mailbox in which replies arrive."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Config:
    """`demo` is the id of the person that a visitor of the demonstration is signed in as; empty: no demonstration.
    `url` is the public address without a slash at its end; empty: whatever address the request came to."""

    data: Path
    database_url: str
    secret_key: str = field(repr=False)
    model: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    organisation: str = ""
    timezone: str = "Europe/Paris"
    language: str = "fr"
    demo: str = ""
    proxies: int = 0
    smtp: Smtp | None = None
    mail_from: str = ""
    mail_listen: tuple[str, int] | None = None
    imap: Imap | None = None
    hooks_private: bool = False

    @property
    def address(self) -> str:
        """Where links outside the site's own pages lead: the public address, else the one it listens at."""
        return self.url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether cookies go over https only."""
        return self.url.startswith("https://")


def read_config(environ: Mapping[str, str] | None = None, **given: str | int | Path | None) -> Config:
    """The configuration from `given` (what the command line says), else `environ`, else the file, else the defaults.

    Makes the data folder and the secret key when they are missing. Raises ConfigError."""
    environ = os.environ if environ is None else environ
    values = _file(environ.get("QUISAIT_CONFIG", ""))
    values |= {name: environ[f"QUISAIT_{name.upper()}"] for name in _NAMES if f"QUISAIT_{name.upper()}" in environ}
    values |= {name: str(value) for name, value in given.items() if value is not None}
    data = Path(values.get("data") or DEFAULT_DATA).expanduser().resolve()
    _make(data)
    values = {**_file(str(data / KEPT_FILE) if (data / KEPT_FILE).exists() else ""), **values}
    return Config(
        data=data,
        database_url=_database(values.get("database_url", ""), data),
        secret_key=_secret(values.get("secret_key", ""), data),
        model=values.get("model") or None,
        host=values.get("host") or "127.0.0.1",
        port=_number("port", values.get("port") or "8000", 0, 65535),
        url=_url(values.get("url", "")),
        organisation=values.get("organisation", "").strip()[:80],
        timezone=_timezone(values.get("timezone") or "Europe/Paris"),
        language=_language(values.get("language") or "fr"),
        demo=_demo(values.get("demo", "")),
        proxies=_number("proxies", values.get("proxies") or "0", 0, 10),
        smtp=read_smtp(values.get("smtp_url", "")),
        mail_from=read_mail_from(values.get("mail_from", ""), values.get("smtp_url", ""), values.get("url", "")),
        mail_listen=_mail_listen(values.get("mail_listen", "")),
        imap=_imap(values.get("imap_url", "")),
        hooks_private=_truth("hooks_private", values.get("hooks_private", "")),
    )


def keep(data: Path, said: Mapping[str, str]) -> None:
    """Keep settings in the data folder, readable by its owner only. ConfigError, and nothing kept, for a bad one."""
    given = {name: value.strip() for name, value in said.items() if value.strip()}
    _language(given.get("language", "fr"))
    read_mail_from(given.get("mail_from", ""), given.get("smtp_url", ""), "")
    read_smtp(given.get("smtp_url", ""))
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in given.items()]
    file = data / KEPT_FILE
    file.touch(mode=0o600)
    file.write_text("\n".join(["# Kept by the first run; the environment wins over it.", *lines, ""]), encoding="utf-8")


_NAMES = (
    "data", "database_url", "model", "host", "port", "secret_key", "url", "organisation", "timezone", "language",
    "demo", "proxies", "smtp_url", "mail_from", "mail_listen", "imap_url",
    "hooks_private",
)  # fmt: skip


def _file(name: str) -> dict[str, str]:
    if not name:
        return {}
    try:
        read = tomllib.loads(Path(name).read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"QUISAIT_CONFIG names {name}, which cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"QUISAIT_CONFIG names {name}, which is not TOML: {error}.") from None
    unknown = sorted(set(read) - set(_NAMES))
    if unknown:
        raise ConfigError(f"{name} holds {unknown[0]!r}, which is no setting. Those there are: {', '.join(_NAMES)}.")
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in read.items()}


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"QUISAIT_DATA names {data}, which cannot be made: {error.strerror}.") from None
    if not os.access(data, os.W_OK):
        raise ConfigError(
            f"QUISAIT_DATA names {data}, where nothing can be written. Give this user the right to write there."
        )


def _database(value: str, data: Path) -> str:
    if not value:
        return f"sqlite:///{data / 'kb.sqlite'}"
    if value.partition("://")[0].partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ConfigError(
            "QUISAIT_DATABASE_URL is not a database address. Write sqlite:///file or postgresql://user@host/name."
        )
    return value.replace("postgres://", "postgresql://", 1)


def _secret(value: str, data: Path) -> str:
    if value:
        if len(value) < KEY_LENGTH:
            raise ConfigError(
                f"QUISAIT_SECRET_KEY is shorter than {KEY_LENGTH} characters. Leave it out to have one made."
            )
        return value
    file = data / KEY_FILE
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        kept = file.read_text("ascii").strip()
        if len(kept) < KEY_LENGTH:
            raise ConfigError(
                f"QUISAIT_DATA: {file} is damaged. Remove it; a new key is made at the next start."
            ) from None
        return kept
    made = secrets.token_hex(KEY_LENGTH)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(made)
    except OSError as error:
        file.unlink(missing_ok=True)  # half a key would stop every later start
        raise ConfigError(f"QUISAIT_DATA: {file} cannot be written: {error.strerror}.") from None
    return made


def _number(name: str, value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ConfigError(f"QUISAIT_{name.upper()} is {value!r}. Write a number from {least} to {most}.")
    return int(value)


def _url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ConfigError(f"QUISAIT_URL is {value!r}. Write the public address, like https://quisait.example.org.")
    return value.rstrip("/")


def read_smtp(value: str) -> Smtp | None:
    """smtp://user:password@host:587 (STARTTLS; without for this machine, or with ?tls=no), smtps://host (TLS)."""
    if not value:
        return None
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == 0 or parts.query not in {"", "tls=no"}:
        raise ConfigError("QUISAIT_SMTP_URL is no mail server. Write smtp://user:password@host:587 or smtps://host.")
    here = parts.hostname in {"localhost", "::1"} or parts.hostname.startswith("127.")
    tls = "on" if parts.scheme == "smtps" else "no" if here or parts.query else "start"
    usual = {"on": 465, "start": 587, "no": 25}[tls]
    return Smtp(parts.hostname, port or usual, tls, unquote(parts.username or ""), unquote(parts.password or ""))


def read_mail_from(value: str, smtp: str, url: str) -> str:
    """The sender of mail. ConfigError for what is no address."""
    if not value and smtp:
        return f"quisait@{urlsplit(url).hostname or 'localhost'}"
    if value and not re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", value):
        raise ConfigError(f"QUISAIT_MAIL_FROM is {value!r}. Write an e-mail address like quisait@example.org.")
    return value


def _truth(name: str, value: str) -> bool:
    if value.lower() not in _TRUE | _FALSE:
        raise ConfigError(f"QUISAIT_{name.upper()} is {value!r}. Write yes or no.")
    return value.lower() in _TRUE


def _mail_listen(value: str) -> tuple[str, int] | None:
    """Where replies by mail are listened for: 127.0.0.1:2525."""
    if not value:
        return None
    host, _colon, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError(f"QUISAIT_MAIL_LISTEN is {value!r}. Write an address and a port, like 127.0.0.1:2525.")
    return host.strip("[]"), int(port)


def _imap(value: str) -> Imap | None:
    """imaps://user:password@host/FOLDER, or imap:// without TLS on this machine."""
    if not value:
        return None
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = 0
    here = parts.hostname in {"localhost", "::1"} or (parts.hostname or "").startswith("127.")
    usable = parts.scheme == "imaps" or (parts.scheme == "imap" and here)
    if not usable or not parts.hostname or port == 0 or not parts.username or parts.query:
        raise ConfigError("QUISAIT_IMAP_URL is no mailbox. Write imaps://user:password@host/INBOX.")
    tls = parts.scheme == "imaps"
    folder, usual = unquote(parts.path.strip("/")) or "INBOX", 993 if tls else 143
    return Imap(parts.hostname, port or usual, tls, unquote(parts.username), unquote(parts.password or ""), folder)


def _timezone(value: str) -> str:
    from babel.dates import get_timezone

    try:
        get_timezone(value)
    except LookupError:
        raise ConfigError(f"QUISAIT_TIMEZONE is {value!r}. Write a name like Europe/Paris.") from None
    return value


def _language(value: str) -> str:
    if value not in {"fr", "en"}:
        raise ConfigError(f"QUISAIT_LANGUAGE is {value!r}. Write fr or en.")
    return value


def _demo(value: str) -> str:
    if value.lower() in _FALSE:
        return ""
    if value.lower() in _TRUE:
        raise ConfigError(
            "QUISAIT_DEMO is the id of the person a visitor is signed in as. Write an id, or leave it out."
        )
    return value
