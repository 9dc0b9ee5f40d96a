"""What may be sent to the JSON interface: a shape types what a view is given, judges it, and is in `openapi.json`."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from kb.attachments import LARGEST, MOST
from kb.rules import BODY_LIMIT, TAG_LIMIT, TITLE_LIMIT

Language = Literal["fr", "en"]
_Limit = Annotated[int, {"minimum": 1, "maximum": 20, "default": 5, "description": "The most hits of each kind."}]
_Words = Annotated[str, {"minLength": 1, "maxLength": 2_000}]
_Said = Annotated[Language, {"description": "The language of reasons; else the Accept-Language header decides."}]
_Page = Annotated[int, {"minimum": 1, "maximum": 100, "default": 1}]
_Size = Annotated[int, {"minimum": 1, "maximum": 50, "default": 10}]
_Id = Annotated[str, {"minLength": 1, "maxLength": 200}]
_OwnId = Annotated[
    str, {"pattern": "^[a-z0-9-]{8,40}$", "description": "An id of your own making: sent twice, it is posted once."}
]


_Attached = Annotated[list[str], {"maxItems": MOST, "description": "Ids that POST /attachments gave."}]


class RouteRequest(TypedDict):
    """A question, in the asker's own words, French or English."""

    question: _Words
    language: NotRequired[_Said]
    limit: NotRequired[_Limit]


class AskQuery(TypedDict):
    q: _Words
    language: NotRequired[_Said]
    limit: NotRequired[_Limit]


class SearchQuery(TypedDict):
    q: Annotated[str, {"maxLength": 2_000, "description": 'Words, "phrases", in:space, by:person, kind:, tag:, lang:.'}]
    page: NotRequired[_Page]
    size: NotRequired[_Size]
    language: NotRequired[_Said]


class QuestionsQuery(TypedDict):
    space: NotRequired[_Id]
    tag: NotRequired[_Id]
    unanswered: NotRequired[bool]
    page: NotRequired[_Page]
    size: NotRequired[_Size]


class SpaceQuery(TypedDict):
    space: NotRequired[_Id]


class PracticesQuery(TypedDict):
    space: NotRequired[_Id]
    procedure: NotRequired[Annotated[_Id, {"description": "Those that help with this procedure (its key)."}]]


class Nothing(TypedDict):
    """No parameters."""


class NewAttachment(TypedDict):
    """A file for a post that is to be written: its id goes into the post's `attachments`."""

    name: Annotated[str, {"minLength": 1, "maxLength": 200}]
    content: Annotated[str, {"minLength": 1, "maxLength": LARGEST * 4 // 3 + 4, "contentEncoding": "base64"}]


class NewQuestion(TypedDict):
    id: NotRequired[_OwnId]
    space: _Id
    title: Annotated[str, {"minLength": 1, "maxLength": TITLE_LIMIT}]
    body: NotRequired[Annotated[str, {"maxLength": BODY_LIMIT, "description": "Markdown."}]]
    tags: NotRequired[Annotated[list[str], {"maxItems": TAG_LIMIT}]]
    attachments: NotRequired[_Attached]
    language: NotRequired[Annotated[Language, {"description": "Of the text; told from its words when left out."}]]


class NewVerification(TypedDict):
    """One's own word for exactly the words that were read, until a day within three years."""

    seen: Annotated[str, {"minLength": 1, "maxLength": 64, "description": "The `words` of the answer as it was read."}]
    until: Annotated[str, {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "An ISO 8601 day."}]


class NewAnswer(TypedDict):
    id: NotRequired[_OwnId]
    body: Annotated[str, {"minLength": 1, "maxLength": BODY_LIMIT, "description": "Markdown."}]
    attachments: NotRequired[_Attached]
    language: NotRequired[Annotated[Language, {"description": "Of the text; told from its words when left out."}]]
