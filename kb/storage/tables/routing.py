"""Who was asked, who is told of what and by which way, what people follow and keep."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from kb.storage.tables.columns import key, metadata, moment, ref, text, words

route = Table(
    "route", metadata,
    key(), ref("asker", "person.id", nullable=True, index=True),
    ref("question", "question.id", nullable=True, index=True, cascade=True),
    text("text"), text("band"), Column("probability", Float, nullable=False), text("scorer"),
    Column("candidates", JSON, nullable=False, default=list), Column("outcome", String), moment("created"),
    text("stage", "closed"), moment("since"), moment("due"), Column("struck", JSON),
    Index("route_stage", "stage", "since"), Index("route_outcome", "outcome"), Index("route_created", "created"),
)  # fmt: skip

invitation = Table(
    "invitation", metadata,
    key(), ref("route", "route.id", cascade=True, index=True),
    ref("question", "question.id", cascade=True, index=True), ref("person", "person.id", cascade=True, index=True),
    Column("wave", Integer, nullable=False), text("status", "waiting"),
    words("reasons"), moment("created"), moment("closed"), moment("starts"), Column("until", Date),
    Column("detail", String), Column("by", String, index=True),
    Index("invitation_once", "question", "person", unique=True),
)  # fmt: skip

notice = Table(
    "notice", metadata,
    key(), ref("person", "person.id", cascade=True), text("kind"), text("of"),
    Column("subject", String, nullable=False), Column("params", JSON, nullable=False),
    Column("key", String, nullable=False), moment("created", nullable=False), moment("read"), moment("done"),
    moment("due"), Column("mail", String, index=True), Index("notice_due", "mail", "due"),
    Index("notice_once", "person", "key", unique=True), Index("notice_subject", "person", "of", "subject"),
)  # fmt: skip

mail = Table(
    "mail", metadata,
    key(), ref("person", "person.id", index=True, cascade=True), Column("digest", Boolean, nullable=False),
    moment("created", nullable=False), moment("due", nullable=False),
    Column("attempts", Integer, nullable=False, default=0), Column("lease", String), moment("leased_until"),
    moment("sent"), moment("done"), Column("error", Text), Index("mail_due", "done", "due"),
)  # fmt: skip

mail_choice = Table(
    "mail_choice", metadata,
    ref("person", "person.id", cascade=True), Column("kind", String, nullable=False), text("choice"),
    PrimaryKeyConstraint("person", "kind"),
)  # fmt: skip

received = Table(
    "received", metadata,
    key("message"), ref("person", "person.id", index=True, cascade=True), text("outcome"),
    moment("at", nullable=False),
)  # fmt: skip

unsent = Table(
    "unsent", metadata,
    ref("person", "person.id", cascade=True), Column("place", String, nullable=False),
    Column("fields", JSON, nullable=False), moment("saved", nullable=False), PrimaryKeyConstraint("person", "place"),
)  # fmt: skip

follow = Table(
    "follow", metadata,
    ref("person", "person.id", cascade=True), Column("of", String, nullable=False),
    Column("subject", String, nullable=False), moment("since", nullable=False),
    PrimaryKeyConstraint("person", "of", "subject"), Index("follow_subject", "of", "subject"),
)  # fmt: skip

visit = Table(
    "visit", metadata,
    ref("person", "person.id", cascade=True), ref("question", "question.id", index=True, cascade=True),
    moment("at", nullable=False), moment("before"), PrimaryKeyConstraint("person", "question"),
)  # fmt: skip

letter = Table(
    "letter", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("subject"), text("body"),
    ref("by", "person.id", cascade=True), moment("sent", nullable=False),
)  # fmt: skip

bookmark = Table(
    "bookmark", metadata,
    ref("person", "person.id", cascade=True), Column("of", String, nullable=False),
    Column("subject", String, nullable=False), text("note"), moment("at", nullable=False),
    PrimaryKeyConstraint("person", "of", "subject"),
)  # fmt: skip

reading_list = Table(
    "reading_list", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("title"), text("note"),
    ref("by", "person.id", cascade=True), Column("newcomers", Boolean, nullable=False), words("lines"),
    moment("created", nullable=False), moment("edited"),
)  # fmt: skip

reading_pointed = Table(
    "reading_pointed", metadata,
    ref("list", "reading_list.id", cascade=True), ref("person", "person.id", index=True, cascade=True),
    ref("by", "person.id", cascade=True), moment("at", nullable=False), PrimaryKeyConstraint("list", "person"),
)  # fmt: skip

hook = Table(
    "hook", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("kind"), text("url"), text("secret"),
    words("events"), ref("by", "person.id", cascade=True), moment("created", nullable=False),
)  # fmt: skip

delivery = Table(
    "delivery", metadata,
    key(), ref("hook", "hook.id", index=True, cascade=True), text("event"),
    Column("question", String, nullable=False), Column("answer", String), Column("by", String),
    moment("created", nullable=False), moment("due", nullable=False),
    Column("attempts", Integer, nullable=False, default=0), Column("status", Integer), Column("error", Text),
    moment("done"), Column("lease", String), moment("leased_until"), Index("delivery_due", "done", "due"),
)  # fmt: skip

miss = Table(
    "miss", metadata,
    ref("procedure", "procedure.key", cascade=True), Column("text", String, nullable=False),
    Column("count", Integer, nullable=False), Column("last", Date, nullable=False),
    PrimaryKeyConstraint("procedure", "text"),
)  # fmt: skip

empty_search = Table(
    "empty_search", metadata,
    Column("text", String, nullable=False), Column("scope", String, nullable=False),
    Column("count", Integer, nullable=False), Column("last", Date, nullable=False),
    PrimaryKeyConstraint("text", "scope"),
)  # fmt: skip
