"""SQL lives here: one file per aggregate, statements in sight, records out.

    store = Store("sqlite:///kb.sqlite")
    with store.read() as tx:
        tx.questions.get("ab12")
    with store.write() as tx:                # one use case, one transaction, one change-log row
        tx.questions.add(question)
        tx.changes.add("ask", "question", question.id, actor=person.id)

A transaction that leaves its block by an exception is rolled back whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection

from kb.storage.amendments import Amendments
from kb.storage.approvals import Approvals, Charters, Reviews
from kb.storage.arrangements import Arrangements
from kb.storage.attachments import Attachments
from kb.storage.audit import Audit
from kb.storage.availability import Availability
from kb.storage.bin import Bin
from kb.storage.campaigns import Acknowledgements, Campaigns
from kb.storage.changes import Changes
from kb.storage.confirmations import Confirmations, Tasks
from kb.storage.coverage import Coverage
from kb.storage.dialect import make_engine, reading, study, translated
from kb.storage.drifts import Drifts
from kb.storage.following import Follows, Visits
from kb.storage.hooks import Hooks
from kb.storage.jobs import Jobs
from kb.storage.joining import Joining
from kb.storage.letters import Letters
from kb.storage.mails import Mails
from kb.storage.migrations import migrate
from kb.storage.moderation import Flags, HeldPosts
from kb.storage.notices import Notices
from kb.storage.people import People
from kb.storage.posts import Answers, Comments, Edits, Votes
from kb.storage.practices import Practices
from kb.storage.procedures import Procedures
from kb.storage.progress import Progress
from kb.storage.questions import Questions
from kb.storage.reading_lists import Bookmarks, ReadingLists
from kb.storage.recognition import Recognition
from kb.storage.register import Clauses, ExternalDocuments
from kb.storage.releases import Releases
from kb.storage.routes import Routes
from kb.storage.rows import Rows
from kb.storage.searches import Searches
from kb.storage.secrets import Secrets
from kb.storage.settings import Settings
from kb.storage.sites import Sites
from kb.storage.spaces import Spaces
from kb.storage.subjects import Subjects
from kb.storage.suggestions import Sayings, Suggestions
from kb.storage.tags import Tags
from kb.storage.unsent import Unsent
from kb.storage.verifications import Verifications


def _clock() -> datetime:
    return datetime.now(UTC)


class Transaction:
    """The aggregates of one open transaction. `now` is one moment for all that happens in it."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now

    @cached_property
    def people(self) -> People:
        return People(self.connection, self.now)

    @cached_property
    def spaces(self) -> Spaces:
        return Spaces(self.connection, self.now)

    @cached_property
    def procedures(self) -> Procedures:
        return Procedures(self.connection, self.now)

    @cached_property
    def practices(self) -> Practices:
        return Practices(self.connection, self.now)

    @cached_property
    def confirmations(self) -> Confirmations:
        return Confirmations(self.connection, self.now)

    @cached_property
    def verifications(self) -> Verifications:
        return Verifications(self.connection, self.now)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.connection, self.now)

    @cached_property
    def amendments(self) -> Amendments:
        return Amendments(self.connection, self.now)

    @cached_property
    def coverage(self) -> Coverage:
        return Coverage(self.connection, self.now)

    @cached_property
    def arrangements(self) -> Arrangements:
        return Arrangements(self.connection, self.now)

    @cached_property
    def searches(self) -> Searches:
        return Searches(self.connection, self.now)

    @cached_property
    def progress(self) -> Progress:
        return Progress(self.connection, self.now)

    @cached_property
    def charters(self) -> Charters:
        return Charters(self.connection, self.now)

    @cached_property
    def approvals(self) -> Approvals:
        return Approvals(self.connection, self.now)

    @cached_property
    def releases(self) -> Releases:
        return Releases(self.connection, self.now)

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(self.connection, self.now)

    @cached_property
    def campaigns(self) -> Campaigns:
        return Campaigns(self.connection, self.now)

    @cached_property
    def acknowledgements(self) -> Acknowledgements:
        return Acknowledgements(self.connection, self.now)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self.connection, self.now)

    @cached_property
    def answers(self) -> Answers:
        return Answers(self.connection, self.now)

    @cached_property
    def comments(self) -> Comments:
        return Comments(self.connection, self.now)

    @cached_property
    def votes(self) -> Votes:
        return Votes(self.connection, self.now)

    @cached_property
    def edits(self) -> Edits:
        return Edits(self.connection, self.now)

    @cached_property
    def routes(self) -> Routes:
        return Routes(self.connection, self.now)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.connection, self.now)

    @cached_property
    def subjects(self) -> Subjects:
        return Subjects(self.connection, self.now)

    @cached_property
    def unsent(self) -> Unsent:
        return Unsent(self.connection, self.now)

    @cached_property
    def bin(self) -> Bin:
        return Bin(self.connection, self.now)

    @cached_property
    def flags(self) -> Flags:
        return Flags(self.connection, self.now)

    @cached_property
    def held(self) -> HeldPosts:
        return HeldPosts(self.connection, self.now)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.connection, self.now)

    @cached_property
    def bookmarks(self) -> Bookmarks:
        return Bookmarks(self.connection, self.now)

    @cached_property
    def reading_lists(self) -> ReadingLists:
        return ReadingLists(self.connection, self.now)

    @cached_property
    def letters(self) -> Letters:
        return Letters(self.connection, self.now)

    @cached_property
    def tags(self) -> Tags:
        return Tags(self.connection, self.now)

    @cached_property
    def follows(self) -> Follows:
        return Follows(self.connection, self.now)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self.connection, self.now)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(self.connection, self.now)

    @cached_property
    def sayings(self) -> Sayings:
        return Sayings(self.connection, self.now)

    @cached_property
    def joining(self) -> Joining:
        return Joining(self.connection, self.now)

    @cached_property
    def recognition(self) -> Recognition:
        return Recognition(self.connection, self.now)

    @cached_property
    def hooks(self) -> Hooks:
        return Hooks(self.connection, self.now)

    @cached_property
    def mails(self) -> Mails:
        return Mails(self.connection, self.now)

    @cached_property
    def sites(self) -> Sites:
        return Sites(self.connection, self.now)

    @cached_property
    def availability(self) -> Availability:
        return Availability(self.connection, self.now)

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self.connection, self.now)

    @cached_property
    def settings(self) -> Settings:
        return Settings(self.connection, self.now)

    @cached_property
    def changes(self) -> Changes:
        return Changes(self.connection, self.now)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.connection, self.now)

    @cached_property
    def clauses(self) -> Clauses:
        return Clauses(self.connection, self.now)

    @cached_property
    def external_documents(self) -> ExternalDocuments:
        return ExternalDocuments(self.connection, self.now)

    @cached_property
    def drifts(self) -> Drifts:
        return Drifts(self.connection, self.now)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection, self.now)

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.connection, self.now)


class Store:
    """One knowledge base. Opening it takes missing migrations; Unavailable when it cannot be used."""

    def __init__(self, url: str, clock: Callable[[], datetime] = _clock) -> None:
        self.clock = clock
        self.engine = make_engine(url)
        try:
            with translated():
                migrate(self.engine)
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def file(self) -> Path | None:
        """The SQLite file, when the knowledge base is one."""
        url = self.engine.url
        kept = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(str(url.database)) if kept else None

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that changes nothing and sees one moment."""
        with translated(), self.engine.connect() as connection, reading(connection).begin():
            yield Transaction(connection, self.clock())

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may change things: all of it, or nothing."""
        with translated(), self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield Transaction(connection, self.clock())

    def study(self) -> None:
        """Have the database look at how its tables are filled, by which it plans (SQLite; PostgreSQL does so by
        itself): some milliseconds, whatever their size. Without it, a page may read a whole space for six lines."""
        if self.file is not None:
            with translated(), self.engine.connect().execution_options(write=True) as connection, connection.begin():
                study(connection)
            self.engine.dispose()  # connections that are open plan by what they read when they were opened

    def close(self) -> None:
        self.engine.dispose()
