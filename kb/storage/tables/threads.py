"""The living layer: questions with all that hangs on them, practices, tags, and what is done about bad ones."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
)

from kb.storage.tables.columns import key, metadata, moment, ref, text, words

question = Table(
    "question", metadata,
    key(), ref("space", "space.id"), text("title"), text("body"),
    ref("author", "person.id", nullable=True), Column("language", String, nullable=False),
    text("status", "open"), ref("duplicate_of", "question.id", nullable=True, index=True),
    Column("score", Integer, nullable=False, default=0), moment("created"), moment("edited"),
    moment("active"), Index("question_active", "active"), Index("question_status", "status", "created"),
    Index("question_latest", "space", "active"), Index("question_mine", "author", "status"),
    Index("question_asked", "space", "created", "id"),
)  # fmt: skip

question_tag = Table(
    "question_tag", metadata,
    ref("question", "question.id", cascade=True), Column("position", Integer, nullable=False),
    Column("tag", String, nullable=False, index=True),
    PrimaryKeyConstraint("question", "tag"),
)  # fmt: skip

answer = Table(
    "answer", metadata,
    key(), ref("question", "question.id", index=True, cascade=True), text("body"),
    ref("author", "person.id", nullable=True, index=True), Column("language", String, nullable=False),
    Column("score", Integer, nullable=False, default=0), moment("accepted"), moment("created"), moment("edited"),
    Index("answer_given", "created"),
)  # fmt: skip

comment = Table(
    "comment", metadata,
    key(), ref("question", "question.id", index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True), text("body"),
    ref("author", "person.id", nullable=True, index=True), moment("created"),
)  # fmt: skip

vote = Table(
    "vote", metadata,
    Column("id", Integer, primary_key=True),
    ref("person", "person.id", index=True, cascade=True), ref("question", "question.id", index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    Column("value", Integer, CheckConstraint("value in (-1, 1)"), nullable=False), moment("created"),
    Column("reason", String),
)  # fmt: skip
Index("vote_once", vote.c.person, vote.c.question, func.coalesce(vote.c.answer, ""), unique=True)

edit = Table(
    "edit", metadata,
    key(), ref("question", "question.id", index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True), text("title"), text("body"),
    ref("person", "person.id", nullable=True), moment("created"),
)  # fmt: skip

bin = Table(
    "bin", metadata,
    key(), text("kind"), Column("question", String, nullable=False, index=True), text("space"), text("title"),
    Column("author", String), ref("person", "person.id", index=True, cascade=True), text("reason"),
    moment("at", nullable=False), Column("rows", JSON, nullable=False),
)  # fmt: skip

flag = Table(
    "flag", metadata,
    key(), ref("question", "question.id", index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    ref("comment", "comment.id", nullable=True, index=True, cascade=True),
    ref("person", "person.id", index=True, cascade=True), text("reason"), text("note"),
    moment("created", nullable=False), moment("closed"),
)  # fmt: skip

held = Table(
    "held", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), ref("person", "person.id", index=True, cascade=True),
    text("kind"), ref("question", "question.id", nullable=True, index=True, cascade=True),
    Column("fields", JSON, nullable=False), moment("created", nullable=False),
)  # fmt: skip

suggestion = Table(
    "suggestion", metadata,
    key(), ref("question", "question.id", index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    ref("person", "person.id", index=True, cascade=True), text("title"), text("body"), words("tags"), text("note"),
    moment("created", nullable=False), moment("closed"), Column("taken", Boolean),
)  # fmt: skip

said = Table(
    "said", metadata,
    key(), ref("question", "question.id", index=True, cascade=True),
    ref("person", "person.id", index=True, cascade=True), ref("by", "person.id", cascade=True), text("body"),
    Column("language", String, nullable=False), moment("created", nullable=False), moment("closed"),
)  # fmt: skip

attachment = Table(
    "attachment", metadata,
    key(), text("name"), text("type"), Column("size", Integer, nullable=False),
    Column("sha256", String, nullable=False, index=True), ref("person", "person.id", index=True, cascade=True),
    moment("created", nullable=False), ref("question", "question.id", nullable=True, index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True),
    ref("comment", "comment.id", nullable=True, index=True, cascade=True),
    ref("practice", "practice.id", nullable=True, index=True, cascade=True),
    ref("held", "held.id", nullable=True, index=True, cascade=True),
)  # fmt: skip

tag_synonym = Table(
    "tag_synonym", metadata,
    key("word"), Column("tag", String, nullable=False, index=True), words("spaces"),
    ref("by", "person.id", cascade=True), moment("at", nullable=False),
)  # fmt: skip

tag_apart = Table(
    "tag_apart", metadata,
    Column("one", String, nullable=False), Column("other", String, nullable=False),
    ref("by", "person.id", cascade=True), moment("at", nullable=False), PrimaryKeyConstraint("one", "other"),
)  # fmt: skip

practice = Table(
    "practice", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("title"), text("body"),
    Column("language", String, nullable=False), words("authors"), words("answers"), words("helps"), words("tags"),
    ref("keeper", "person.id", nullable=True, index=True), moment("created"), moment("edited"),
    ref("verifier", "person.id", nullable=True), moment("verified"), Column("until", Date),
    moment("extended"), moment("ended"), text("reason"),
)  # fmt: skip

practice_edit = Table(
    "practice_edit", metadata,
    key(), ref("practice", "practice.id", index=True, cascade=True), text("title"), text("body"),
    ref("person", "person.id", nullable=True), moment("created"),
)  # fmt: skip

confirmation = Table(
    "confirmation", metadata,
    key(), ref("person", "person.id", index=True, cascade=True),
    ref("practice", "practice.id", nullable=True, index=True, cascade=True),
    ref("answer", "answer.id", nullable=True, index=True, cascade=True), text("verdict"), text("unit"),
    text("note"), moment("first", nullable=False), moment("at", nullable=False),
)  # fmt: skip
Index(
    "confirmation_once", confirmation.c.person, func.coalesce(confirmation.c.practice, ""),
    func.coalesce(confirmation.c.answer, ""), unique=True,
)  # fmt: skip

verification = Table(
    "verification", metadata,
    Column("answer", String, ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True),
    ref("person", "person.id"), moment("at", nullable=False), Column("until", Date, nullable=False),
)  # fmt: skip

amendment = Table(
    "amendment", metadata,
    key(), ref("practice", "practice.id", index=True, cascade=True),
    ref("procedure", "procedure.key", index=True, cascade=True), Column("language", String, nullable=False),
    Column("base", Integer, nullable=False), words("duties"), text("why"), ref("author", "person.id"),
    moment("created", nullable=False), text("status", "proposed"),
    ref("decided_by", "person.id", nullable=True), moment("decided"), text("reason"), Column("revision", String),
)  # fmt: skip
