"""Mails that come in: an SMTP door of our own, or a mailbox looked into by IMAP; both end in `kb.incoming.take_in`.

    reply_address(config, mail)               where a reply to our message `mail` goes: signed, so it cannot be guessed
    Receiver(config, store).open() / step() / close()

The door takes mail for signed addresses only (it relays nothing) and refuses, with a sentence, what nobody wrote. What
a person wrote and cannot be posted is taken, and they are told why by a mail in their language.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import hmac
import imaplib
import logging
import re
import time
from base64 import b32encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import kb.incoming
from indexer.language import detect
from kb.errors import Unavailable
from kb.incoming import Outcome
from web.letters import automatic, files, sender, words
from web.opening import open_shelf

if TYPE_CHECKING:
    from kb import Store
    from web.config import Config, Imap

SIZE_LIMIT = 10 * 1024 * 1024
LOOK_EVERY, TIMEOUT, AT_ONCE = 60.0, 30.0, 50  # seconds between looks into the mailbox, for each step; mails at a look
_MARK = 16  # characters of the signature: 80 bits
log = logging.getLogger("quisait.mail")
REFUSED = "550 5.1.1 Nobody reads mail at this address. Reply to a message that Quisait sent you."
AUTOMATIC = "550 5.7.1 This was written by a program, so it is not posted."
TAKEN, LATER = "250 2.0.0 Taken, thank you", "451 4.3.0 The knowledge base cannot be reached just now. Try again later."


def reply_address(config: Config, mail: str) -> str:
    """quisait+MAIL-SIGNATURE@example.org: the message of ours that is replied to, signed. All lower case, because some
    systems make it so."""
    name, _at, domain = config.mail_from.rpartition("@")
    return f"{name}+{mail}-{_signature(config, mail)}@{domain}"


def replied(config: Config, address: str) -> str | None:
    """The message of ours that a reply to `address` answers; None when the address was not made here."""
    name, _at, domain = config.mail_from.rpartition("@")
    found = re.fullmatch(rf"{re.escape(name)}\+([a-z0-9]+)-([a-z2-7]+)@{re.escape(domain)}", address.strip().lower())
    if found is None or not hmac.compare_digest(found[2], _signature(config, found[1])):
        return None
    return found[1]


def receives(config: Config) -> bool:
    """Whether replies by mail are set up."""
    return bool(config.mail_from) and (config.mail_listen is not None or config.imap is not None)


def receive(config: Config, store: Store, content: bytes, to: Sequence[str], bounce: bool = False) -> str:
    """Take one mail in; what an SMTP server says to it. `bounce`: it came without a sender."""
    mails = [mail for each in to if (mail := replied(config, each)) is not None]
    if not mails:
        return REFUSED
    message = email.message_from_bytes(content, policy=email.policy.default)
    if bounce or automatic(message):
        return AUTOMATIC
    text = words(message)
    unique = str(message.get("Message-ID", "")).strip() or hashlib.sha256(content).hexdigest()
    try:
        outcomes = [
            kb.incoming.take_in(
                store, mail, hashlib.sha256(f"{mail} {unique}".encode()).hexdigest(), sender(message), text,
                detect(text, default=config.language), files(message), open_shelf(config),
            )
            for mail in mails
        ]  # fmt: skip
    except Unavailable:
        return LATER
    return REFUSED if all(each is Outcome.UNKNOWN for each in outcomes) else TAKEN


class Receiver:
    """Takes in the mails of one knowledge base; any number may run, a mail is posted once."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._door: Any = None
        self._look_at = 0.0
        self._said = ""

    def open(self) -> None:
        """Listen, when an address to listen at is set up; another process may do so already."""
        if self._config.mail_listen is None:
            return
        from aiosmtpd.controller import Controller

        host, port = self._config.mail_listen
        door = Controller(self, hostname=host, port=port, data_size_limit=SIZE_LIMIT, ident="Quisait")
        try:
            door.start()
        except OSError as error:
            self._tell(f"No mail can be received at {host}:{port}: {error.strerror or error}.")
        else:
            self._door = door

    def close(self) -> None:
        if self._door is not None:
            self._door.stop()
            self._door = None

    def step(self) -> bool:
        """Look into the mailbox now and then; whether anything was there."""
        if self._config.imap is None or time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + LOOK_EVERY
        try:
            return self.look(self._config.imap) > 0
        except (OSError, imaplib.IMAP4.error) as error:
            self._tell(f"The mailbox at {self._config.imap.host} cannot be read: {_plain(error)}.")
            return False

    # -- the door: aiosmtpd calls these

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if replied(self._config, address) is None:
            return REFUSED
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        bounce = envelope.mail_from in {None, "", "<>"}
        arguments = (self._config, self._store, envelope.content, list(envelope.rcpt_tos), bounce)
        try:
            return await asyncio.get_running_loop().run_in_executor(None, receive, *arguments)
        except Exception as error:  # noqa: BLE001  (whoever sends it tries again)
            log.warning("A mail could not be taken in: %s", type(error).__name__)
            return LATER

    # -- the mailbox

    def look(self, imap: Imap) -> int:
        """Take in what is unseen in the mailbox; how many that were. What is refused is seen and flagged."""
        box = (imaplib.IMAP4_SSL if imap.tls else imaplib.IMAP4)(imap.host, imap.port, timeout=TIMEOUT)
        with box:
            box.login(imap.user, imap.password)
            answer, _ = box.select(imap.folder)
            if answer != "OK":
                raise imaplib.IMAP4.error(f"there is no folder {imap.folder}")
            found = box.uid("search", "UNSEEN")[1][0].split()[:AT_ONCE]
            for number in found:
                name = number.decode("ascii")
                parts = box.uid("fetch", name, "(BODY.PEEK[])")[1]
                content = next((each[1] for each in parts if isinstance(each, tuple)), b"")
                said = receive(self._config, self._store, content, _recipients(content))
                if said != LATER:
                    flags = r"(\Seen)" if said == TAKEN else r"(\Seen \Flagged)"
                    box.uid("store", name, "+FLAGS", flags)
        self._said = ""
        return len(found)

    def _tell(self, sentence: str) -> None:
        """One line, once, until all is well again."""
        if sentence != self._said:
            self._said = sentence
            log.error(sentence)


def _recipients(content: bytes) -> list[str]:
    """Every address a mail in a mailbox may have come to."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    found: list[str] = []
    for name in ("Delivered-To", "X-Original-To", "To", "Cc"):
        for header in message.get_all(name, []):
            addresses = getattr(header, "addresses", None)
            found += [each.addr_spec for each in addresses] if addresses is not None else [str(header).strip("<> ")]
    return list(dict.fromkeys(found))


def _signature(config: Config, mail: str) -> str:
    digest = hmac.new(config.secret_key.encode(), f"quisait reply {mail}".encode(), hashlib.sha256).digest()
    return b32encode(digest)[:_MARK].decode().lower()


def _plain(error: Exception) -> str:
    said = error.args[0] if error.args else error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200]
