"""Append-only steps that bring an older database to the schema of `tables`; a new one is made as those modules say, at
once.

Never change or remove a step that was released: add one, and change `tables` with it (a test upgrades the files of
tests/kb/assets and compares the two). Each step runs in its own transaction with its number, so that a process killed
in the middle leaves it undone or done. A database newer than this program is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select
from sqlalchemy.schema import CreateColumn

from kb.errors import Unavailable
from kb.storage import tables


def _first(connection: Connection) -> None:
    """The whole schema of today: taken by new databases only, which then have every later step behind them."""
    tables.metadata.create_all(connection)
    connection.execute(insert(tables.change_number).values(last=0))


def _make(connection: Connection, *made: Table) -> None:
    """Add tables as `tables` has them, with what later steps add to them: those look before they add."""
    for table in made:
        table.create(connection, checkfirst=True)


def _add_columns(connection: Connection, table: Table, *names: str) -> None:
    """Columns (that may be empty or have a default) and the indexes on them, where an earlier step made the table
    without."""
    known = {each["name"] for each in inspect(connection).get_columns(table.name)}
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    for name in names:
        if name not in known:
            column = CreateColumn(table.c[name]).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"alter table {quoted} add column {column}")
    for index in table.indexes:
        if not names or set(names) & {each.name for each in index.columns}:
            index.create(connection, checkfirst=True)


def _notices(connection: Connection) -> None:
    _make(connection, tables.notice)


def _working_time(connection: Connection) -> None:
    _make(connection, tables.site, tables.holiday, tables.preference, tables.absence)


def _mail(connection: Connection) -> None:
    _make(connection, tables.mail, tables.mail_choice)
    _add_columns(connection, tables.notice, "due", "mail")


def _audit(connection: Connection) -> None:
    """The audit trail and its head."""
    _make(connection, tables.audit, tables.audit_head)


def _life_of_procedures(connection: Connection) -> None:
    """Drafting, approval, review and use of procedures; whatever was loaded counts as reviewed on the day it began."""
    moment = "TIMESTAMP WITH TIME ZONE" if connection.dialect.name == "postgresql" else "DATETIME"
    for statement in _LIFE_OF_PROCEDURES:
        connection.exec_driver_sql(statement.format(moment=moment))


_LIFE_OF_PROCEDURES = (
    "alter table person add column holds JSON default '[]' not null",
    "alter table procedure add column scope TEXT default '' not null",
    "alter table procedure add column roles JSON default '[]' not null",
    "alter table procedure add column units JSON default '[]' not null",
    "alter table procedure add column sites JSON default '[]' not null",
    "alter table procedure add column reviewed DATE",
    "alter table procedure add column reminded INTEGER default 0 not null",
    "alter table procedure add column retired {moment}",
    "alter table procedure add column reason TEXT default '' not null",
    "alter table procedure add column successor VARCHAR references procedure (key)",
    "update procedure set reviewed = (select max(effective) from revision "
    "where revision.procedure = procedure.key and revision.status = 'published')",
    "alter table revision add column major BOOLEAN default true not null",
    "alter table revision add column base INTEGER",
    "alter table revision add column saves INTEGER default 0 not null",
    "alter table revision add column writers JSON default '[]' not null",
    "alter table revision add column submitted {moment}",
    "alter table revision add column published {moment}",
    "alter table revision add column ended {moment}",
    "create index revision_status ON revision (status)",
    "create table charter (space VARCHAR not null, minimum INTEGER not null, words INTEGER not null, "
    "duties INTEGER not null, primary key (space), foreign key (space) references space (id) on delete cascade)",
    "create table approver (space VARCHAR not null, person VARCHAR not null, stage INTEGER not null, "
    "body TEXT default '' not null, primary key (space, person), "
    "foreign key (space) references space (id) on delete cascade, "
    "foreign key (person) references person (id) on delete cascade)",
    "create index ix_approver_person ON approver (person)",
    "create table approval (id VARCHAR not null, revision VARCHAR not null, person VARCHAR not null, "
    "stage INTEGER not null, body TEXT default '' not null, decision TEXT default '' not null, "
    "reason TEXT default '' not null, sha256 VARCHAR not null, at {moment} not null, primary key (id), "
    "foreign key (revision) references revision (id) on delete cascade, "
    "foreign key (person) references person (id))",
    "create index ix_approval_revision ON approval (revision)",
    "create index ix_approval_person ON approval (person)",
    "create table review (id VARCHAR not null, procedure VARCHAR not null, person VARCHAR not null, "
    "note TEXT default '' not null, at {moment} not null, primary key (id), "
    "foreign key (procedure) references procedure (key) on delete cascade, "
    "foreign key (person) references person (id))",
    "create index ix_review_procedure ON review (procedure)",
    "create table reading (procedure VARCHAR not null, step VARCHAR not null, month DATE not null, "
    "count INTEGER not null, primary key (procedure, step, month), "
    "foreign key (procedure) references procedure (key) on delete cascade)",
)


def _register(connection: Connection) -> None:
    """The clauses of regulations, and documents of external origin."""
    _make(connection, tables.clause, tables.external_document)


def _waves(connection: Connection) -> None:
    """What routing keeps of a question's way, and what people choose for each of their subjects."""
    _make(connection, tables.subject_choice)
    _add_columns(connection, tables.route, "stage", "since", "due", "struck")
    _add_columns(connection, tables.invitation, "starts", "until", "detail")


