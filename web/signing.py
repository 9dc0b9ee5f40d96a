"""Links that act without a sign-in: what they may do is in the link, signed with the site's key, and ends.

A link names its purpose, so that one made to stop mails cannot answer a question. That it works once is seen to by
what it does, not here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from web.site import config, store


def sign(purpose: str, *values: str, runs: timedelta | None = None) -> str:
    """A word for an address that holds `values`; it ends after `runs` (None: never)."""
    ends = int((store().clock() + runs).timestamp()) if runs else 0
    return str(_serializer(purpose).dumps([ends, *values]))


def signed(purpose: str, word: str) -> list[str] | None:
    """The values of a signed word; None when it was not made here for this purpose, or has ended."""
    try:
        ends, *values = _serializer(purpose).loads(word)
    except (BadData, ValueError):
        return None
    if ends and datetime.fromtimestamp(ends, store().clock().tzinfo) <= store().clock():
        return None
    return [str(each) for each in values]


def seal(purpose: str, *values: str) -> str:
    """Eight characters that only this site makes of these values: for an address short enough to be typed from
    paper. It never ends."""
    said = "\0".join((f"quisait {purpose}", *values)).encode()
    made = hmac.new(config().secret_key.encode(), said, hashlib.sha256).digest()
    return base64.b32encode(made[:5]).decode().lower()


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt=f"quisait {purpose}")
