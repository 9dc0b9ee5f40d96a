"""The official layer: procedures, their revisions and duties, approval, review, acknowledgement, and the register."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

from kb.storage.tables.columns import key, metadata, moment, ref, text, words

procedure = Table(
    "procedure", metadata,
    key("key"), ref("space", "space.id", index=True), ref("owner", "person.id", nullable=True, index=True),
    ref("deputy", "person.id", nullable=True), text("status", "draft"), Column("review_months", Integer),
    words("satisfies"), moment("created"), text("scope"), words("roles"), words("units"), words("sites"),
    Column("reviewed", Date), Column("reminded", Integer, nullable=False, default=0), moment("retired"),
    text("reason"), ref("successor", "procedure.key", nullable=True),
)  # fmt: skip

revision = Table(
    "revision", metadata,
    key(), ref("procedure", "procedure.key", cascade=True), Column("language", String, nullable=False),
    Column("number", Integer, nullable=False), text("title"), text("summary"), text("body"), words("tags"),
    text("status", "draft"), ref("author", "person.id", nullable=True), text("change"), moment("created"),
    Column("effective", Date), Column("major", Boolean, nullable=False, default=True), Column("base", Integer),
    Column("saves", Integer, nullable=False, default=0), words("writers"), moment("submitted"),
    moment("published"), moment("ended"),
    Index("revision_number", "procedure", "language", "number", unique=True), Index("revision_status", "status"),
)  # fmt: skip

duty = Table(
    "duty", metadata,
    ref("revision", "revision.id", cascade=True), Column("position", Integer, nullable=False),
    text("step"), text("role"), text("what"), text("rule"),
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
    key(), ref("space", "space.id", index=True, cascade=True), words("texts"), ref("proposed_by", "person.id"),
    moment("proposed", nullable=False), ref("confirmed_by", "person.id", nullable=True), moment("closed"),
)  # fmt: skip

approver = Table(
    "approver", metadata,
    ref("space", "space.id", cascade=True), ref("person", "person.id", index=True, cascade=True),
    Column("stage", Integer, nullable=False), text("body"),
    PrimaryKeyConstraint("space", "person"),
)  # fmt: skip

approval = Table(
    "approval", metadata,
    key(), ref("revision", "revision.id", index=True, cascade=True), ref("person", "person.id", index=True),
    Column("stage", Integer, nullable=False), text("body"), text("decision"), text("reason"),
    Column("sha256", String, nullable=False), moment("at", nullable=False),
)  # fmt: skip

review = Table(
    "review", metadata,
    key(), ref("procedure", "procedure.key", index=True, cascade=True), ref("person", "person.id"), text("note"),
    moment("at", nullable=False),
)  # fmt: skip

campaign = Table(
    "campaign", metadata,
    key(), ref("procedure", "procedure.key", index=True, cascade=True), Column("deadline", Date, nullable=False),
    Column("days", Integer, nullable=False), words("roles"), words("units"), words("sites"), words("spaces"),
    words("people"), Column("renew_months", Integer), words("texts"), text("note"),
    ref("started_by", "person.id", nullable=True), moment("created", nullable=False), moment("ended"),
)  # fmt: skip

acknowledgement = Table(
    "acknowledgement", metadata,
    key(), ref("procedure", "procedure.key", index=True, cascade=True), ref("revision", "revision.id", cascade=True),
    ref("person", "person.id", index=True), Column("sha256", String, nullable=False),
    Column("by_mail", Boolean, nullable=False), moment("at", nullable=False),
)  # fmt: skip

reading = Table(
    "reading", metadata,
    ref("procedure", "procedure.key", cascade=True), Column("step", String, nullable=False),
    Column("month", Date, nullable=False), Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("procedure", "step", "month"),
)  # fmt: skip

clause = Table(
    "clause", metadata,
    key(), text("reference"), text("regulation"), text("title"), words("also"), moment("created"),
)  # fmt: skip

external_document = Table(
    "external_document", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("title"), text("issuer"), text("edition"),
    text("link"), ref("owner", "person.id", nullable=True), Column("next_check", Date),
    Column("check_months", Integer, nullable=False, default=12), text("note"), Column("checked", Date),
    ref("checked_by", "person.id", nullable=True), moment("created"),
)  # fmt: skip

task = Table(
    "task", metadata,
    key(), ref("person", "person.id", cascade=True), text("kind"), text("of"),
    Column("subject", String, nullable=False), Column("params", JSON, nullable=False),
    ref("by", "person.id", nullable=True), moment("created", nullable=False), moment("done"),
    Index("task_open", "person", "done"), Index("task_subject", "of", "subject"),
)  # fmt: skip

drift = Table(
    "drift", metadata,
    key(), ref("procedure", "procedure.key", cascade=True), ref("space", "space.id", index=True, cascade=True),
    Column("language", String, nullable=False), text("step"), text("of"),
    Column("source", String, nullable=False, index=True), text("digest"), text("kind"), text("judge"),
    moment("found"), text("decision", "open"), ref("by", "person.id", nullable=True), moment("decided"),
    text("note"),
)  # fmt: skip

gap_report = Table(
    "gap_report", metadata,
    Column("space", String, ForeignKey("space.id", ondelete="CASCADE"), primary_key=True),
    moment("created", nullable=False), Column("questions", JSON, nullable=False),
)  # fmt: skip
