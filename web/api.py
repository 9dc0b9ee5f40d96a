"""The JSON interface below /api/v1: the same rights as the pages, by session cookie or by token.

Every endpoint is one row of `ENDPOINTS`: its shapes check what is sent, type what is answered and write
`openapi.json`. What goes wrong is answered as RFC 9457 problem+json, whoever in the house said it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from flask import Blueprint, Response, abort, jsonify, make_response, request
from flask_babel import force_locale

import kb.attachments
import kb.bookmarks
import kb.evidence
import kb.people
import kb.practices
import kb.procedures
import kb.questions
import kb.reading_lists
import kb.spaces
import kb.tags
import kb.verifying
from indexer.hits import Found
from indexer.language import detect
from indexer.standing import of_practices
from kb.errors import NotFound
from kb.model import Answer, Question
from kb.rules import clean
from web import requests as r
from web import serialisation as say
from web import shapes as s
from web.openapi import PREFIX, Endpoint, document
from web.schema import Refused, Schema, check, from_text, schema_of
from web.site import config, finder, reader, shelf, store

pages = Blueprint("api", __name__, url_prefix=PREFIX)
ENDPOINTS: list[Endpoint] = []
View = Callable[..., Any]


def endpoint(
    method: str, path: str, answer: type, query: type = r.Nothing, body: type | None = None, status: int = 200
) -> Callable[[View], View]:
    """Make `view(given, **parts of the path)` an endpoint; its docstring's first line is its summary."""

    def register(view: View) -> View:
        summary = (view.__doc__ or "").strip().splitlines()[0]
        ENDPOINTS.append(Endpoint(method, path, view.__name__, summary, answer, query, body, status))
        schema = schema_of(body or query)

        @wraps(view)
        def respond(**parts: str) -> Response:
            given = _sent(schema) if body else from_text(request.args, schema)
            check(given, schema)
            made = view(given, **parts)
            response = make_response(json.dumps(made, ensure_ascii=False), status, {"Content-Type": "application/json"})
            if status == HTTPStatus.CREATED:
                response.headers["Location"] = made["url"]
            return response

        pages.add_url_rule(path, view.__name__, respond, methods=[method])
        return view

    return register


def _sent(schema: Schema) -> object:
    if request.mimetype != "application/json":
        abort(415, "Send application/json.")
    try:
        return json.loads(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError):
        abort(400, "This is not JSON (or not in UTF-8).")


# -- finding


@endpoint("POST", "/route", s.Lanes, body=r.RouteRequest)
def route(given: r.RouteRequest) -> s.Lanes:
    """Find the procedures, answers and people for a question."""
    return _lanes(given["question"], given.get("limit", 5), given.get("language"))


@endpoint("GET", "/ask", s.Lanes, query=r.AskQuery)
def ask(given: r.AskQuery) -> s.Lanes:
    """The same, with the question in the address."""
    return _lanes(given["q"], given.get("limit", 5), given.get("language"))


@endpoint("GET", "/search", s.SearchPage, query=r.SearchQuery)
def search(given: r.SearchQuery) -> s.SearchPage:
    """Search with filters, page by page."""
    page, size = given.get("page", 1), given.get("size", 10)
    words = " ".join(clean("q", given["q"], 2_000).split())
    found = finder().search(words, reader(), page=page, size=size) if words else None
    with _said_in(given.get("language")):
        return say.search_page(found or _nothing(), page, size)


def _lanes(text: str, limit: int, language: str | None) -> s.Lanes:
    found = finder().find(clean("question", text, 2_000, required=True), reader(), limit=limit)
    with _said_in(language):
        return say.lanes(found)


def _nothing() -> Found:
    from kb.model import Band

    return Found("", config().language, Band.ASK, 0.0)


@contextmanager
def _said_in(language: str | None) -> Iterator[None]:
    if language is None:
        yield
    else:
        with force_locale(language):
            yield


# -- questions


@endpoint("GET", "/questions", s.QuestionPage, query=r.QuestionsQuery)
def list_questions(given: r.QuestionsQuery) -> s.QuestionPage:
    """Questions, the most recently active first."""
    page, size = given.get("page", 1), given.get("size", 10)
    if (space := given.get("space")) is not None:
        kb.spaces.get(store(), reader(), space)
    found = kb.questions.readable(
        store(), reader(), space, given.get("tag"), given.get("unanswered", False), limit=size, offset=(page - 1) * size
    )
    people = kb.people.names(store(), reader(), {each.author for each in found})
    return {"questions": [say.question(each, people) for each in found], "page": page, "size": size}


