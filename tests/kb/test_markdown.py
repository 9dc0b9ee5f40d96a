"""Markdown becomes what a post needs, and nothing that harms a reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.markdown import plain, render


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("**bold** and `code`", "<strong>bold</strong> and <code>code</code>"),
        ("# Title", "<h2>Title</h2>"),
        ("##### Deep", "<h5>Deep</h5>"),
        ("line\nline", "<br>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        ("```\nx < 1\n```", "<pre><code>x &lt; 1"),
        ("- [x] done\n- [ ] open", '<span class="task">☑</span> done'),
        ("![plan](/files/plan.png)", '<img alt="plan" src="/files/plan.png">'),
        ("[a](https://example.org)", 'rel="nofollow noopener noreferrer"'),
        ("[mail](mailto:a@example.org)", 'href="mailto:a@example.org"'),
        ("[q](/questions/x)", 'href="/questions/x"'),
    ],
)
def test_what_a_post_needs_is_kept(text: str, piece: str) -> None:
    assert piece in render(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<iframe src='https://evil.example'></iframe>",
        "<svg onload=alert(1)>",
        "<style>*{display:none}</style>",
        "<form action='/x'><input></form>",
        "<a href='x' onclick='alert(1)'>x</a>",
        "![x](https://evil.example/pixel.png)",
        "![x](//evil.example/pixel.png)",
        "<span class='button admin'>x</span>",
    ],
)
def test_what_harms_is_gone(text: str) -> None:
    html = render(text).lower()
    for sign in (
        "<script",
        "onerror",
        "onload",
        "onclick",
        "javascript:",
        "data:",
        "<iframe",
        "<style",
        "<form",
        "<input",
        "<svg",
    ):
        assert sign not in html
    assert "evil.example" not in html and 'class="button' not in html


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>\"'=/ab&#x;:()[]!`*\n \\-", max_size=80))
def test_no_text_makes_a_tag_that_is_not_known(text: str) -> None:
    known = "p|br|hr|em|strong|del|code|pre|blockquote|ul|ol|li|a|img|table|thead|tbody|tr|th|td|h[2-6]|span|sup|sub"
    for tag in re.findall(r"<([^>]*)>", render(text)):
        assert re.match(rf"/?({known})\b", tag), tag


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("only  words\n here", "only words here"),
        ("**Où** [réserver](https://x.example) ? `a < b`", "Où réserver ? a < b"),
        ("# Title\n\n- one\n- two", "Title one two"),
        ("5 > 3 & 2", "5 > 3 & 2"),
    ],
)
def test_plain_is_the_words_alone(text: str, words: str) -> None:
    assert plain(text) == words


def test_a_list_right_under_its_paragraph_is_a_list_and_code_stays_code() -> None:
    assert "<li>un</li>" in render("Voici :\n- un\n- deux")
    assert render("```\na\n- b\n```").count("<li>") == 0
