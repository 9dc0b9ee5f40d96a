"""Mentioning a colleague in a text: a link to their page tells them, once for each post, when they may read it.

    [@Claire Vasseur](/people/claire-vasseur)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from kb.model import NoticeKind, Person, Question
from kb.notices import tell
from kb.storage import Transaction

MOST = 10  # people told by one post
_MENTION = re.compile(r"\]\(/people/([^\s()/?#]{1,200})\)")


def mentioned(text: str) -> tuple[str, ...]:
    """The ids of the people whom a text mentions, each once, in their order."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))[:MOST]


def tell_mentioned(
    tx: Transaction, author: Person, asked: Question, body: str, post: str, place: Mapping[str, object],
    told: Collection[str | None] = (),
) -> None:  # fmt: skip
    """Tell those whom `body` mentions, but its author and whoever is `told` of the post anyway."""
    for each in mentioned(body):
        if each != author.id and each not in told:
            tell(tx, each, NoticeKind.MENTIONED, asked, {"by": author.id, **place}, key=f"mentioned {post}")
