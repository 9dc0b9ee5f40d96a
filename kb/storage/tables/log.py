"""What the house keeps of itself: the change log, jobs, the audit trail, settings."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from kb.storage.tables.columns import metadata, moment, text

change = Table(
    "change", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False), moment("at", nullable=False),
    Column("actor", String), text("action"), text("kind"), Column("id", String, nullable=False),
)  # fmt: skip

change_number = Table("change_number", metadata, Column("last", Integer, nullable=False))

job = Table(
    "job", metadata,
    Column("id", Integer, primary_key=True), text("kind"), Column("payload", JSON, nullable=False),
    moment("run_at", nullable=False), Column("attempts", Integer, nullable=False, default=0), Column("lease", String),
    moment("leased_until"), moment("done"), Column("error", Text), Column("once", String, unique=True),
    Index("job_due", "done", "run_at"),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False), moment("at", nullable=False),
    Column("actor", String), text("action"), text("kind"), text("id"), Column("space", String, index=True),
    Column("detail", JSON, nullable=False), text("salt"), text("previous"), text("hash"),
    Index("audit_about", "kind", "id"),
)  # fmt: skip

audit_head = Table(
    "audit_head", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False), Column("count", Integer, nullable=False),
    text("hash"),
)  # fmt: skip

setting = Table("setting", metadata, Column("name", String, primary_key=True), Column("value", JSON, nullable=False))

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True), moment("at"))