def _campaigns(connection: Connection) -> None:
    """Who is asked to read a procedure, and who said that they did."""
    _make(connection, tables.campaign, tables.acknowledgement)


def _replies_by_mail(connection: Connection) -> None:
    """Which mails were taken in, so that none is taken twice."""
    _make(connection, tables.received)


def _practices(connection: Connection) -> None:
    """Practices and the earlier texts of each."""
    _make(connection, tables.practice, tables.practice_edit)


def _confirmations(connection: Connection) -> None:
    """What people say of answers and practices after use, and what somebody is to look at because of it."""
    _make(connection, tables.confirmation, tables.task)
    _add_columns(connection, tables.practice, "extended")


def _outcomes(connection: Connection) -> None:
    """How often a search ended with something is counted."""
    _add_columns(connection, tables.route)


def _amendments(connection: Connection) -> None:
    """Proposals to change a procedure, born from practices."""
    _make(connection, tables.amendment)


def _drift(connection: Connection) -> None:
    """Duties and practices that do not fit together, and what was decided."""
    _make(connection, tables.drift)


def _unsent(connection: Connection) -> None:
    """What people are writing."""
    _make(connection, tables.unsent)


def _bin(connection: Connection) -> None:
    """Deleted posts, for a while."""
    _make(connection, tables.bin)


def _moderation(connection: Connection) -> None:
    """Flags, and posts that wait for approval."""
    _make(connection, tables.flag, tables.held)


def _following(connection: Connection) -> None:
    """What people follow, and when they last looked."""
    _make(connection, tables.follow, tables.visit)


def _retention(connection: Connection) -> None:
    """How long texts are kept, and their release by two people."""
    _make(connection, tables.release)
    _add_columns(connection, tables.charter, "keep_months")


def _first_weeks_and_gaps(connection: Connection) -> None:
    """What somebody new ticked off; searches that nothing answered, and the weekly report of each space."""
    _make(connection, tables.progress, tables.miss, tables.gap_report)


def _suggestions(connection: Connection) -> None:
    """Suggested edits, words ascribed to colleagues, and why a vote is against."""
    _make(connection, tables.suggestion, tables.said)
    _add_columns(connection, tables.vote, "reason")


def _hooks(connection: Connection) -> None:
    """Webhooks of spaces, and what is sent to them."""
    _make(connection, tables.hook, tables.delivery)


def _guests(connection: Connection) -> None:
    """Guests have a sponsor; whoever has an end date, it; requests that a colleague recommended say who did."""
    _add_columns(connection, tables.person, "sponsor", "ends")
    _add_columns(connection, tables.invitation, "by")


