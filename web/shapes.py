"""What the JSON interface answers: the types that mypy checks, and the schemas of `openapi.json`, in one.

`serialisation` returns them; the command line's `--json` prints `Lanes`, `SearchPage` and `Who`. What may be sent is in
`web.requests`.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

Probability = Annotated[float, {"minimum": 0, "maximum": 1}]
Moment = Annotated[str | None, {"description": "An ISO 8601 moment in UTC, or null."}]
Url = Annotated[str, {"description": "Absolute when QUISAIT_URL is set, else a path on this site."}]


# -- what is found


class ReasonShown(TypedDict):
    """Why something was found: a fact that the reader may open at `url` (null for words and meaning)."""

    kind: str
    text: str
    url: str | None
    date: Annotated[str | None, {"description": "An ISO 8601 day, or null."}]


class ProcedureFound(TypedDict):
    id: str
    key: str
    title: str
    excerpt: str
    standing: Literal["official"]
    duty: Annotated[str | None, {"description": "The step of the duty found, when a duty was."}]
    revision: Annotated[int | None, {"description": "The number of the text in force."}]
    score: float
    url: Url
    reasons: list[ReasonShown]


class Author(TypedDict):
    id: str
    name: str
    url: Url


class AnswerFound(TypedDict):
    """A question with its best answer, or a practice. `id` is the answer's, the question's own while nobody has
    answered ("open"), or the practice's (then `question` is null)."""

    id: str
    question: str | None
    practice: str | None
    title: str
    excerpt: str
    standing: Literal["verified practice", "verified answer", "accepted", "experience", "opinion", "open"]
    confirmations: Annotated[int, {"description": "People who say that it works, or found it useful."}]
    units: Annotated[int, {"description": "The units of those who say that it works."}]
    verified_by: Author | None
    verified_until: Annotated[str | None, {"description": "An ISO 8601 day, or null."}]
    warning: Annotated[Literal["outdated", "dangerous"] | None, {"description": "The gravest doubt of a colleague."}]
    overruled_by: Annotated[str | None, {"description": "The key of a procedure that says otherwise and is right."}]
    score: float
    url: Url
    reasons: list[ReasonShown]


class PersonFound(TypedDict):
    id: str
    name: str
    score: float
    probability: Probability
    url: Url
    reasons: list[ReasonShown]


class Lanes(TypedDict):
    """What is known for a question: procedures that apply, answers of colleagues, and who probably knows; `empty` says
    why a lane holds nothing, by its name, in the reader's language."""

    question: str
    language: str
    band: Literal["answered", "maybe", "ask"]
    probability: Probability
    took_ms: float
    procedures: list[ProcedureFound]
    answers: list[AnswerFound]
    people: list[PersonFound]
    empty: dict[str, str]


class Who(TypedDict):
    question: str
    language: str
    took_ms: float
    people: list[PersonFound]


class SearchPage(TypedDict):
    """One page of hits of each kind; `total` counts the hits of each kind above the floor."""

    query: str
    language: str
    page: int
    size: int
    took_ms: float
    total: dict[str, int]
    correction: Annotated[str | None, {"description": "Did you mean this?"}]
    notes: list[str]
    procedures: list[ProcedureFound]
    answers: list[AnswerFound]
    people: list[PersonFound]


# -- what is read


class QuestionShown(TypedDict):
    """`answers` is how many there are."""

    id: str
    space: str
    title: str
    body: str
    author: Author | None
    language: str
    tags: list[str]
    status: Literal["open", "answered", "duplicate"]
    score: int
    answers: int
    created: Moment
    edited: Moment
    active: Moment
    url: Url


class AnswerShown(TypedDict):
    id: str
    question: str
    body: str
    words: Annotated[str, {"description": "Stands for the body: send it as `seen` to verify exactly these words."}]
    author: Author | None
    language: str
    score: int
    accepted: Moment
    verified_by: Annotated[Author | None, {"description": "Who found it true, while their word holds."}]
    verified_until: Annotated[str | None, {"description": "An ISO 8601 day, or null."}]
    created: Moment
    edited: Moment
    url: Url


class CommentShown(TypedDict):
    """A remark on the question, or on one of its answers (`answer` names it)."""

    id: str
    answer: str | None
    body: str
    author: Author | None
    created: Moment


class AttachmentShown(TypedDict):
    """A file on a post (its id in `post`); null: of a post that is still being written."""

    id: str
    post: str | None
    name: str
    type: str
    size: Annotated[int, {"description": "Bytes."}]
    url: Url


