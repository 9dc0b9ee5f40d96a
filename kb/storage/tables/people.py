"""People, their accounts, the spaces they are in, and how they want to be found and asked."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from kb.storage.tables.columns import key, metadata, moment, ref, text, words

person = Table(
    "person", metadata,
    key(), text("name"), Column("email", String, unique=True), text("title"), text("unit"), text("site"),
    words("languages"), words("skills"), words("holds"), text("about"), text("kind", "employee"),
    Column("admin", Boolean, nullable=False, default=False), moment("created"), moment("ended"),
    Column("sponsor", String), Column("ends", Date, index=True), text("doing"), Column("doing_since", Date),
    Column("twins", Boolean, nullable=False, default=False, server_default=false()),
)  # fmt: skip

account = Table(
    "account", metadata,
    Column("person", String, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("password", Text, nullable=False), Column("language", String), moment("created"),
)  # fmt: skip

secret = Table(
    "secret", metadata,
    key("hash"), text("kind"), ref("person", "person.id", index=True, cascade=True), text("label"),
    moment("created"), moment("expires"),
)  # fmt: skip

attempt = Table(
    "attempt", metadata,
    Column("id", Integer, primary_key=True), Column("key", String, nullable=False, index=True), moment("at"),
)  # fmt: skip

space = Table(
    "space", metadata,
    key(), text("name"), text("description"), text("visibility", "open"), moment("created"),
)  # fmt: skip

membership = Table(
    "membership", metadata,
    ref("space", "space.id", cascade=True), ref("person", "person.id", index=True, cascade=True),
    text("role", "member"), moment("since"), moment("until"), Column("rule", String),
    PrimaryKeyConstraint("space", "person"),
)  # fmt: skip

site = Table(
    "site", metadata,
    key("name"), text("timezone"), words("days"), text("opens"), text("closes"),
)  # fmt: skip

holiday = Table(
    "holiday", metadata,
    ref("site", "site.name", cascade=True), Column("day", Date, nullable=False), text("name"),
    PrimaryKeyConstraint("site", "day"),
)  # fmt: skip

preference = Table(
    "preference", metadata,
    Column("person", String, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String), words("days"), Column("quiet_from", String), Column("quiet_until", String),
    Column("day_cap", Integer), Column("week_cap", Integer),
)  # fmt: skip

absence = Table(
    "absence", metadata,
    key(), ref("person", "person.id", index=True, cascade=True), Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
)  # fmt: skip

membership_rule = Table(
    "membership_rule", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), text("attribute"), text("value"), text("role"),
    ref("by", "person.id", cascade=True), moment("created", nullable=False),
)  # fmt: skip

space_invitation = Table(
    "space_invitation", metadata,
    key(), ref("space", "space.id", index=True, cascade=True), ref("person", "person.id", index=True, cascade=True),
    text("role"), ref("by", "person.id", cascade=True), moment("created", nullable=False), moment("closed"),
    Column("taken", Boolean),
)  # fmt: skip

endorsement = Table(
    "endorsement", metadata,
    key(), ref("person", "person.id", cascade=True), Column("skill", String, nullable=False),
    ref("by", "person.id", cascade=True), text("of"), text("subject"), moment("created", nullable=False),
    Index("endorsement_once", "person", "skill", "by", unique=True),
)  # fmt: skip

thanks = Table(
    "thanks", metadata,
    key(), ref("question", "question.id", index=True, cascade=True), ref("answer", "answer.id", cascade=True),
    ref("by", "person.id", cascade=True), text("words"), moment("created", nullable=False),
    Index("thanks_once", "answer", "by", unique=True),
)  # fmt: skip

subject_choice = Table(
    "subject_choice", metadata,
    ref("person", "person.id", cascade=True), Column("subject", String, nullable=False), text("use"),
    PrimaryKeyConstraint("person", "subject"),
)  # fmt: skip

progress = Table(
    "progress", metadata,
    ref("person", "person.id", cascade=True), Column("step", String, nullable=False), moment("at"),
    PrimaryKeyConstraint("person", "step"),
)  # fmt: skip

arrangement = Table(
    "arrangement", metadata,
    ref("person", "person.id", cascade=True), words("blocks"),
    PrimaryKeyConstraint("person"),
)  # fmt: skip
