"""Sending mail: messages composed in their reader's language, handed to the one configured host.

    Mailer(config, store, app).step()       plan, gather, send some; whether there was anything to do

A message keeps its Message-ID whoever sends it and however often: one that was accepted by the server in the very
moment its sender died goes out again as the same message, and mail systems show it once. Everything about one thing
is one conversation (References).
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from flask import render_template, url_for

import kb.mail
import kb.people
import kb.routes
from kb.incoming import ANSWERED_BY
from kb.mail import Part, Taken
from kb.markdown import plain
from kb.model import NoticeKind, Person, Question
from kb.notices import Told
from kb.outbox import Mail
from kb.routes import Why
from kb.rules import slug
from kb.waves import ASKS
from web.acknowledgements import mailed_url
from web.addresses import absolute
from web.because import named_in
from web.catalogue import ngettext
from web.elsewhere import said_link
from web.letters import MARK
from web.one_click import link_to
from web.opening import speaking
from web.outcomes import outcome_link
from web.receiving import receives, reply_address
from web.signing import sign
from web.site import config, store
from web.telling import about_title, notice_text, notice_url

if TYPE_CHECKING:
    from flask import Flask

    from kb import Store
    from web.config import Config, Smtp

JUDGED = (NoticeKind.ANSWERED, NoticeKind.KNOWN, NoticeKind.OUTCOME, NoticeKind.OFFERED)
QUOTED = 200  # characters of a text, in a digest
AT_ONCE = 20  # messages sent before the worker looks at its other work again
TIMEOUT, PAUSE = 30.0, 20.0  # seconds for each step of the server; without looking, when it is not there
log = logging.getLogger("quisait.mail")
_AWAY = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
         smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)  # fmt: skip


class Composed(NamedTuple):
    subject: str
    text: str
    html: str


class Mailer:
    """Delivers the outbox of one knowledge base to one host; any number may run."""

    def __init__(self, config: Config, store: Store, app: Flask) -> None:
        if config.smtp is None:
            raise ValueError("no mail server is configured")
        self._config, self._smtp, self._store, self._app = config, config.smtp, store, app
        self._since = kb.mail.begin(store)
        self._pause_until = 0.0
        self._said = ""

    def step(self) -> bool:
        """Plan, gather and send what is due; whether there was anything to do."""
        planned = kb.mail.plan(self._store, self._since)
        gathered = kb.mail.gather(self._store)
        return self._send() or planned or gathered

    def _send(self) -> bool:
        if time.monotonic() < self._pause_until:
            return False
        taken, left = kb.mail.take(self._store), AT_ONCE
        if taken is None:
            return False
        try:
            with connect(self._smtp, self._config.mail_from) as server:
                while taken is not None:
                    self._deliver(server, taken)
                    left -= 1
                    taken = kb.mail.take(self._store) if left else None
        except _AWAY as error:
            self._pause_until = time.monotonic() + PAUSE
            self._tell(f"Mail waits: {self._smtp.host} cannot be used just now ({_words(error)}).")
            if taken is not None:
                kb.mail.put_off(self._store, taken, _words(error), counted=False)
        return True

    def _deliver(self, server: smtplib.SMTP, taken: Taken) -> None:
        """Send one message and note it; what is wrong with the message itself costs only this one."""
        try:
            message = self._message(taken)
        except Exception as error:  # noqa: BLE001  (one message that cannot be made must not hold up the others)
            log.warning("Mail %s could not be made: %s", taken.mail.id, _words(error))
            kb.mail.put_off(self._store, taken, _words(error))
            return
        try:
            server.send_message(message, self._config.mail_from, [str(taken.person.email)])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            kb.mail.put_off(self._store, taken, f"{code} {_plain(said)}", final=code >= 500)
        except smtplib.SMTPDataError as error:
            final = error.smtp_code >= 500
            kb.mail.put_off(self._store, taken, f"{error.smtp_code} {_plain(error.smtp_error)}", final=final)
        except smtplib.SMTPSenderRefused as error:
            self._tell(f"The mail server refuses QUISAIT_MAIL_FROM: {_plain(error.smtp_error)}")
            kb.mail.put_off(self._store, taken, f"{error.smtp_code} {_plain(error.smtp_error)}")
        else:
            kb.mail.sent(self._store, taken)
            self._said = ""

    def _message(self, taken: Taken) -> EmailMessage:
        language = taken.language or self._config.language
        with speaking(self._app, language):
            return message(taken.mail, taken.person, taken.parts, language)

    def _tell(self, sentence: str) -> None:
        """One line, once, until mail goes again."""
        if sentence != self._said:
            self._said = sentence
            log.error(sentence)


def connect(smtp: Smtp, sender: str) -> smtplib.SMTP:
    """A connection that is ready to send; it never gives a password away without TLS unless told so."""
    name = sender.rpartition("@")[2]
    if smtp.tls == "on":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, name, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, name, timeout=TIMEOUT)
    try:
        if smtp.tls == "start":
            server.starttls(context=ssl.create_default_context())
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except BaseException:
        server.close()
        raise
    return server


def message(mail: Mail, person: Person, parts: Sequence[Part], language: str) -> EmailMessage:
    """The whole message, plain text and HTML, with what mail programs need to thread it and to stop it."""
    composed = compose(mail.digest, person, parts)
    sender, domain = config().mail_from, config().mail_from.rpartition("@")[2]
    kind = None if mail.digest else parts[0].told.notice.kind
    stop = absolute(url_for("mail.stop", word=sign("stop mail", person.id, kind.value if kind else "")))
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(_from_whom(person, mail, parts), *sender.rsplit("@", 1))
    made["To"] = Address(person.name, *str(person.email).rsplit("@", 1))
    made["Subject"] = composed.subject
    made["Date"] = format_datetime(store().clock())
    made["Message-ID"] = f"<{mail.id}@{domain}>"
    if not mail.digest:
        notice = parts[0].told.notice
        made["In-Reply-To"] = made["References"] = f"<{notice.of}.{slug(notice.subject)}@{domain}>"
    if not mail.digest and receives(config()) and isinstance(parts[0].told.about, Question):
        made["Reply-To"] = reply_address(config(), mail.id)
    made["List-Id"] = f"<notices.{domain}>"
    made["List-Unsubscribe"] = f"<{stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(composed.text)
    made.add_alternative(composed.html, subtype="html")
    made["Content-Language"] = language  # last: making the content takes such headers away
    return made


class Asking(NamedTuple):
    """What a request says in a mail: why the reader, and the link by which they reply without signing in."""

    why: Why
    link: str


def compose(digest: bool, person: Person, parts: Sequence[Part], links: bool = True) -> Composed:
    """What a message says, in the language of the page being written; `links`: with those that act by themselves."""
    told = parts[0].told
    asking = {each.told.notice.id: _asking(person, each) for each in parts if links and _asks(each)}
    named = {id for each in asking.values() for id in named_in(each.why.asked.reasons)}
    names = kb.people.names(store(), person, {str(each.told.notice.params.get("by")) for each in parts} | named)
    if digest and len(parts) == 1:
        subject = notice_text(told, names, person)
    elif digest:
        subject = ngettext("Quisait: one thing to know", "Quisait: %(num)d things to know", len(parts))
    else:
        letter = told.notice.kind is NoticeKind.LETTER
        subject = str(told.notice.params["titled"]) if letter else about_title(told.about)
        subject = subject if letter or told.notice.kind is NoticeKind.INVITED else f"Re: {subject}"
    choices = absolute(url_for("mail.choices", id=person.id))
    facts: dict[str, object] = {
        "digest": digest,
        "parts": parts,
        "names": names,
        "choices": choices,
        "person": person,
        "asking": asking,
        "outcome_links": {each.told.notice.id: _judging(person, each) for each in parts if links and _judges(each)},
        "address_of": _address if links else notice_url, "beginning": _beginning,
    }
    facts |= {"answerable": _answerable(digest, parts) if links else "", "mark": MARK}
    text, html = (render_template(f"mail/notices.{kind}", **facts) for kind in ("txt", "html"))
    return Composed(subject, text, html)


def _beginning(text: str) -> str:
    """What a line of a digest quotes of the words it is about."""
    words = plain(text)
    return words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(' ', 1)[0]}…"


def _answerable(digest: bool, parts: Sequence[Part]) -> str:
    """What a reply by mail becomes: "answer", "comment", or "" when none is taken."""
    told = parts[0].told
    if digest or not receives(config()) or not isinstance(told.about, Question):
        return ""
    return "answer" if told.notice.kind in ANSWERED_BY else "comment"


def _address(told: Told) -> str:
    """Where a notice leads from a mail: what is to be confirmed can be by the link itself."""
    if told.notice.kind is NoticeKind.SAID:
        link = said_link(told.notice.person, str(told.notice.params["said"]))
        return url_for("elsewhere.confirming", link=link)
    return mailed_url(told)


def _judges(part: Part) -> bool:
    return part.told.notice.kind in JUDGED


def _judging(person: Person, part: Part) -> str:
    """Where the reader says, without signing in, whether it is solved."""
    link = outcome_link(person.id, part.told.notice.subject)
    return absolute(url_for("outcomes.page", link=link))


def _asks(part: Part) -> bool:
    return part.told.notice.kind in ASKS and "invitation" in part.told.notice.params


def _asking(person: Person, part: Part) -> Asking:
    id = str(part.told.notice.params["invitation"])
    return Asking(kb.routes.why(store(), person, id), link_to(person.id, id))


def _from_whom(person: Person, mail: Mail, parts: Sequence[Part]) -> str:
    house = f"Quisait {config().organisation}".strip()
    if mail.digest:
        return house
    by = kb.people.names(store(), person, {str(parts[0].told.notice.params.get("by"))})
    return f"{next(iter(by.values())).name} · {house}" if by else house


def _words(error: Exception) -> str:
    """What went wrong in one line, without what was sent (an address, a password)."""
    code, said = getattr(error, "smtp_code", ""), getattr(error, "smtp_error", b"")
    return f"{type(error).__name__} {code} {_plain(said)}".strip() if code else f"{type(error).__name__}: {error}"


def _plain(said: bytes | str) -> str:
    return " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())[:200]