class ThreadShown(TypedDict):
    """Everything on a question's page, as far as the reader may read it."""

    question: QuestionShown
    answers: list[AnswerShown]
    comments: list[CommentShown]
    attachments: list[AttachmentShown]
    duplicates: list[str]
    original: str | None


class QuestionPage(TypedDict):
    questions: list[QuestionShown]
    page: int
    size: int


class TagShown(TypedDict):
    """A tag of the reader's spaces, on how many of their questions it stands, and the words that mean it."""

    name: str
    questions: int
    also: list[str]
    url: Url


class TagList(TypedDict):
    tags: list[TagShown]


class KeptShown(TypedDict):
    """Something that the reader keeps, or a line of a list: what, and with which note."""

    kind: Literal["question", "practice", "procedure"]
    id: str
    title: str
    note: str
    url: Url


class BookmarkShown(KeptShown):
    kept: Moment


class BookmarkList(TypedDict):
    bookmarks: list[BookmarkShown]


class ReadingListShown(TypedDict):
    """A reading list of a space, with the lines that the reader may read; `newcomers`: shown to whoever is new."""

    id: str
    space: str
    title: str
    note: str
    by: Author | None
    newcomers: bool
    lines: list[KeptShown]
    url: Url


class ReadingListList(TypedDict):
    reading_lists: list[ReadingListShown]


class DutyShown(TypedDict):
    step: str
    role: str
    what: str
    rule: str


class RevisionShown(TypedDict):
    id: str
    language: str
    number: int
    title: str
    summary: str
    body: str
    duties: list[DutyShown]
    tags: list[str]
    created: Moment
    effective: Annotated[str | None, {"description": "An ISO 8601 day, or null."}]
    url: Url


class ProcedureListed(TypedDict):
    """`title` by language."""

    key: str
    space: str
    status: str
    title: dict[str, str]
    owner: Author | None
    url: Url


class ProcedureShown(TypedDict):
    """An official procedure with its text in force in each language."""

    key: str
    space: str
    status: str
    owner: Author | None
    deputy: Author | None
    review_months: int | None
    satisfies: list[str]
    revisions: list[RevisionShown]
    url: Url


class ProcedureList(TypedDict):
    procedures: list[ProcedureListed]


class HelpShown(TypedDict):
    """What a practice helps with: a duty of a procedure, or (`step` null) the procedure as a whole."""

    procedure: str
    step: str | None
    url: Url


class PracticeListed(TypedDict):
    """Standing advice of a space, with what it rests on; `ended` when it was taken back."""

    id: str
    space: str
    title: str
    language: str
    authors: list[Author]
    standing: Literal["verified practice", "experience", "opinion"]
    confirmations: Annotated[int, {"description": "People who say that it works."}]
    units: Annotated[int, {"description": "The units of those who say that it works."}]
    verified_by: Author | None
    verified_until: Annotated[str | None, {"description": "An ISO 8601 day, or null."}]
    warning: Annotated[Literal["outdated", "dangerous"] | None, {"description": "The gravest doubt of a colleague."}]
    helps: list[HelpShown]
    tags: list[str]
    created: Moment
    edited: Moment
    ended: Moment
    url: Url


class PracticeShown(PracticeListed):
    """With its text, and the answers (ids) that it was made of, as far as the reader may read them."""

    body: str
    keeper: Author | None
    answers: list[str]


class PracticeList(TypedDict):
    practices: list[PracticeListed]


class PersonListed(TypedDict):
    id: str
    name: str
    title: str
    unit: str
    site: str
    languages: list[str]
    skills: list[str]
    url: Url


class EvidenceShown(TypedDict):
    """One dated fact that ties the person to a subject; only what the reader may read is counted."""

    kind: str
    subject: str
    title: str
    space: str | None
    at: Moment


class PersonShown(TypedDict):
    person: PersonListed
    about: str
    evidence: list[EvidenceShown]


class PersonList(TypedDict):
    people: list[PersonListed]


class SpaceShown(TypedDict):
    id: str
    name: str
    description: str
    visibility: Literal["open", "restricted", "partner"]
    role: str
    url: Url


class SpaceList(TypedDict):
    spaces: list[SpaceShown]


class Problem(TypedDict):
    """What went wrong (RFC 9457). `field` names what cannot be taken, when one thing cannot."""

    type: str
    title: str
    status: int
    detail: str
    field: NotRequired[str]
