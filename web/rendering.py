"""How templates show things: Markdown, marked excerpts, dates; the sentences and the addresses under their names.

Excerpts come with matched words between U+E000 and U+E001: escaped first, the marks become `<mark>` after, so no
text of a post is ever taken for HTML.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from babel.dates import format_timedelta
from flask import Flask, request
from flask_babel import format_date, format_datetime, get_locale, to_user_timezone
from markupsafe import Markup, escape

import kb.markdown
from indexer.hits import MARK_CLOSE, MARK_OPEN
from kb.permissions import oversees
from web import (
    addresses,
    animating,
    appearance,
    attachments,
    audit_sentences,
    auth,
    because,
    bookmarks,
    catalogue,
    current,
    demo,
    inbox,
    records_sentences,
    sentences,
    tags,
    telling,
    todo,
    typefaces,
)
from web.addresses import hit_url, reason_url
from web.catalogue import _
from web.comparing import sides
from web.errors import sentence
from web.following import follows
from web.forms import looked_for
from web.sentences import band_text, empty_text, reason_text
from web.site import config, somebody, store

__all__ = [
    "band_text",
    "empty_text",
    "hit_url",
    "install",
    "markdown",
    "marked",
    "reason_text",
    "reason_url",
    "unmarked",
    "when",
]
_NEAR = timedelta(days=30)
_MOMENT = timedelta(minutes=1)
_BEFORE, _AFTER = re.compile(r" ([?!:;»])"), re.compile("« ")
_CODE_OR_SPACE = re.compile(r"(?P<code><(pre|code)\b.*?</\2>)| [?!:;»]|« ", re.DOTALL)
_LOOSE = re.compile(r" (?=[,.)](?:\s|$))")  # where an excerpt lost the marks of Markdown


def install(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "markdown": markdown, "marked": marked, "when": when, "day": day, "soon": soon, "exactly": exactly,
        "initials": initials,
        "plain": kb.markdown.plain,
        "held": held, "space_option": lambda space: (space.id, space.name), "twice": lambda value: (value, value),
        "translated": catalogue._, "begun": sentences.begun,
    }  # fmt: skip
    app.jinja_env.globals |= {
        name: getattr(module, name)
        for module in (addresses, current, sentences, records_sentences, audit_sentences, telling, because, todo)
        for name in vars(module)
        if name.endswith(("_text", "_url", "_name"))
    }
    app.jinja_env.globals |= {
        "with_page": with_page, "other_language": other_language, "sentence": sentence, "sides": sides,
        "absolute": addresses.absolute, "looked_for": looked_for, "follows": follows,
        "oversees": oversees, "because_of": because.because_of, "demo_password": demo.PASSWORD,
        "look": appearance.chosen, "typefaces": typefaces.PRELOADED, "typeface_url": typefaces.typeface_url,
        "bytes_text": attachments.bytes_text, "tag_named": tags.tag_named, "now_attached": attachments.now_attached,
        "bookmark_of": bookmarks.bookmark_of, "own_lists": bookmarks.own_lists,
        "lack_text": animating.lack_text,
    }  # fmt: skip
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, object]:
    return {"me": somebody(), "config": config(), "language": catalogue.language(), "cast": auth.cast_of_demo,
            "unread": inbox.unread}  # fmt: skip


@lru_cache(maxsize=4096)
def markdown(text: str) -> Markup:
    rendered = kb.markdown.render(text)
    return Markup(_CODE_OR_SPACE.sub(_bound, rendered))  # noqa: S704  (sanitised by kb.markdown)


def _bound(found: re.Match[str]) -> str:
    return found[0] if found["code"] else held(found[0])


def marked(excerpt: str) -> Markup:
    """An excerpt with its matched words marked."""
    safe = str(escape(held(_LOOSE.sub("", excerpt)))).replace(MARK_OPEN, "<mark>").replace(MARK_CLOSE, "</mark>")
    return Markup(safe)  # noqa: S704  (escaped above)


def unmarked(excerpt: str) -> str:
    """An excerpt without marks, for JSON and mails."""
    return _LOOSE.sub("", excerpt.replace(MARK_OPEN, "").replace(MARK_CLOSE, ""))


def when(moment: datetime | None) -> Markup:
    """ "3 days ago" for what is near, the date for what is not, with the full date to be pointed at."""
    if moment is None:
        return Markup("")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    age = store().clock() - moment
    near = timedelta(0) <= age < _NEAR
    if near:
        ago = format_timedelta(-age, add_direction=True, locale=get_locale())
        said = ago if age >= _MOMENT else _("just now")
    else:
        said = format_date(moment, "d MMM yyyy")
    full = format_datetime(moment, "d MMMM yyyy, HH:mm")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(timespec="seconds"), full, said)


def soon(moment: datetime) -> Markup:
    """A moment to come, as one says it: the time today, else the day and the time."""
    local = to_user_timezone(moment)
    today = to_user_timezone(store().clock()).date()
    said = format_datetime(moment, "HH:mm" if local.date() == today else "EEEE d MMMM, HH:mm")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="minutes"), said)


def day(moment: date | None) -> Markup:
    """A calendar day, written out."""
    if moment is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat()[:10], catalogue.day_text(moment)
    )


def exactly(moment: datetime) -> Markup:
    """Day and time to the second, in the organisation's zone."""
    said = format_datetime(moment, "dd/MM/yyyy HH:mm:ss")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), said)


def held(text: str) -> str:
    """French puts a space before ? ! : ; and », and after «: no line is broken there. What was escaped stays so."""
    bound = _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0\\1", text))
    return Markup(bound) if isinstance(text, Markup) else bound


def initials(name: str) -> str:
    words = [each for each in name.replace("-", " ").split() if each[0].isalpha()]
    return "".join(each[0] for each in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def other_language(language: str) -> Markup:
    """`lang="…"` for content that is not in the page's language, nothing otherwise."""
    return Markup("") if language == catalogue.language() else Markup(' lang="{}"').format(language)


def with_page(number: int) -> str:
    """This address with another page number."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    return f"{request.path}?{urlencode([*kept, ('page', number)])}"
