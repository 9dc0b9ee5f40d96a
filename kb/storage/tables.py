"""The whole schema, on one page. Migrations (`migrations.py`) lead here; both databases hold the same tables.

Text ids everywhere but for the change log and the jobs, which are numbered. Moments are `UtcDateTime`: aware UTC in
Python, ISO text in SQLite, `timestamptz` in PostgreSQL. Lists of words are JSON. A schema is read in one place, so the
file has as many lines as it needs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    func,
)
from sqlalchemy.engine import Dialect

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC moments on both databases; SQLite's driver would give them back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(name: str = "id") -> Column[str]:
    return Column(name, String, primary_key=True)


def _ref(name: str, target: str, nullable: bool = False, index: bool = False, cascade: bool = False) -> Column[Any]:
    key = ForeignKey(target, ondelete="CASCADE") if cascade else ForeignKey(target)
    return Column(name, String, key, nullable=nullable, index=index)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default, server_default=default)


def _moment(name: str, nullable: bool = True) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=nullable)


def _words(name: str) -> Column[Any]:
    return Column(name, JSON, nullable=False, default=list)


person = Table(
    "person", metadata,
    _id(), _text("name"), Column("email", String, unique=True), _text("title"), _text("unit"), _text("site"),
    _words("languages"), _words("skills"), _words("holds"), _text("about"), _text("kind", "employee"),
    Column("admin", Boolean, nullable=False, default=False), _moment("created"), _moment("ended"),
    Column("sponsor", String), Column("ends", Date, index=True), _text("doing"), Column("doing_since", Date),
    Column("twins", Boolean, nullable=False, default=False, server_default=false()),
)  # fmt: skip

account = Table(
    "account", metadata,
    Column("person", String, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("password", Text, nullable=False), Column("language", String), _moment("created"),
)  # fmt: skip

secret = Table(
    "secret", metadata,
    _id("hash"), _text("kind"), _ref("person", "person.id", index=True, cascade=True), _text("label"),
    _moment("created"), _moment("expires"),
)  # fmt: skip

attempt = Table(
    "attempt", metadata,
    Column("id", Integer, primary_key=True), Column("key", String, nullable=False, index=True), _moment("at"),
)  # fmt: skip

space = Table(
    "space", metadata,
    _id(), _text("name"), _text("description"), _text("visibility", "open"), _moment("created"),
)  # fmt: skip

membership = Table(
    "membership", metadata,
    _ref("space", "space.id", cascade=True), _ref("person", "person.id", index=True, cascade=True),
    _text("role", "member"), _moment("since"), _moment("until"), Column("rule", String),
    PrimaryKeyConstraint("space", "person"),
)  # fmt: skip

procedure = Table(
    "procedure", metadata,
    _id("key"), _ref("space", "space.id", index=True), _ref("owner", "person.id", nullable=True, index=True),
    _ref("deputy", "person.id", nullable=True), _text("status", "draft"), Column("review_months", Integer),
    _words("satisfies"), _moment("created"), _text("scope"), _words("roles"), _words("units"), _words("sites"),
    Column("reviewed", Date), Column("reminded", Integer, nullable=False, default=0), _moment("retired"),
    _text("reason"), _ref("successor", "procedure.key", nullable=True),
)  # fmt: skip

revision = Table(
    "revision", metadata,
    _id(), _ref("procedure", "procedure.key", cascade=True), Column("language", String, nullable=False),
    Column("number", Integer, nullable=False), _text("title"), _text("summary"), _text("body"), _words("tags"),
    _text("status", "draft"), _ref("author", "person.id", nullable=True), _text("change"), _moment("created"),
    Column("effective", Date), Column("major", Boolean, nullable=False, default=True), Column("base", Integer),
    Column("saves", Integer, nullable=False, default=0), _words("writers"), _moment("submitted"),
    _moment("published"), _moment("ended"),
    Index("revision_number", "procedure", "language", "number", unique=True), Index("revision_status", "status"),
)  # fmt: skip

duty = Table(
    "duty", metadata,
    _ref("revision", "revision.id", cascade=True), Column("position", Integer, nullable=False),
    _text("step"), _text("role"), _text("what"), _text("rule"),
    PrimaryKeyConstraint("revision", "position"),
)  # fmt: skip

charter = Table(
    "charter", metadata,
    Column("space", String, ForeignKey("space.id", ondelete="CASCADE"), primary_key=True),
    Column("minimum", Integer, nullable=False), Column("words", Integer, nullable=False),
    Column("duties", Integer, nullable=False), Column("keep_months", Integer),
)  # fmt: skip

release = Table(
    "release", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _words("texts"), _ref("proposed_by", "person.id"),
    _moment("proposed", nullable=False), _ref("confirmed_by", "person.id", nullable=True), _moment("closed"),
)  # fmt: skip

approver = Table(
    "approver", metadata,
    _ref("space", "space.id", cascade=True), _ref("person", "person.id", index=True, cascade=True),
    Column("stage", Integer, nullable=False), _text("body"),
    PrimaryKeyConstraint("space", "person"),
)  # fmt: skip

approval = Table(
    "approval", metadata,
    _id(), _ref("revision", "revision.id", index=True, cascade=True), _ref("person", "person.id", index=True),
    Column("stage", Integer, nullable=False), _text("body"), _text("decision"), _text("reason"),
    Column("sha256", String, nullable=False), _moment("at", nullable=False),
)  # fmt: skip

review = Table(
    "review", metadata,
    _id(), _ref("procedure", "procedure.key", index=True, cascade=True), _ref("person", "person.id"), _text("note"),
    _moment("at", nullable=False),
)  # fmt: skip

campaign = Table(
    "campaign", metadata,
    _id(), _ref("procedure", "procedure.key", index=True, cascade=True), Column("deadline", Date, nullable=False),
    Column("days", Integer, nullable=False), _words("roles"), _words("units"), _words("sites"), _words("spaces"),
    _words("people"), Column("renew_months", Integer), _words("texts"), _text("note"),
    _ref("started_by", "person.id", nullable=True), _moment("created", nullable=False), _moment("ended"),
)  # fmt: skip

acknowledgement = Table(
    "acknowledgement", metadata,
    _id(), _ref("procedure", "procedure.key", index=True, cascade=True), _ref("revision", "revision.id", cascade=True),
    _ref("person", "person.id", index=True), Column("sha256", String, nullable=False),
    Column("by_mail", Boolean, nullable=False), _moment("at", nullable=False),
)  # fmt: skip

reading = Table(
    "reading", metadata,
    _ref("procedure", "procedure.key", cascade=True), Column("step", String, nullable=False),
    Column("month", Date, nullable=False), Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("procedure", "step", "month"),
)  # fmt: skip

question = Table(
    "question", metadata,
    _id(), _ref("space", "space.id", index=True), _text("title"), _text("body"),
    _ref("author", "person.id", nullable=True, index=True), Column("language", String, nullable=False),
    _text("status", "open"), _ref("duplicate_of", "question.id", nullable=True, index=True),
    Column("score", Integer, nullable=False, default=0), _moment("created"), _moment("edited"),
    _moment("active"), Index("question_active", "active"), Index("question_status", "status", "created"),
)  # fmt: skip

question_tag = Table(
    "question_tag", metadata,
    _ref("question", "question.id", cascade=True), Column("position", Integer, nullable=False),
    Column("tag", String, nullable=False, index=True),
    PrimaryKeyConstraint("question", "tag"),
)  # fmt: skip

answer = Table(
    "answer", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True), _text("body"),
    _ref("author", "person.id", nullable=True, index=True), Column("language", String, nullable=False),
    Column("score", Integer, nullable=False, default=0), _moment("accepted"), _moment("created"), _moment("edited"),
)  # fmt: skip

comment = Table(
    "comment", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True), _text("body"),
    _ref("author", "person.id", nullable=True, index=True), _moment("created"),
)  # fmt: skip

vote = Table(
    "vote", metadata,
    Column("id", Integer, primary_key=True),
    _ref("person", "person.id", index=True, cascade=True), _ref("question", "question.id", index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    Column("value", Integer, CheckConstraint("value in (-1, 1)"), nullable=False), _moment("created"),
    Column("reason", String),
)  # fmt: skip
Index("vote_once", vote.c.person, vote.c.question, func.coalesce(vote.c.answer, ""), unique=True)

edit = Table(
    "edit", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True), _text("title"), _text("body"),
    _ref("person", "person.id", nullable=True), _moment("created"),
)  # fmt: skip

route = Table(
    "route", metadata,
    _id(), _ref("asker", "person.id", nullable=True, index=True),
    _ref("question", "question.id", nullable=True, index=True, cascade=True),
    _text("text"), _text("band"), Column("probability", Float, nullable=False), _text("scorer"),
    Column("candidates", JSON, nullable=False, default=list), Column("outcome", String), _moment("created"),
    _text("stage", "closed"), _moment("since"), _moment("due"), Column("struck", JSON),
    Index("route_stage", "stage", "since"), Index("route_outcome", "outcome"),
)  # fmt: skip

invitation = Table(
    "invitation", metadata,
    _id(), _ref("route", "route.id", cascade=True, index=True),
    _ref("question", "question.id", cascade=True, index=True), _ref("person", "person.id", cascade=True, index=True),
    Column("wave", Integer, nullable=False), _text("status", "waiting"),
    _words("reasons"), _moment("created"), _moment("closed"), _moment("starts"), Column("until", Date),
    Column("detail", String), Column("by", String, index=True),
    Index("invitation_once", "question", "person", unique=True),
)  # fmt: skip

notice = Table(
    "notice", metadata,
    _id(), _ref("person", "person.id", cascade=True), _text("kind"), _text("of"),
    Column("subject", String, nullable=False), Column("params", JSON, nullable=False),
    Column("key", String, nullable=False), _moment("created", nullable=False), _moment("read"), _moment("done"),
    _moment("due"), Column("mail", String, index=True), Index("notice_due", "mail", "due"),
    Index("notice_once", "person", "key", unique=True), Index("notice_subject", "person", "of", "subject"),
)  # fmt: skip

site = Table(
    "site", metadata,
    _id("name"), _text("timezone"), _words("days"), _text("opens"), _text("closes"),
)  # fmt: skip

holiday = Table(
    "holiday", metadata,
    _ref("site", "site.name", cascade=True), Column("day", Date, nullable=False), _text("name"),
    PrimaryKeyConstraint("site", "day"),
)  # fmt: skip

preference = Table(
    "preference", metadata,
    Column("person", String, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String), _words("days"), Column("quiet_from", String), Column("quiet_until", String),
    Column("day_cap", Integer), Column("week_cap", Integer),
)  # fmt: skip

absence = Table(
    "absence", metadata,
    _id(), _ref("person", "person.id", index=True, cascade=True), Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
)  # fmt: skip

mail = Table(
    "mail", metadata,
    _id(), _ref("person", "person.id", index=True, cascade=True), Column("digest", Boolean, nullable=False),
    _moment("created", nullable=False), _moment("due", nullable=False),
    Column("attempts", Integer, nullable=False, default=0), Column("lease", String), _moment("leased_until"),
    _moment("sent"), _moment("done"), Column("error", Text), Index("mail_due", "done", "due"),
)  # fmt: skip

mail_choice = Table(
    "mail_choice", metadata,
    _ref("person", "person.id", cascade=True), Column("kind", String, nullable=False), _text("choice"),
    PrimaryKeyConstraint("person", "kind"),
)  # fmt: skip

received = Table(
    "received", metadata,
    _id("message"), _ref("person", "person.id", index=True, cascade=True), _text("outcome"),
    _moment("at", nullable=False),
)  # fmt: skip

unsent = Table(
    "unsent", metadata,
    _ref("person", "person.id", cascade=True), Column("place", String, nullable=False),
    Column("fields", JSON, nullable=False), _moment("saved", nullable=False), PrimaryKeyConstraint("person", "place"),
)  # fmt: skip

bin = Table(
    "bin", metadata,
    _id(), _text("kind"), Column("question", String, nullable=False, index=True), _text("space"), _text("title"),
    Column("author", String), _ref("person", "person.id", index=True, cascade=True), _text("reason"),
    _moment("at", nullable=False), Column("rows", JSON, nullable=False),
)  # fmt: skip

flag = Table(
    "flag", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    _ref("comment", "comment.id", nullable=True, index=True, cascade=True),
    _ref("person", "person.id", index=True, cascade=True), _text("reason"), _text("note"),
    _moment("created", nullable=False), _moment("closed"),
)  # fmt: skip

held = Table(
    "held", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _ref("person", "person.id", index=True, cascade=True),
    _text("kind"), _ref("question", "question.id", nullable=True, index=True, cascade=True),
    Column("fields", JSON, nullable=False), _moment("created", nullable=False),
)  # fmt: skip

follow = Table(
    "follow", metadata,
    _ref("person", "person.id", cascade=True), Column("of", String, nullable=False),
    Column("subject", String, nullable=False), _moment("since", nullable=False),
    PrimaryKeyConstraint("person", "of", "subject"), Index("follow_subject", "of", "subject"),
)  # fmt: skip

visit = Table(
    "visit", metadata,
    _ref("person", "person.id", cascade=True), _ref("question", "question.id", index=True, cascade=True),
    _moment("at", nullable=False), _moment("before"), PrimaryKeyConstraint("person", "question"),
)  # fmt: skip

suggestion = Table(
    "suggestion", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    _ref("person", "person.id", index=True, cascade=True), _text("title"), _text("body"), _words("tags"), _text("note"),
    _moment("created", nullable=False), _moment("closed"), Column("taken", Boolean),
)  # fmt: skip

said = Table(
    "said", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True),
    _ref("person", "person.id", index=True, cascade=True), _ref("by", "person.id", cascade=True), _text("body"),
    Column("language", String, nullable=False), _moment("created", nullable=False), _moment("closed"),
)  # fmt: skip

attachment = Table(
    "attachment", metadata,
    _id(), _text("name"), _text("type"), Column("size", Integer, nullable=False),
    Column("sha256", String, nullable=False, index=True), _ref("person", "person.id", index=True, cascade=True),
    _moment("created", nullable=False), _ref("question", "question.id", nullable=True, index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    _ref("comment", "comment.id", nullable=True, index=True, cascade=True),
    _ref("practice", "practice.id", nullable=True, index=True, cascade=True),
    _ref("held", "held.id", nullable=True, index=True, cascade=True),
)  # fmt: skip

tag_synonym = Table(
    "tag_synonym", metadata,
    _id("word"), Column("tag", String, nullable=False, index=True), _words("spaces"),
    _ref("by", "person.id", cascade=True), _moment("at", nullable=False),
)  # fmt: skip

tag_apart = Table(
    "tag_apart", metadata,
    Column("one", String, nullable=False), Column("other", String, nullable=False),
    _ref("by", "person.id", cascade=True), _moment("at", nullable=False), PrimaryKeyConstraint("one", "other"),
)  # fmt: skip

letter = Table(
    "letter", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("subject"), _text("body"),
    _ref("by", "person.id", cascade=True), _moment("sent", nullable=False),
)  # fmt: skip

bookmark = Table(
    "bookmark", metadata,
    _ref("person", "person.id", cascade=True), Column("of", String, nullable=False),
    Column("subject", String, nullable=False), _text("note"), _moment("at", nullable=False),
    PrimaryKeyConstraint("person", "of", "subject"),
)  # fmt: skip

reading_list = Table(
    "reading_list", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("title"), _text("note"),
    _ref("by", "person.id", cascade=True), Column("newcomers", Boolean, nullable=False), _words("lines"),
    _moment("created", nullable=False), _moment("edited"),
)  # fmt: skip

reading_pointed = Table(
    "reading_pointed", metadata,
    _ref("list", "reading_list.id", cascade=True), _ref("person", "person.id", index=True, cascade=True),
    _ref("by", "person.id", cascade=True), _moment("at", nullable=False), PrimaryKeyConstraint("list", "person"),
)  # fmt: skip

hook = Table(
    "hook", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("kind"), _text("url"), _text("secret"),
    _words("events"), _ref("by", "person.id", cascade=True), _moment("created", nullable=False),
)  # fmt: skip

delivery = Table(
    "delivery", metadata,
    _id(), _ref("hook", "hook.id", index=True, cascade=True), _text("event"),
    Column("question", String, nullable=False), Column("answer", String), Column("by", String),
    _moment("created", nullable=False), _moment("due", nullable=False),
    Column("attempts", Integer, nullable=False, default=0), Column("status", Integer), Column("error", Text),
    _moment("done"), Column("lease", String), _moment("leased_until"), Index("delivery_due", "done", "due"),
)  # fmt: skip

membership_rule = Table(
    "membership_rule", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("attribute"), _text("value"), _text("role"),
    _ref("by", "person.id", cascade=True), _moment("created", nullable=False),
)  # fmt: skip

space_invitation = Table(
    "space_invitation", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _ref("person", "person.id", index=True, cascade=True),
    _text("role"), _ref("by", "person.id", cascade=True), _moment("created", nullable=False), _moment("closed"),
    Column("taken", Boolean),
)  # fmt: skip

endorsement = Table(
    "endorsement", metadata,
    _id(), _ref("person", "person.id", cascade=True), Column("skill", String, nullable=False),
    _ref("by", "person.id", cascade=True), _text("of"), _text("subject"), _moment("created", nullable=False),
    Index("endorsement_once", "person", "skill", "by", unique=True),
)  # fmt: skip

thanks = Table(
    "thanks", metadata,
    _id(), _ref("question", "question.id", index=True, cascade=True), _ref("answer", "answer.id", cascade=True),
    _ref("by", "person.id", cascade=True), _text("words"), _moment("created", nullable=False),
    Index("thanks_once", "answer", "by", unique=True),
)  # fmt: skip

subject_choice = Table(
    "subject_choice", metadata,
    _ref("person", "person.id", cascade=True), Column("subject", String, nullable=False), _text("use"),
    PrimaryKeyConstraint("person", "subject"),
)  # fmt: skip

change = Table(
    "change", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False), _moment("at", nullable=False),
    Column("actor", String), _text("action"), _text("kind"), Column("id", String, nullable=False),
)  # fmt: skip

change_number = Table("change_number", metadata, Column("last", Integer, nullable=False))

job = Table(
    "job", metadata,
    Column("id", Integer, primary_key=True), _text("kind"), Column("payload", JSON, nullable=False),
    _moment("run_at", nullable=False), Column("attempts", Integer, nullable=False, default=0), Column("lease", String),
    _moment("leased_until"), _moment("done"), Column("error", Text), Column("once", String, unique=True),
    Index("job_due", "done", "run_at"),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False), _moment("at", nullable=False),
    Column("actor", String), _text("action"), _text("kind"), _text("id"), Column("space", String, index=True),
    Column("detail", JSON, nullable=False), _text("salt"), _text("previous"), _text("hash"),
    Index("audit_about", "kind", "id"),
)  # fmt: skip

audit_head = Table(
    "audit_head", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False), Column("count", Integer, nullable=False),
    _text("hash"),
)  # fmt: skip

clause = Table(
    "clause", metadata,
    _id(), _text("reference"), _text("regulation"), _text("title"), _words("also"), _moment("created"),
)  # fmt: skip

external_document = Table(
    "external_document", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("title"), _text("issuer"), _text("edition"),
    _text("link"), _ref("owner", "person.id", nullable=True), Column("next_check", Date),
    Column("check_months", Integer, nullable=False, default=12), _text("note"), Column("checked", Date),
    _ref("checked_by", "person.id", nullable=True), _moment("created"),
)  # fmt: skip

practice = Table(
    "practice", metadata,
    _id(), _ref("space", "space.id", index=True, cascade=True), _text("title"), _text("body"),
    Column("language", String, nullable=False), _words("authors"), _words("answers"), _words("helps"), _words("tags"),
    _ref("keeper", "person.id", nullable=True, index=True), _moment("created"), _moment("edited"),
    _ref("verifier", "person.id", nullable=True), _moment("verified"), Column("until", Date),
    _moment("extended"), _moment("ended"), _text("reason"),
)  # fmt: skip

practice_edit = Table(
    "practice_edit", metadata,
    _id(), _ref("practice", "practice.id", index=True, cascade=True), _text("title"), _text("body"),
    _ref("person", "person.id", nullable=True), _moment("created"),
)  # fmt: skip

confirmation = Table(
    "confirmation", metadata,
    _id(), _ref("person", "person.id", index=True, cascade=True),
    _ref("practice", "practice.id", nullable=True, index=True, cascade=True),
    _ref("answer", "answer.id", nullable=True, index=True, cascade=True), _text("verdict"), _text("unit"),
    _text("note"), _moment("first", nullable=False), _moment("at", nullable=False),
)  # fmt: skip
Index(
    "confirmation_once", confirmation.c.person, func.coalesce(confirmation.c.practice, ""),
    func.coalesce(confirmation.c.answer, ""), unique=True,
)  # fmt: skip

task = Table(
    "task", metadata,
    _id(), _ref("person", "person.id", cascade=True), _text("kind"), _text("of"),
    Column("subject", String, nullable=False), Column("params", JSON, nullable=False),
    _ref("by", "person.id", nullable=True), _moment("created", nullable=False), _moment("done"),
    Index("task_open", "person", "done"), Index("task_subject", "of", "subject"),
)  # fmt: skip

amendment = Table(
    "amendment", metadata,
    _id(), _ref("practice", "practice.id", index=True, cascade=True),
    _ref("procedure", "procedure.key", index=True, cascade=True), Column("language", String, nullable=False),
    Column("base", Integer, nullable=False), _words("duties"), _text("why"), _ref("author", "person.id"),
    _moment("created", nullable=False), _text("status", "proposed"),
    _ref("decided_by", "person.id", nullable=True), _moment("decided"), _text("reason"), Column("revision", String),
)  # fmt: skip

drift = Table(
    "drift", metadata,
    _id(), _ref("procedure", "procedure.key", cascade=True), _ref("space", "space.id", index=True, cascade=True),
    Column("language", String, nullable=False), _text("step"), _text("of"),
    Column("source", String, nullable=False, index=True), _text("digest"), _text("kind"), _text("judge"),
    _moment("found"), _text("decision", "open"), _ref("by", "person.id", nullable=True), _moment("decided"),
    _text("note"),
)  # fmt: skip

progress = Table(
    "progress", metadata,
    _ref("person", "person.id", cascade=True), Column("step", String, nullable=False), _moment("at"),
    PrimaryKeyConstraint("person", "step"),
)  # fmt: skip

arrangement = Table(
    "arrangement", metadata,
    _ref("person", "person.id", cascade=True), _words("blocks"),
    PrimaryKeyConstraint("person"),
)  # fmt: skip

miss = Table(
    "miss", metadata,
    _ref("procedure", "procedure.key", cascade=True), Column("text", String, nullable=False),
    Column("count", Integer, nullable=False), Column("last", Date, nullable=False),
    PrimaryKeyConstraint("procedure", "text"),
)  # fmt: skip

empty_search = Table(
    "empty_search", metadata,
    Column("text", String, nullable=False), Column("scope", String, nullable=False),
    Column("count", Integer, nullable=False), Column("last", Date, nullable=False),
    PrimaryKeyConstraint("text", "scope"),
)  # fmt: skip

gap_report = Table(
    "gap_report", metadata,
    Column("space", String, ForeignKey("space.id", ondelete="CASCADE"), primary_key=True),
    _moment("created", nullable=False), Column("questions", JSON, nullable=False),
)  # fmt: skip

setting = Table("setting", metadata, Column("name", String, primary_key=True), Column("value", JSON, nullable=False))

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True), _moment("at"))
