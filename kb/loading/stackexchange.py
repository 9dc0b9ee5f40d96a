"""A Stack Exchange dump as it is published: Posts, Users, Comments, Votes and PostLinks in XML, one `row` element
each.

The rows become those of a community folder, and go the same way. Elements are streamed; a document with entities of
its own is refused. Authors who deleted their account are nobody, votes of nobody are in the scores already (or make
them, where Posts.xml gives none).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from kb.errors import Unreadable
from kb.loading.html_text import html_to_markdown
from kb.loading.lines import Complain, Progress
from kb.loading.reading import Reading
from kb.rules import slug

Attributes = Mapping[str, str]
_FILES = ("Users.xml", "Posts.xml", "PostLinks.xml", "Comments.xml", "Votes.xml")
_QUESTION, _ANSWER = "1", "2"
_VOTES = {"2": 1, "3": -1}
_DUPLICATE = "3"
_TAGS = re.compile(r"[^<>|]+")


def read_stackexchange(reading: Reading, folder: Path, space: str) -> None:
    """Stage a whole dump. Unreadable when the folder has no Posts.xml."""
    if not (folder / "Posts.xml").is_file():
        raise Unreadable(f"{folder} holds no Posts.xml. Unpack the .7z of the dump and give the folder it makes.")
    dump = _Dump(reading, slug(space) or "stackexchange", space)
    for name in _FILES:
        file = folder / name
        if file.is_file():
            kind, take = dump.taking[name]
            number = reading.staging.name_file(name)
            for line, row in xml_rows(file, reading.complaints(kind, name), reading.tell):
                take(row, number, line)
    dump.finish((folder / "Users.xml").is_file())


class _Dump:
    def __init__(self, reading: Reading, mark: str, space: str) -> None:
        self._reading = reading
        self._mark = mark
        self._space = space
        self._duplicates: dict[str, str] = {}
        self.taking: dict[str, tuple[str, Callable[[Attributes, int, int], None]]] = {
            "Users.xml": ("person", self._user), "Posts.xml": ("question", self._post),
            "PostLinks.xml": ("question", self._link), "Comments.xml": ("comment", self._comment),
            "Votes.xml": ("vote", self._vote),
        }  # fmt: skip

    def _stage(self, kind: str, row: dict[str, Any], file: int, line: int) -> None:
        self._reading.stage(kind, row, file, line, self._space)

    def _id(self, id: str | None, sort: str = "") -> str | None:
        return f"{self._mark}-{sort}{id}" if id else None

    def _person(self, id: str | None) -> str | None:
        return None if id is None or id.startswith("-") else self._id(id, "u")

    def _user(self, row: Attributes, file: int, line: int) -> None:
        id = self._person(row.get("Id", ""))
        if id is not None:
            self._stage("person", {
                "id": id, "name": row.get("DisplayName", "").strip() or f"User {row['Id']}",
                "site": row.get("Location"),
                "about": html_to_markdown(row.get("AboutMe", ""))[:2000] or None, "created": row.get("CreationDate"),
            }, file, line)  # fmt: skip

    def _post(self, row: Attributes, file: int, line: int) -> None:
        sort = row.get("PostTypeId")
        if sort not in (_QUESTION, _ANSWER):
            return
        post = {
            "id": self._id(row.get("Id")), "author": self._person(row.get("OwnerUserId")),
            "score": _number(row.get("Score")),
            "body": html_to_markdown(row.get("Body", "")), "created": row.get("CreationDate"),
        }  # fmt: skip
        if sort == _ANSWER:
            self._stage("answer", {**post, "question": self._id(row.get("ParentId"))}, file, line)
            return
        accepted = self._id(row.get("AcceptedAnswerId"))
        if accepted is not None:
            self._reading.staging.add("accepts", {"answer": accepted, "question": post["id"]})
        tags = _TAGS.findall(row.get("Tags", ""))
        self._stage("question", {**post, "title": row.get("Title"), "tags": tags}, file, line)

    def _link(self, row: Attributes, file: int, line: int) -> None:
        post, related = self._id(row.get("PostId")), self._id(row.get("RelatedPostId"))
        if row.get("LinkTypeId") == _DUPLICATE and post and related:
            self._duplicates.setdefault(post, related)

    def _comment(self, row: Attributes, file: int, line: int) -> None:
        self._stage("comment", {
            "id": self._id(row.get("Id"), "c"), "on": self._id(row.get("PostId")), "body": row.get("Text"),
            "author": self._person(row.get("UserId")), "created": row.get("CreationDate"),
        }, file, line)  # fmt: skip

    def _vote(self, row: Attributes, file: int, line: int) -> None:
        value = _VOTES.get(row.get("VoteTypeId", ""))
        if value is None:
            return
        on, person = self._id(row.get("PostId")), self._person(row.get("UserId"))
        if person is not None:
            created = row.get("CreationDate")
            self._stage("vote", {"person": person, "on": on, "value": value, "created": created}, file, line)
        if on is not None:
            self._reading.staging.add("tally", {"post": on, "value": value, "named": int(person is not None)})

    def finish(self, people_known: bool) -> None:
        """What needs the whole dump: acceptance, duplicates, scores beside the named votes, and authors who left."""
        staging = self._reading.staging
        staging.finish()
        theirs = f"id glob '{self._mark}-*'"
        staging.run(
            "update answer set accepted = exists (select 1 from accepts a "
            f"where a.answer = answer.id and a.question = answer.question) where {theirs}"
        )
        for post, original in self._duplicates.items():
            staging.run("update question set duplicate_of = ? where id = ?", [original, post])
        for kind in ("question", "answer"):
            tally = f"(select coalesce(sum(value), 0) from tally t where t.post = {kind}.id and named = {{0}})"
            staging.run(
                f"update {kind} set score = case when score is null then {tally.format(0)} "
                f"else score - {tally.format(1)} end where {theirs}"
            )
        for kind in ("question", "answer", "comment"):
            staging.run(f"update {kind} set author = null where {theirs} and author not in (select id from person)")
        staging.run(f"delete from vote where person glob '{self._mark}-u*' and person not in (select id from person)")
        if not people_known:
            self._reading.report.note(
                "Users.xml", None, "The file is missing: questions and answers were loaded without their authors."
            )


def xml_rows(file: Path, complain: Complain, tell: Progress | None = None) -> Iterator[tuple[int, Attributes]]:
    """(line, attributes) of every `row` element, streamed; what follows a break in the document is lost, with a
    complaint."""
    parser = make_parser()
    parser.forbid_dtd = True
    rows = _Rows(parser.getLineNumber)
    parser.setContentHandler(rows)
    size = file.stat().st_size
    try:
        with file.open("rb") as raw:
            while chunk := raw.read(1 << 18):
                parser.feed(chunk)
                yield from rows.take()
                if tell is not None:
                    tell(file.name, raw.tell(), size)
            parser.close()
            yield from rows.take()
    except SAXParseException as error:
        yield from rows.take()
        complain(
            error.getLineNumber(),
            f"The XML is broken here ({error.getMessage()}): unpack the dump again. What stands before was read.",
        )
    except DefusedXmlException:
        complain(1, "The XML declares entities of its own, which no dump does: the file was not read.")
    except OSError as error:
        complain(
            1,
            f"The file cannot be read ({error.strerror or error}). Check that it is there and that you may read it.",
        )


class _Rows(ContentHandler):
    def __init__(self, line: Callable[[], int]) -> None:
        super().__init__()
        self._line = line
        self._rows: list[tuple[int, Attributes]] = []

    def startElement(self, name: str, attrs: Any) -> None:
        if name == "row":
            self._rows.append((self._line(), dict(attrs.items())))

    def take(self) -> list[tuple[int, Attributes]]:
        rows, self._rows = self._rows, []
        return rows


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None