def _attachments(connection: Connection) -> None:
    """Pictures and files on posts."""
    _make(connection, tables.attachment)


def _profiles(connection: Connection) -> None:
    """What people work on, and whether those with the same question may learn their name."""
    _add_columns(connection, tables.person, "doing", "doing_since", "twins")


def _arrangement(connection: Connection) -> None:
    """In which order somebody wants the blocks of their first page."""
    _make(connection, tables.arrangement)


def _tags(connection: Connection) -> None:
    """Words that mean a tag, and tags that are two things."""
    _make(connection, tables.tag_synonym, tables.tag_apart)


def _joining(connection: Connection) -> None:
    """Members by rule and by invitation; confirmed skills; thanks."""
    _make(connection, tables.membership_rule, tables.space_invitation, tables.endorsement, tables.thanks)
    _add_columns(connection, tables.membership, "rule")


def _searches(connection: Connection) -> None:
    """Searches that nothing answered, as words with a count."""
    _make(connection, tables.empty_search)


def _reading(connection: Connection) -> None:
    """Bookmarks and reading lists."""
    _make(connection, tables.bookmark, tables.reading_list, tables.reading_pointed)


def _letters(connection: Connection) -> None:
    """Letters to the members of a space."""
    _make(connection, tables.letter)


def _verified_answers(connection: Connection) -> None:
    """Who found an answer true, until when."""
    _make(connection, tables.verification)


def _latest(connection: Connection) -> None:
    """The newest questions of a space, and a space's months, without reading all of it."""
    connection.exec_driver_sql("drop index if exists ix_question_space")
    _make_index(connection, tables.question, "question_latest")
    _make_index(connection, tables.question, "question_asked")
    _make_index(connection, tables.answer, "answer_given")


def _own_questions(connection: Connection) -> None:
    """What one person asked and is still open."""
    connection.exec_driver_sql("drop index if exists ix_question_author")
    _make_index(connection, tables.question, "question_mine")


def _routes_by_age(connection: Connection) -> None:
    """What somebody could have been asked in the last weeks."""
    _make_index(connection, tables.route, "route_created")


def _make_index(connection: Connection, table: Table, name: str) -> None:
    next(each for each in table.indexes if each.name == name).create(connection, checkfirst=True)


STEPS: tuple[Callable[[Connection], None], ...] = (
    _first, _notices, _working_time, _mail, _audit, _life_of_procedures, _register, _waves,
    _campaigns,
    _replies_by_mail,
    _practices,
    _confirmations,
    _outcomes,
    _amendments,
    _drift,
    _unsent,
    _bin,
    _moderation,
    _following,
    _retention,
    _first_weeks_and_gaps,
    _suggestions,
    _hooks,
    _guests,
    _profiles,
    _attachments,
    _arrangement,
    _tags,
    _joining,
    _searches,
    _reading,
    _letters,
    _verified_answers,
    _latest,
    _own_questions,
    _routes_by_age,
)  # fmt: skip
RELEASED = 1  # the schema of the last release; its file and those before stand in tests/kb/assets


def version(connection: Connection) -> int:
    """The number of steps this database has taken; 0 when it is empty."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    return connection.execute(select(func.max(tables.schema_version.c.version))).scalar_one() or 0


def migrate(engine: Engine) -> int:
    """Take the steps that are missing and return how many. Two processes may call it at once: each step is taken under
    a lock and only once."""
    with engine.connect() as reading:
        if version(reading) == len(STEPS):
            return 0
    taken = 0
    while True:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("select pg_advisory_xact_lock(20261123)")
            found = version(connection)
            if found > len(STEPS):
                raise Unavailable(
                    f"This database is of version {found}; this Quisait knows up to {len(STEPS)}. "
                    "Install the newer Quisait."
                )
            if found == len(STEPS):
                return taken
            STEPS[found](connection)
            numbers = range(1, len(STEPS) + 1) if found == 0 else (found + 1,)
            rows = [{"version": number, "at": datetime.now(UTC)} for number in numbers]
            connection.execute(insert(tables.schema_version), rows)
            taken += len(rows)
