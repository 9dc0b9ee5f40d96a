"""HTML posts as Markdown: paragraphs, emphasis, code, links, lists, quotes, headings; everything else as its words.

What would be Markdown or HTML by accident is escaped, and what runs (script, style) is dropped. Sanitising remains the
business of `kb.markdown`, which renders.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_BLOCKS = {"p", "div", "table", "tr", "dl", "dt", "dd", "section", "article", "figure"}
_DROPPED = {"script", "style", "head", "template", "iframe", "object"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_SIGNS = re.compile(r"([\\`*]|(?<!\w)_|_(?!\w)|(?<=\])\()")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_SIGNS = re.compile(r"^(\s*)([#>+-](?=\s)|\d+(?=[.)]\s))", re.MULTILINE)
_BLANKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def html_to_markdown(html: str) -> str:
    """`html` as Markdown text; never raises, whatever the tags."""
    parser = _Converter()
    parser.feed(html)
    parser.close()
    return parser.text()


class _Converter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[list[str]] = [[]]  # the innermost list or quotation last
        self._lists: list[int | None] = []  # the next number, None for bullets
        self._links: list[str] = []
        self._dropped = 0
        self._pre = False
        self._code = False

    def text(self) -> str:
        while len(self._blocks) > 1:
            self._close("> ")
        return _BLANKS.sub("\n\n", "".join(self._blocks[0])).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _DROPPED:
            self._dropped += 1
        elif tag in _BLOCKS:
            self._write("\n\n" if tag != "tr" else "\n")
        elif tag in ("td", "th"):
            self._write(" ")
        elif tag in _HEADINGS:
            self._write("\n\n" + "#" * int(tag[1]) + " ")
        elif tag == "br":
            self._write("\n")
        elif tag == "hr":
            self._write("\n\n---\n\n")
        elif tag == "pre":
            self._pre = True
            self._write("\n\n```\n")
        elif tag in ("code", "kbd", "samp", "tt") and not self._pre:
            self._code = True
            self._write("`")
        elif tag in _MARKS and not self._pre:
            self._write(_MARKS[tag])
        elif tag == "a":
            self._links.append(_address(values.get("href", "")))
            self._write("[" if self._links[-1] else "")
        elif tag == "img":
            self._write(f"[{values.get('alt') or 'image'}]({_address(values.get('src', ''))})")
        elif tag in ("ul", "ol"):
            self._write("\n" if self._lists else "\n\n")
            self._lists.append(1 if tag == "ol" else None)
        elif tag in ("li", "blockquote"):
            self._blocks.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif tag == "pre" and self._pre:
            self._pre = False
            self._write("\n```\n\n")
        elif tag in ("code", "kbd", "samp", "tt") and self._code:
            self._code = False
            self._write("`")
        elif tag in _MARKS and not self._pre:
            self._write(_MARKS[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._write("\n\n" if tag != "tr" else "\n")
        elif tag == "a" and self._links:
            address = self._links.pop()
            self._write(f"]({address})" if address else "")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._write("\n" if self._lists else "\n\n")
        elif tag == "li" and len(self._blocks) > 1:
            self._close(self._bullet())
        elif tag == "blockquote" and len(self._blocks) > 1:
            self._close("> ")

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._pre or self._code:
            self._write(data)
            return
        if not data.strip() and self._at_line_start():
            return
        data = _ENTITY.sub("&amp;", re.sub(r"\s+", " ", data))
        data = _SIGNS.sub(r"\\\1", data).replace("<", "&lt;")
        self._write(_LINE_SIGNS.sub(r"\1\\\2", data) if self._at_line_start() else data)

    def _write(self, text: str) -> None:
        if text and not self._dropped:
            self._blocks[-1].append(text)

    def _at_line_start(self) -> bool:
        return not self._blocks[-1] or self._blocks[-1][-1].endswith("\n")

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _close(self, mark: str) -> None:
        """End the innermost block: its lines behind `mark` (the first only, for a list's item)."""
        lines = _BLANKS.sub("\n\n", "".join(self._blocks.pop())).strip().split("\n")
        rest = mark if mark == "> " else " " * 4
        before = "\n\n" if mark == "> " else "" if self._at_line_start() else "\n"
        self._write(
            before + mark + lines[0] + "".join(f"\n{rest}{line}".rstrip() for line in lines[1:]) + before[1:] + "\n"
        )


def _address(href: str) -> str:
    """A link that may stand in a post, without what would end it early; "" for any other scheme."""
    href = href.strip()
    if not re.match(r"(https?://|mailto:|/(?!/))", href, re.IGNORECASE):
        return ""
    return href.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
