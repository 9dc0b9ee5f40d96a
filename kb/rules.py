"""The rules that need no database: what a text may be, which roles follow from memberships, what a name becomes.

Limits are generous for people and tight for machines: a title fits a line, a body a long evening's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from kb.errors import Invalid
from kb.model import Membership, Person, PersonKind, Role, Space, Visibility

LANGUAGES = ("fr", "en")
TITLE_LIMIT = 200
BODY_LIMIT = 30_000
COMMENT_LIMIT = 2_000
TAG_LIMIT = 6
_TAG = re.compile(r"[^\W_][\w.+#-]{0,39}", re.UNICODE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(field: str, text: str | None, limit: int, required: bool = False) -> str:
    """`text` with its ends trimmed and line ends unified; Invalid when empty though required, too long, or when it
    holds control characters that no keyboard makes."""
    text = (text or "").replace("\r\n", "\n").strip()
    if _CONTROL.search(text):
        raise Invalid(field, "This holds a character that cannot be stored. Paste it as plain text.")
    if len(text) > limit:
        raise Invalid(
            field,
            "This is %(length)d characters long; the most is %(limit)d. Shorten it.",
            length=len(text),
            limit=limit,
        )
    if required and not text:
        raise Invalid(field, "This is empty. Write a few words.")
    return text


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Lower-case tags with spaces joined by hyphens, in their order, each once; Invalid beyond `TAG_LIMIT`."""
    kept: dict[str, None] = {}
    for tag in tags:
        tag = "-".join(tag.lower().split()).strip("-,;")
        if not tag:
            continue
        if not _TAG.fullmatch(tag):
            raise Invalid("tags", "The tag %(tag)s holds characters a tag cannot have, or more than 40.", tag=tag[:50])
        kept[tag] = None
    if len(kept) > TAG_LIMIT:
        raise Invalid("tags", "At most %(limit)d tags: keep those a colleague would search for.", limit=TAG_LIMIT)
    return tuple(kept)


def slug(text: str, limit: int = 60) -> str:
    """The readable end of an address: ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].rstrip("-")


def effective_roles(
    person: Person, memberships: Iterable[Membership], spaces: Iterable[Space], now: datetime
) -> Mapping[str, Role]:
    """The role of `person` in every space they may read: what a running membership says, else `member` of spaces open
    to every employee. A guest has nothing but memberships, and none in spaces that are not shared with partners."""
    running = {each.space: each.role for each in memberships if each.until is None or each.until > now}
    roles: dict[str, Role] = {}
    for space in spaces:
        if person.kind is PersonKind.GUEST:
            if space.visibility is Visibility.PARTNER and space.id in running:
                roles[space.id] = running[space.id]
        elif space.visibility is not Visibility.RESTRICTED:
            roles[space.id] = max(running.get(space.id, Role.MEMBER), Role.MEMBER, key=_RANK.__getitem__)
        elif space.id in running:
            roles[space.id] = running[space.id]
    return roles


_RANK = {Role.READER: 0, Role.MEMBER: 1, Role.EXPERT: 2, Role.ANIMATOR: 3, Role.COMPLIANCE_OWNER: 4}
