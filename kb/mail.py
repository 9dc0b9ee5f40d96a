"""Mail: when a notice may be sent, the messages made of notices, what each still says at the moment it goes out.

    plan(store, since)      decide when a mail may carry what was told
    gather(store)           put what is due into messages: one for each notice sent at once, one digest for the rest
    take(store)             lease the next message, with what its reader may still read and has not read on the page
    sent / put_off          done, or to be tried again

Each is one transaction, so a sender may be killed anywhere: a notice is in exactly one message, and a message keeps
its id, whoever sends it. Mails come in the working hours of their reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.bookmarks import thing_of
from kb.errors import Invalid
from kb.model import Answer, Comment, NoticeKind, NoticeState, Person, Procedure, Question, new_id
from kb.notices import Told, readable
from kb.outbox import MANDATORY, Mail, MailChoice, choice_of, when_due
from kb.permissions import Action, require
from kb.rules import LANGUAGES
from kb.storage import Store, Transaction

LEASE = 600.0  # seconds; a server that is slow at every step takes less
TRIED = timedelta(days=3)
SINCE = "mail since"  # the setting that says when mail was set up: what was told before is not sent
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One notice of a message, with the text it is about ("" when there is none)."""

    told: Told
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A message to be sent. `language` is what its reader chose, or the first they speak, or None."""

    mail: Mail
    lease: str
    person: Person
    language: str | None
    parts: tuple[Part, ...]


def begin(store: Store) -> datetime:
    """Since when mail is sent here; now, when it was not before."""
    with store.read() as tx:
        since = tx.settings.find(SINCE)
    if isinstance(since, str):
        return datetime.fromisoformat(since)
    with store.write() as tx:
        tx.settings.set(SINCE, tx.now.isoformat())
        return tx.now


def plan(store: Store, since: datetime) -> bool:
    """Decide when mails may carry what was told; whether there was anything to decide."""
    with store.read() as tx:
        if not tx.mails.undecided(since, 1):
            return False
    with store.write() as tx:
        notices = tx.mails.undecided(since, _BATCH)
        people = {each.person for each in notices}
        chosen, calendars = tx.mails.choices(people), tx.availability.calendars(people)
        addresses = {each.id for each in tx.people.list(people) if each.email and each.ended is None}
        due = {each.id: when_due(each, chosen, calendars[each.person], tx.now) for each in notices}
        tx.mails.decide({each.id: due[each.id] if each.person in addresses else None for each in notices})
        return True


def gather(store: Store) -> bool:
    """Put what is due into messages; whether anything was."""
    with store.read() as tx:
        people = tx.mails.due_people(_BATCH)
    for person in people:
        with store.write() as tx:
            tx.people.lock([person])  # two workers must not put a notice into two messages
            notices = tx.mails.due_of(person)
            chosen = tx.mails.choices([person])
            fresh = [each for each in notices if each.state is NoticeState.UNREAD]
            tx.mails.never([each.id for each in notices if each not in fresh])
            digest = [each for each in fresh if choice_of(each.kind, person, chosen) is not MailChoice.NOW]
            for each in fresh:
                if each not in digest:
                    tx.mails.add(Mail(new_id(), person, False, tx.now, tx.now), [each.id])
            if digest:
                tx.mails.add(Mail(new_id(), person, True, tx.now, tx.now), [each.id for each in digest])
    return bool(people)


def take(store: Store) -> Taken | None:
    """The next due message, leased; None when none is due. What has nothing left to say is done with on the way."""
    with store.read() as tx:
        if not tx.mails.any_due():
            return None
    while True:
        with store.write() as tx:
            leased = tx.mails.lease(LEASE)
            if leased is None:
                return None
            mail, lease = leased
            person = tx.people.get(mail.person)
            unread = [each for each in tx.mails.carried(mail.id) if each.state is NoticeState.UNREAD]
            parts = tuple(Part(each, _text(tx, each)) for each in readable(tx, person, unread))
            if parts and person.email and person.ended is None:
                return Taken(mail, lease, person, _language(tx, person), parts)
            tx.mails.finish(mail.id, lease, sent=False)


def sent(store: Store, taken: Taken) -> None:
    with store.write() as tx:
        tx.mails.finish(taken.mail.id, taken.lease, sent=True)


def put_off(store: Store, taken: Taken, error: str, *, final: bool = False, counted: bool = True) -> None:
    """The message could not be sent: try again later, less and less often, for three days; `final`: not again.
    `counted` is false when the server was not there at all: then it is tried again soon."""
    with store.write() as tx:
        if final or (counted and tx.now - taken.mail.created > TRIED):
            tx.mails.finish(taken.mail.id, taken.lease, sent=False, error=error)
            return
        pause = timedelta(minutes=min(5 * 2**taken.mail.attempts, 240)) if counted else timedelta(seconds=20)
        tx.mails.give_back(taken.mail.id, taken.lease, tx.now + pause, error, counted)


def choices(store: Store, reader: Person, person: str) -> dict[NoticeKind, MailChoice]:
    """What a person chose for each kind of notice."""
    with store.read() as tx:
        require(reader, Action.EDIT, tx.people.get(person))
        chosen = tx.mails.choices([person])
    return {kind: choice_of(kind, person, chosen) for kind in NoticeKind}


def choose(
    store: Store, editor: Person, person: str, choices: Mapping[NoticeKind, MailChoice], language: str | None = None
) -> None:
    """Choose when each kind of notice is sent by mail, and in which language (None: the first one speaks)."""
    for kind, choice in choices.items():
        if choice is MailChoice.OFF and kind in MANDATORY:
            raise Invalid(kind.value, "This cannot be turned off. Choose once a week instead.")
    with store.write() as tx:
        require(editor, Action.EDIT, tx.people.get(person, lock=True))
        tx.mails.choose(person, choices)
        before = tx.availability.preferences([person])[person]
        tx.availability.put(replace(before, language=language if language in LANGUAGES else None))
        tx.mails.forget_due(person)
        tx.changes.add("choose mail", "person", person, editor.id)


def stop(store: Store, person: str, kinds: frozenset[NoticeKind] | None) -> None:
    """One click in a mail: no more mails of these kinds, or (None) none of what comes in digests. What is mandatory is
    lowered to once a week."""
    with store.write() as tx:
        reader = tx.people.get(person, lock=True)
        chosen = tx.mails.choices([person])
        if kinds is None:
            kinds = frozenset(each for each in NoticeKind if choice_of(each, person, chosen) is not MailChoice.NOW)
        ended = {each: MailChoice.WEEKLY if each in MANDATORY else MailChoice.OFF for each in kinds}
        tx.mails.choose(person, ended)
        tx.mails.forget_due(person)
        tx.changes.add("choose mail", "person", person, reader.id)


def language_of(store: Store, person: Person) -> str | None:
    """The language a person is written to in: the one chosen, else the first they speak that we do; else None."""
    with store.read() as tx:
        return _language(tx, person)


def _language(tx: Transaction, person: Person) -> str | None:
    chosen = tx.availability.preferences([person.id])[person.id].language
    return chosen or next((each for each in person.languages if each in LANGUAGES), None)


def _text(tx: Transaction, told: Told) -> str:
    """The words a notice is about, as they are now, when they stand in the thread it names."""
    about, params = told.about, told.notice.params
    if isinstance(about, Procedure) and told.notice.kind is NoticeKind.CHANGED:
        return _changed(about, str(params["revision"]), str(params["steps"]).split(", "))
    if told.notice.kind is NoticeKind.LETTER:
        return tx.letters.get(str(params["letter"])).body
    if not isinstance(about, Question):
        return ""
    if told.notice.kind is NoticeKind.INVITED:
        return about.body
    if told.notice.kind is NoticeKind.KNOWN:
        return _named_place(tx, told)
    if told.notice.kind is NoticeKind.THANKED:
        given = tx.recognition.thanks(told.notice.person)
        return next((each.words for each in given if (each.answer, each.by) == (params["answer"], params["by"])), "")
    posts: list[Comment | Answer] = list(tx.comments.find_all([str(params["comment"])])) if "comment" in params else []
    if not posts and params.get("answer") and (answer := tx.answers.find(str(params["answer"]))):
        posts = [answer]
    return next((each.body for each in posts if each.question == about.id), "")


def _named_place(tx: Transaction, told: Told) -> str:
    """What a colleague says answers it: the title there, and the answer or what it is about."""
    named = tx.routes.find_invitation(str(told.notice.params["invitation"]))
    reader = tx.people.find(told.notice.person)
    of, _space, subject = (named.detail or "").partition(" ") if named else ("", "", "")
    thing = thing_of(tx, reader, of, subject) if reader else None
    if isinstance(thing, Question):
        best = next(iter(tx.answers.list([thing.id])), None)
        return f"**{thing.title}**\n\n{best.body if best else ''}"
    if reader is None or not isinstance(thing, Procedure):
        return ""
    text = thing.revision(_language(tx, reader) or LANGUAGES[0])
    return f"**{thing.key} {text.title}**\n\n{text.summary}"


def _changed(procedure: Procedure, name: str, steps: Sequence[str]) -> str:
    """The changed duties alone, as they are now; none that was taken out."""
    text = next((each for each in procedure.revisions if each.name == name), None)
    duties = [each for each in text.duties if each.step in steps] if text else []
    return "\n".join(f"- **{each.step}** {each.role}: {each.what}" for each in duties)
