"""Sending webhooks: the words each receiver understands, and one POST that goes nowhere it should not.

The host's name is looked up once and the connection goes to that very address: private, local and reserved ones are
refused unless QUISAIT_HOOKS_PRIVATE allows them. No redirect is followed, no proxy is asked, an answer is read no
further than its first line. Signed ones follow Standard Webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import kb.hooks
from kb.errors import Invalid
from kb.hooks import Event, Taken
from kb.webhooks import HookKind
from web.addresses import absolute, question_url
from web.catalogue import _, mark
from web.opening import speaking

if TYPE_CHECKING:
    from flask import Flask

    from kb import Store
    from web.config import Config

TIMEOUT, AT_ONCE = 10.0, 5
# numbers that may stand for inside ones: translated, tunnelled, of old
_INSIDE = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "2002::/16", "fec0::/10"))
)
PLAIN = mark("Only https is sent to. Ask your administrator about QUISAIT_HOOKS_PRIVATE.")
INSIDE = mark("This address is inside your network. Ask your administrator about QUISAIT_HOOKS_PRIVATE.")
log = logging.getLogger("quisait.hooks")


class Deliverer:
    """Sends what is due; any number may run."""

    def __init__(self, config: Config, store: Store, app: Flask) -> None:
        self._config, self._store, self._app = config, store, app

    def step(self) -> bool:
        """Send some of what is due; whether there was anything."""
        for number in range(AT_ONCE):
            taken = kb.hooks.take(self._store)
            if taken is None:
                return number > 0
            self._deliver(taken)
        return True

    def _deliver(self, taken: Taken) -> None:
        try:
            with speaking(self._app, self._config.language):
                body = json.dumps(message(taken), ensure_ascii=False).encode()
            now = int(self._store.clock().timestamp())
            status = post(taken.hook.url, body, headers(taken, body, now), self._config.hooks_private)
        except (Invalid, OSError, ValueError, http.client.HTTPException) as error:
            said = str(error) if isinstance(error, Invalid) else f"{type(error).__name__}: no answer."
            kb.hooks.failed(self._store, taken, said)
            return
        if 200 <= status < 300:
            kb.hooks.sent(self._store, taken, status)
        else:
            kb.hooks.failed(self._store, taken, f"The other side answered {status}.", status)


def headers(taken: Taken, body: bytes, now: int) -> dict[str, str]:
    """The headers of a delivery; a signed one has its id, moment and signature."""
    given = {"Content-Type": "application/json", "User-Agent": "Quisait"}
    if taken.hook.kind is not HookKind.SIGNED:
        return given
    id = taken.delivery.id
    signature = sign(taken.hook.secret, id, now, body)
    return given | {"webhook-id": id, "webhook-timestamp": str(now), "webhook-signature": signature}


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """The signature of Standard Webhooks, version 1."""
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{b64encode(digest).decode()}"


def message(taken: Taken) -> dict[str, Any]:
    """What is sent, in the words of its receiver."""
    question, by = taken.question, taken.by.name if taken.by else _("somebody who left")
    address = absolute(question_url(question.id, question.title, taken.delivery.answer))
    sentence = {
        Event.ASKED: _("%(name)s asks:", name=by), Event.ANSWERED: _("%(name)s answered:", name=by),
        Event.SOLVED: _("Solved:"),
    }[Event(taken.delivery.event)]  # fmt: skip
    match taken.hook.kind:
        case HookKind.SLACK:
            return {"text": f"{_slack(sentence)} <{address}|{_slack(question.title)}>"}
        case HookKind.MATTERMOST:
            return {"text": f"{_plain(sentence)} [{_plain(question.title)}]({address})"}
        case HookKind.TEAMS:
            return _card(sentence, question.title, address)
    data = {
        "id": question.id, "title": question.title, "space": question.space, "tags": list(question.tags),
        "url": address, "status": question.status.value, "answer": taken.delivery.answer, "by": by,
    }  # fmt: skip
    happened = taken.delivery.created.isoformat(timespec="seconds")
    return {"type": f"question.{taken.delivery.event}", "timestamp": happened, "data": data}


def post(url: str, body: bytes, given: dict[str, str], private: bool) -> int:
    """POST to an address that may be asked; the status of the answer. Invalid, OSError or HTTPException if not."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    require_allowed(url, private)
    port = parts.port or (443 if tls else 80)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    connection.sock = _connected(host, port, private)
    try:
        if tls:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, given)
        return connection.getresponse().status
    finally:
        connection.close()


def require_allowed(url: str, private: bool) -> None:
    """Raise Invalid for an address that is never sent to, as far as can be told without looking its host's name up,
    ValueError for what is no address."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    if not host.encode("idna") or parts.port == 0:  # either raises ValueError too, for what no host can bear
        raise ValueError("no host can be asked there")
    if not private and parts.scheme != "https":
        raise Invalid("url", PLAIN)
    if not private and (host == "localhost" or not _is_global(host)):
        raise Invalid("url", INSIDE)


def _is_global(host: str) -> bool:
    """Whether a number leads out of the network; of a name that is only known once it is looked up."""
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            number = ipaddress.ip_address(socket.inet_aton(host))  # as old programs wrote them: 127.1, 0x7f000001
        except OSError:
            return True
    return number.is_global and not number.is_multicast and all(number not in each for each in _INSIDE)


def _connected(host: str, port: int, private: bool) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _name, address in found:
        if not private and not _is_global(str(address[0])):
            raise Invalid("url", INSIDE)
        made = socket.socket(family, kind, protocol)
        made.settimeout(TIMEOUT)
        try:
            made.connect(address)
        except OSError:
            made.close()
            continue
        return made
    raise OSError("no answer")


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """Without what Markdown or a mention would make of it."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()#+!|<>~" else each for each in text).replace("@", "@\u200b")


def _card(sentence: str, title: str, address: str) -> dict[str, Any]:
    """An adaptive card, as the workflows of Teams take it."""
    words = [{"type": "TextBlock", "text": text, "wrap": True} for text in (_plain(sentence), _plain(title))]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": words, "actions": [{"type": "Action.OpenUrl", "title": _("Open"), "url": address}],
    }  # fmt: skip
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [attachment]}
