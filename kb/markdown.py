"""Markdown to safe HTML: `markdown` renders, `nh3` keeps only what a post needs.

Tables, fenced code, lists that follow a paragraph, and task lists. Links open with `nofollow`, only to http, https,
mailto and addresses of this site; pictures only from this site, so that reading a post tells nobody outside.
"""

from __future__ import annotations

import re
from html import unescape

import markdown as _markdown
import nh3

_TAGS = {
    "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img", "table", "thead",
    "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6", "span", "sup", "sub",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "th": {"align"},
    "td": {"align"},
    "span": {"class"},
}
_EXTENSIONS = ["tables", "fenced_code", "sane_lists", "nl2br"]
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_ITEM = re.compile(r"^(?:[-*+]|\d{1,9}[.)]) +\S")
_TASK = re.compile(r"<li>(\s*<p>)?\[([ xX])\] ")
_SIGNS = frozenset("<>`*_|[]#~")
_HEADING = re.compile(r"(</?)h([1-4])>")


def render(text: str) -> str:
    """HTML that is safe inside a page, with headings one level down (the page has its own `h1`)."""
    html = _markdown.markdown(_apart(text), extensions=_EXTENSIONS, output_format="html")
    html = _TASK.sub(
        lambda found: f'<li>{found[1] or ""}<span class="task">{"☑" if found[2] != " " else "☐"}</span> ', html
    )
    html = _HEADING.sub(lambda found: f"{found[1]}h{int(found[2]) + 1}>", html)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        attribute_filter=_local_pictures,
        link_rel="nofollow noopener noreferrer",
    )


def _apart(text: str) -> str:
    """A blank line before a list that follows its paragraph directly, as people write it (Markdown sees none)."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        before = lines[-1] if lines else ""
        inside = _ITEM.match(before) or before.startswith((" ", "\t"))
        if not fenced and _ITEM.match(line) and before.strip() and not inside:
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


def plain(text: str) -> str:
    """The words alone, for the index, excerpts and mail. Text without a Markdown sign is not rendered at all."""
    if not _SIGNS.intersection(text):
        return " ".join(text.split())
    return " ".join(unescape(nh3.clean(render(text), tags=set())).split())


def _local_pictures(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and (not value.startswith("/") or value.startswith("//")):
        return None
    if tag == "span" and attribute == "class" and value != "task":
        return None
    return value
