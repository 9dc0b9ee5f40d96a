"""What a person wrote in a mail, without what their program put around it: quoted text, signature, headers.

    words(message)         what its writer added, "" when nothing is left
    automatic(message)     an absence note, a bounce, a list: nobody wrote it, nothing is posted
    sender(message)        the address it says it is from
    files(message)         what its writer attached

Pure: from one parsed message to text. Programs quote in three ways: lines that begin with ">", a line "On ... wrote:"
before them, and a block of headers ("From: ... Sent: ...") after which everything is old.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser
from typing import Any

MARK = "·· ✂ ··"  # stands in our mails above what we say: what is below it is ours
_AUTOMATIC = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?reply|out of (the )?office|autoreply|réponse automatique|absence du bureau|"
    r"message d[’']absence|undeliverable|undelivered mail|delivery status notification|mail delivery failed)\b", re.I,
)  # fmt: skip
_ROBOT = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+-].*)?@", re.I)
_ATTRIBUTION = re.compile(
    r"^(on\b.{5,200}\bwrote|le\b.{5,200}\ba (?:écrit|ecrit)|.{3,120}<[^>]+@[^>]+>.{0,40}(?:wrote|a écrit))\s*:?\s*$",
    re.I,
)
_OLD = re.compile(
    r"^\s*-{2,}\s*(original message|message d[’']origine|message original|forwarded message|message transféré)", re.I
)
_HEADER = re.compile(r"^\*?(from|de|sent|envoyé|date|to|à|subject|objet|cc)\s?\*?\s?:\*?\s", re.I)
_PHONE = re.compile(
    r"^(sent from my |sent from outlook|envoyé (de|depuis) (mon|ma|outlook|l[’']application)|get outlook for |"
    r"télécharger outlook|obtenez outlook|sent with )", re.I,
)  # fmt: skip
_FILES, _LOGO = 20, 16 * 1024  # files looked at; bytes from which a picture in the text is no signature's
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "pre", "ul", "ol", "table", "blockquote"}
_GONE = {"style", "script", "head", "title", "blockquote"}
_QUOTES = {"gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "gmail_signature", "moz-signature"}
_OUTLOOK = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "Signature"}
_EMPTY_TAGS = {"br", "img", "hr", "meta", "input", "link", "wbr", "col"}


def automatic(message: EmailMessage) -> bool:
    """Whether a program wrote it (RFC 3834, and what older programs do instead)."""
    said = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if said != "no" or message.get_content_type() == "multipart/report":
        return True
    if str(message.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe")):
        return True
    return bool(_AUTOMATIC.match(str(message.get("Subject", ""))) or _ROBOT.match(sender(message)))


def sender(message: EmailMessage) -> str:
    """The one address in From, lower case; "" when there is none or more than one."""
    addresses: Sequence[Address] = getattr(message.get("From"), "addresses", ())
    return addresses[0].addr_spec.lower() if len(addresses) == 1 else ""


def words(message: EmailMessage) -> str:
    """What its writer added."""
    body = message.get_body(("plain",))
    if body is not None:
        text = _content(body)
        if body.get_param("format") == "flowed":
            text = _unflowed(text, str(body.get_param("delsp", "no")).lower() == "yes")
        return stripped(text)
    body = message.get_body(("html",))
    return stripped(_from_html(_content(body))) if body is not None else ""


def files(message: EmailMessage) -> list[tuple[str, bytes]]:
    """What its writer attached, as (name, content): also pictures put into the text, but not the small ones that
    signatures are made of."""
    found: list[tuple[str, bytes]] = []
    for part in message.walk():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if part.is_multipart() or not isinstance(content, bytes) or len(found) == _FILES:
            continue
        inside = part.get_content_maintype() == "image" and len(content) >= _LOGO
        if name and (part.get_content_disposition() == "attachment" or inside):
            found.append((name, content))
    return found


def stripped(text: str) -> str:
    """Without quotes, what introduces them, and the signature."""
    lines = _new(text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n"))
    kept: list[str] = []
    for line in lines:
        if line.rstrip() in ("--", "—") or _PHONE.match(line.strip()):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _new(lines: list[str]) -> list[str]:
    """The lines that are not quoted: those between quotes and below them too (some answer there)."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if MARK in line or _OLD.match(line) or _headers(lines, place):
            break
        length = _attribution(lines, place)
        if length:
            following = next((each for each in lines[place + length :] if each.strip()), "")
            if not following.lstrip().startswith(">"):
                break
            place += length
        elif line.lstrip().startswith(">"):
            place += 1
        else:
            kept.append(line)
            place += 1
    while kept and re.fullmatch(r"\s*_{5,}\s*", kept[-1]):
        kept.pop()
    return kept


def _attribution(lines: list[str], place: int) -> int:
    """How many lines from here say "On ... wrote:"; programs wrap it. 0: none."""
    if not re.match(r"\s*(on|le|\S+ .*<)", lines[place], re.I):
        return 0
    for length in (1, 2, 3):
        joined = " ".join(each.strip() for each in lines[place : place + length])
        if all(each.strip() for each in lines[place : place + length]) and _ATTRIBUTION.match(joined):
            return length
    return 0


def _headers(lines: list[str], place: int) -> bool:
    """Whether a block of headers begins here: From or De, and two more in the lines after."""
    if not re.match(r"\*?(from|de)\s?\*?\s?:", lines[place].strip(), re.I):
        return False
    return sum(bool(_HEADER.match(each.strip())) for each in lines[place : place + 6]) >= 3


def _content(body: MIMEPart[Any, Any]) -> str:
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError):  # a character set that nobody knows
        payload = body.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _unflowed(text: str, delete: bool) -> str:
    """Lines that end in a space go on in the next one (RFC 3676)."""
    made: list[str] = []
    going_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        soft = line.endswith(" ") and line != "-- "
        line = line[:-1] if soft and delete else line
        line = line[1:] if line.startswith(" ") else line
        if going_on and not line.startswith(">"):
            made[-1] += line
        else:
            made.append(line)
        going_on = soft and not line.startswith(">")
    return "\n".join(made)


def _from_html(html: str) -> str:
    reading = _Reading()
    reading.feed(html)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", "".join(reading.text)))


class _Reading(HTMLParser):
    """HTML to lines, without quotes, styles and signatures that programs mark as such."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._left, self._depth = "", 0  # the tag of what is left out just now, and how deep in it we are
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if given.get("id") in _OUTLOOK:
            self._over = True
        if tag == "br" and not self._left_out:
            self.text.append("\n")
        if tag in _EMPTY_TAGS:
            return
        if self._left:
            self._depth += tag == self._left
        elif tag in _GONE or classes & _QUOTES:
            self._left, self._depth = tag, 1
        elif tag in _BLOCKS:
            self.text.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if self._left:
            self._depth -= tag == self._left
            self._left = self._left if self._depth else ""
        elif tag in _BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.text.append(re.sub(r"\s+", " ", data))

    @property
    def _left_out(self) -> bool:
        return self._over or bool(self._left)