@endpoint("POST", "/questions", s.QuestionShown, body=r.NewQuestion, status=201)
def ask_question(given: r.NewQuestion) -> s.QuestionShown:
    """Post a question; the colleagues most likely to know are asked."""
    title, body = given["title"], given.get("body", "")
    language = given.get("language") or detect(f"{title}\n{body}", config().language)
    made = kb.questions.ask(
        store(), reader(), given["space"], title, body, given.get("tags", []), language, id=given.get("id"),
        attached=given.get("attachments", []),
    )  # fmt: skip
    return say.question(made, {reader().id: reader()})


@endpoint("GET", "/questions/<id>", s.ThreadShown)
def read_question(given: r.Nothing, id: str) -> s.ThreadShown:
    """A question with its answers and comments."""
    thread = kb.questions.thread(store(), reader(), id)
    posts: list[Any] = [thread.question, *thread.answers, *thread.comments]
    named = {*(each.author for each in posts), *(each.person for each in thread.verified.values())}
    return say.thread(thread, kb.people.names(store(), reader(), named))


@endpoint("POST", "/questions/<id>/answers", s.AnswerShown, body=r.NewAnswer, status=201)
def answer_question(given: r.NewAnswer, id: str) -> s.AnswerShown:
    """Answer a question."""
    asked: Question = kb.questions.thread(store(), reader(), id).question
    language = given.get("language") or detect(given["body"], asked.language)
    made: Answer = kb.questions.answer(
        store(), reader(), id, given["body"], language, id=given.get("id"), attached=given.get("attachments", [])
    )
    return say.answer(made, asked.title, {reader().id: reader()})


@endpoint(
    "POST", "/questions/<id>/answers/<answer>/verification", s.AnswerShown, body=r.NewVerification, status=201
)
def verify_answer(given: r.NewVerification, id: str, answer: str) -> s.AnswerShown:
    """Put one's name to an answer, until a day; who advises in its space may, of other people's."""
    read = _answer(id, answer)
    try:
        until = date.fromisoformat(given["until"])
    except ValueError:
        raise Refused("until", "This is no day. Write it like 2026-12-24.") from None
    kb.verifying.verify_answer(store(), reader(), read["id"], until, given["seen"])
    return _answer(id, answer)


@endpoint("DELETE", "/questions/<id>/answers/<answer>/verification", s.AnswerShown)
def doubt_answer(given: r.Nothing, id: str, answer: str) -> s.AnswerShown:
    """Take the mark of an answer back: it is not true any more."""
    kb.verifying.doubt_answer(store(), reader(), _answer(id, answer)["id"])
    return _answer(id, answer)


def _answer(question: str, id: str) -> s.AnswerShown:
    """An answer as the thread shows it."""
    shown: s.ThreadShown = read_question({}, question)
    found = next((each for each in shown["answers"] if each["id"] == id), None)
    if found is None:
        raise NotFound("answer", id)
    return found


@endpoint("POST", "/attachments", s.AttachmentShown, body=r.NewAttachment, status=201)
def keep_file(given: r.NewAttachment) -> s.AttachmentShown:
    """Keep a file for a post that is to be written."""
    try:
        content = b64decode(given["content"], validate=True)
    except ValueError:
        raise Refused("content", "Write the file in base64 here.") from None
    return say.attachment(kb.attachments.keep(store(), shelf(), reader(), given["name"], content))


@endpoint("GET", "/tags", s.TagList)
def list_tags(given: r.Nothing) -> s.TagList:
    """The tags of the reader's spaces, the commonest first."""
    return {"tags": [say.tag(each) for each in kb.tags.readable(store(), reader())]}


@endpoint("GET", "/bookmarks", s.BookmarkList)
def list_bookmarks(given: r.Nothing) -> s.BookmarkList:
    """What the reader keeps for later, the latest first: one's own alone."""
    return {"bookmarks": [say.bookmark(each) for each in kb.bookmarks.of_person(store(), reader())]}


@endpoint("GET", "/reading-lists", s.ReadingListList, query=r.SpaceQuery)
def list_reading_lists(given: r.SpaceQuery) -> s.ReadingListList:
    """The reading lists of the reader's spaces, by title, with what the reader may read of each."""
    if (space := given.get("space")) is not None:
        kb.spaces.get(store(), reader(), space)
    found = kb.reading_lists.in_spaces(store(), reader(), space)
    people = kb.people.names(store(), reader(), {each.listed.by for each in found})
    return {"reading_lists": [say.reading_list(each, people) for each in found]}


