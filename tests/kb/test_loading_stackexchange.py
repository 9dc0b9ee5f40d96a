"""A Stack Exchange dump becomes a community: people, questions, answers, comments, votes, duplicates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb import Store
from kb.errors import Unreadable
from kb.loading import load, load_stackexchange
from kb.loading.html_text import html_to_markdown
from kb.markdown import plain, render
from kb.model import QuestionStatus

FILES = {
    "Users": """
  <row Id="-1" DisplayName="Community" />
  <row Id="1" DisplayName="Ann" Location="Lyon"
       AboutMe="&lt;p&gt;Hello &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;"
       CreationDate="2010-01-01T00:00:00.000" />
  <row Id="2" DisplayName="Bob"
       CreationDate="2010-01-01T00:00:00.000" />""",
    "Posts": """
  <row Id="10" PostTypeId="1" AcceptedAnswerId="12" OwnerUserId="1" Score="7"
       CreationDate="2011-02-03T04:05:06.789"
       Title="How to &lt;i&gt;?"
       Tags="&lt;c++&gt;&lt;html-5&gt;"
       Body="&lt;p&gt;Use &lt;code&gt;x &amp;lt; y&lt;/code&gt;&lt;/p&gt;" />
  <row Id="11" PostTypeId="1" OwnerUserId="99" Score="0"
       CreationDate="2011-02-04T00:00:00.000"
       Title="Again"
       Tags="|c++|api|"
       Body="&lt;p&gt;?&lt;/p&gt;" />
  <row Id="12" PostTypeId="2" ParentId="10" OwnerUserId="2" Score="4"
       CreationDate="2011-02-05T00:00:00.000"
       Body="&lt;p&gt;So&lt;/p&gt;" />
  <row Id="13" PostTypeId="2" ParentId="10" OwnerDisplayName="user5"
       CreationDate="2011-02-06T00:00:00.000"
       Body="&lt;p&gt;Or&lt;/p&gt;" />
  <row Id="14" PostTypeId="2" ParentId="404" Score="0"
       CreationDate="2011-02-06T00:00:00.000"
       Body="&lt;p&gt;Lost&lt;/p&gt;" />
  <row Id="15" PostTypeId="5"
       Body="wiki" />""",
    "PostLinks": """
  <row Id="1" PostId="11" RelatedPostId="10" LinkTypeId="3" />
  <row Id="2" PostId="10" RelatedPostId="11" LinkTypeId="1" />""",
    "Comments": """
  <row Id="1" PostId="12" Text="Thanks &amp;amp; bye" UserId="1"
       CreationDate="2011-02-07T00:00:00.000" />""",
    "Votes": """
  <row Id="1" PostId="12" VoteTypeId="2" UserId="1"
       CreationDate="2011-02-05T00:00:00.000" />
  <row Id="2" PostId="12" VoteTypeId="2"
       CreationDate="2011-02-05T00:00:00.000" />
  <row Id="3" PostId="13" VoteTypeId="2" />
  <row Id="4" PostId="13" VoteTypeId="2" />
  <row Id="5" PostId="13" VoteTypeId="3" />
  <row Id="6" PostId="12" VoteTypeId="1" />""",
    "Tags": """<row Id="1" TagName="c++" Count="2" />""",
}


def dump(folder: Path, **changed: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (FILES | changed).items():
        text = f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<{name.lower()}>{rows}\n</{name.lower()}>'
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")
    return folder


def test_a_dump_is_loaded_with_scores_acceptance_duplicates_and_without_those_who_left(
    store: Store, tmp_path: Path
) -> None:
    report = load_stackexchange(store, dump(tmp_path / "dump"), space="Old forum")
    assert {kind: count.added for kind, count in report.counts.items() if count.added} == {
        "person": 2, "space": 1, "question": 2, "answer": 2, "comment": 1, "vote": 1,
    }  # fmt: skip
    assert ["old-forum-404" in each.reason for each in report.problems] == [True]
    with store.read() as tx:
        asked, again = tx.questions.get("old-forum-10"), tx.questions.get("old-forum-11")
        best, other = tx.answers.list(["old-forum-10"])
        ann = tx.people.get("old-forum-u1")
        comment = tx.comments.list("old-forum-10")[0]
    assert (asked.title, asked.tags, asked.score, asked.author) == ("How to <i>?", ("c++", "html-5"), 7, "old-forum-u1")
    assert (asked.body, asked.status, asked.space) == ("Use `x < y`", QuestionStatus.ANSWERED, "old-forum")
    assert asked.created == datetime(2011, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    assert (again.tags, again.author, again.duplicate_of, again.status) == (
        ("c++", "api"),
        None,
        "old-forum-10",
        QuestionStatus.DUPLICATE,
    )
    assert (best.id, best.score, best.accepted is not None) == ("old-forum-12", 4, True)
    assert (other.author, other.score) == (None, 1)
    assert (ann.name, ann.site, ann.about) == ("Ann", "Lyon", "Hello **you**")
    assert comment.answer == "old-forum-12"


def test_a_dump_loaded_again_changes_nothing_even_by_its_folder(store: Store, tmp_path: Path) -> None:
    folder = dump(tmp_path / "stackexchange")
    load_stackexchange(store, folder)
    with store.read() as tx:
        number = tx.changes.last()
    assert load_stackexchange(store, folder).written == 0
    assert load(store, [folder]).written == 0
    with store.read() as tx:
        assert tx.changes.last() == number


def test_entities_of_its_own_are_refused(store: Store, tmp_path: Path) -> None:
    folder = dump(tmp_path / "dump")
    entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    bomb = f'<?xml version="1.0"?>{entities}<users><row Id="3" DisplayName="&b;"/></users>'
    (folder / "Users.xml").write_text(bomb)
    report = load_stackexchange(store, folder)
    assert report.counts["person"].added == 0
    assert "entities" in report.problems[0].reason and report.problems[0].file == "Users.xml"
    assert report.counts["question"].added == 2


def test_a_truncated_file_gives_what_stands_before_the_break(store: Store, tmp_path: Path) -> None:
    folder = dump(tmp_path / "dump")
    text = (folder / "Posts.xml").read_text(encoding="utf-8")
    (folder / "Posts.xml").write_text(text[: text.index('<row Id="13"') + 9], encoding="utf-8")
    report = load_stackexchange(store, folder)
    assert (report.counts["question"].added, report.counts["answer"].added) == (2, 1)
    assert any("broken" in each.reason and each.line for each in report.problems)


def test_a_folder_without_posts_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"no Posts\.xml"):
        load_stackexchange(store, tmp_path)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One\n two</p>\n\n<p>Three</p>", "One two\n\nThree"),
        (
            "<p>a <em>b</em> <strong>c</strong> <a href='https://x.y/(z)'>d</a></p>",
            "a *b* **c** [d](https://x.y/%28z%29)",
        ),
        ("<p><a href='javascript:alert(1)'>no</a></p>", "no"),
        ("<pre><code>if a &lt; b:\n    *x*\n</code></pre>", "```\nif a < b:\n    *x*\n\n```"),
        ("<ul>\n<li>a</li>\n<li>b<ol><li>c</li><li>d</li></ol></li>\n</ul>", "- a\n- b\n    1. c\n    2. d"),
        ("<blockquote>\n<p>q</p>\n<p>r</p>\n</blockquote>", "> q\n>\n> r"),
        ("<h2>T</h2>x<br>y<hr>z", "## T\n\nx\ny\n\n---\n\nz"),
        ("<p>1 * 2, snake_case, &lt;b&gt;, # no</p><p># no</p>", "1 \\* 2, snake_case, &lt;b>, # no\n\n\\# no"),
        ("a<script>alert(1)</script><p>b", "a\n\nb"),
        ("</li></p></pre></ul>x", "x"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown


def test_what_was_text_in_html_is_text_when_rendered() -> None:
    text = html_to_markdown("<p>Use &lt;script&gt; and *stars* and [a](b)</p><p>AT&amp;T &amp;lt;</p>")
    assert plain(text) == "Use <script> and *stars* and [a](b) AT&T &lt;"
    assert "<script" not in render(text)