# -- procedures, practices, people, spaces


@endpoint("GET", "/procedures", s.ProcedureList, query=r.SpaceQuery)
def list_procedures(given: r.SpaceQuery) -> s.ProcedureList:
    """The procedures in force, by key."""
    if (space := given.get("space")) is not None:
        kb.spaces.get(store(), reader(), space)
    found = kb.procedures.readable(store(), reader(), space)
    people = kb.people.names(store(), reader(), {each.owner for each in found})
    return {"procedures": [say.procedure_listed(each, people) for each in found]}


@endpoint("GET", "/procedures/<path:key>", s.ProcedureShown)
def read_procedure(given: r.Nothing, key: str) -> s.ProcedureShown:
    """A procedure with its duties and its text in force in each language."""
    found = kb.procedures.get(store(), reader(), key)
    if not found.revisions:
        raise NotFound("procedure", key)
    return say.procedure(found, kb.people.names(store(), reader(), {found.owner, found.deputy}))


@endpoint("GET", "/practices", s.PracticeList, query=r.PracticesQuery)
def list_practices(given: r.PracticesQuery) -> s.PracticeList:
    """The practices that stand, by title, with what each rests on."""
    if (space := given.get("space")) is not None:
        kb.spaces.get(store(), reader(), space)
    found = kb.practices.readable(store(), reader(), space, given.get("procedure"))
    standing = of_practices(store(), reader(), found)
    known = {each.key for each in kb.procedures.readable(store(), reader())}
    people = kb.people.names(store(), reader(), {id for each in found for id in each.authors})
    return {"practices": [say.practice_listed(each, known, standing[each.id], people) for each in found]}


@endpoint("GET", "/practices/<id>", s.PracticeShown)
def read_practice(given: r.Nothing, id: str) -> s.PracticeShown:
    """A practice with its text and what it rests on."""
    shown = kb.practices.get(store(), reader(), id)
    standing = of_practices(store(), reader(), [shown.practice])[id]
    people = kb.people.names(store(), reader(), {*shown.practice.authors, shown.practice.keeper})
    return say.practice(shown, standing, people)


@endpoint("GET", "/people", s.PersonList)
def list_people(given: r.Nothing) -> s.PersonList:
    """Everybody the reader may know of, by name."""
    return {"people": [say.person_listed(each) for each in kb.people.readable(store(), reader())]}


@endpoint("GET", "/people/<id>", s.PersonShown)
def read_person(given: r.Nothing, id: str) -> s.PersonShown:
    """A person with what ties them to subjects."""
    found = kb.people.get(store(), reader(), id)
    return say.person(found, kb.evidence.of_person(store(), reader(), id))


@endpoint("GET", "/spaces", s.SpaceList)
def list_spaces(given: r.Nothing) -> s.SpaceList:
    """The spaces the reader may read, with their role in each."""
    return {"spaces": [say.space(each, reader().roles[each.id]) for each in kb.spaces.readable(store(), reader())]}


@pages.get("/openapi.json")
def openapi() -> Response:
    return jsonify(document(ENDPOINTS, _version(), config().url or "/"))


def _version() -> str:
    try:
        return version("quisait")
    except PackageNotFoundError:
        return "0"


# -- what goes wrong


@pages.errorhandler(Refused)
def _refused(error: Refused) -> Response:
    field = {"field": error.field} if error.field else {}
    return make_response(jsonify({"error": str(error), "status": 422, **field}), 422)


@pages.after_app_request
def as_problem(response: Response) -> Response:
    """Every refusal below /api/ as problem+json: those of the sign-in and of unknown addresses too."""
    if response.status_code < 400 or not request.path.startswith("/api/") or response.mimetype != "application/json":
        return response
    said = cast("dict[str, Any]", response.get_json(silent=True) or {})
    status = HTTPStatus(response.status_code)
    problem: s.Problem = {
        "type": "about:blank", "title": status.phrase, "status": int(status), "detail": str(said.get("error", "")),
    }  # fmt: skip
    if "field" in said:
        problem["field"] = str(said["field"])
    response.set_data(json.dumps(problem, ensure_ascii=False))
    response.mimetype = "application/problem+json"
    return response
