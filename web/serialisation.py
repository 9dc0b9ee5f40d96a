"""Records into the shapes of the JSON interface: once, for the API and for `--json` of the command line.

To be called inside a request, real or made up (`opening.speaking`): reasons are said in its language and addresses are
those of the site. Addresses are absolute when QUISAIT_URL is set, else paths.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from indexer.hits import AnswerHit, Backing, Found, PersonHit, ProcedureHit, Reason
from kb.advice import Help, Practice, Verified
from kb.attached import Attachment
from kb.bookmarks import Kept, Thing
from kb.model import Answer, Comment, Evidence, Person, Procedure, Question, Revision, Role, Space
from kb.practices import Shown
from kb.questions import Thread
from kb.reading_lists import Shown as ReadingListOf
from kb.tags import Tag
from kb.verifying import digest
from web import addresses
from web import shapes as s
from web.catalogue import language
from web.rendering import unmarked
from web.sentences import empty_text, reason_text
from web.site import config, store

People = Mapping[str, Person]


def lanes(found: Found) -> s.Lanes:
    return {
        "question": found.text,
        "language": found.language,
        "band": found.band.value,
        "probability": round(found.probability, 4),
        "took_ms": round(found.took_ms, 2),
        "procedures": [procedure_hit(each) for each in found.procedures],
        "answers": [answer_hit(each) for each in found.answers],
        "people": [person_hit(each) for each in found.people],
        "empty": {lane: empty_text(lane, why) for lane, why in found.empty.items()},
    }


def who(found: Found) -> s.Who:
    people = [person_hit(each) for each in found.people]
    return {"question": found.text, "language": found.language, "took_ms": round(found.took_ms, 2), "people": people}


def search_page(found: Found, page: int, size: int) -> s.SearchPage:
    return {
        "query": found.text,
        "language": found.language,
        "page": page,
        "size": size,
        "took_ms": round(found.took_ms, 2),
        "total": dict(found.total),
        "correction": found.correction,
        "notes": list(found.notes),
        "procedures": [procedure_hit(each) for each in found.procedures],
        "answers": [answer_hit(each) for each in found.answers],
        "people": [person_hit(each) for each in found.people],
    }


def procedure_hit(hit: ProcedureHit) -> s.ProcedureFound:
    return {
        "id": hit.key,
        "key": hit.key,
        "title": hit.title,
        "excerpt": unmarked(hit.excerpt),
        "standing": "official",
        "duty": hit.duty,
        "revision": hit.revision,
        "score": round(hit.score, 4),
        "url": _site(addresses.hit_url(hit)),
        "reasons": _reasons(hit.reasons),
    }


def answer_hit(hit: AnswerHit) -> s.AnswerFound:
    return {
        "id": hit.practice or hit.answer or hit.question,
        "question": hit.question or None,
        "practice": hit.practice,
        "title": hit.title,
        "excerpt": unmarked(hit.excerpt),
        "standing": hit.standing,  # type: ignore[typeddict-item]  # the finder's words
        "confirmations": hit.backing.confirmations,
        "units": hit.backing.units,
        "verified_by": _verifier(hit.backing),
        "verified_until": hit.backing.until.isoformat() if hit.backing.until else None,
        "warning": hit.backing.warning.value if hit.backing.warning else None,  # type: ignore[typeddict-item]
        "overruled_by": hit.backing.overruled or None,
        "score": round(hit.score, 4),
        "url": _site(addresses.hit_url(hit)),
        "reasons": _reasons(hit.reasons),
    }


def _verifier(backing: Backing) -> s.Author | None:
    id = backing.verifier
    return {"id": id, "name": backing.name, "url": _site(addresses.person_url(id))} if id else None


def person_hit(hit: PersonHit) -> s.PersonFound:
    return {
        "id": hit.person,
        "name": hit.name,
        "score": round(hit.score, 4),
        "probability": round(hit.probability, 4),
        "url": _site(addresses.hit_url(hit)),
        "reasons": _reasons(hit.reasons),
    }


def _reasons(reasons: Sequence[Reason]) -> list[s.ReasonShown]:
    made: list[s.ReasonShown] = []
    for each in reasons:
        leads = addresses.reason_url(each)
        made.append(
            {
                "kind": each.kind.value,
                "text": reason_text(each),
                "url": _site(leads) if leads else None,
                "date": each.at.date().isoformat() if each.at else None,
            }
        )
    return made


def thread(found: Thread, people: People) -> s.ThreadShown:
    return {
        "question": question(found.question, people),
        "answers": [answer(each, found.question.title, people, found.verified.get(each.id)) for each in found.answers],
        "comments": [_comment(each, people) for each in found.comments],
        "attachments": [attachment(each) for listed in found.attached.values() for each in listed],
        "duplicates": [each.id for each in found.duplicates],
        "original": found.original.id if found.original else None,
    }


def attachment(record: Attachment) -> s.AttachmentShown:
    return {
        "id": record.id, "post": record.post, "name": record.name, "type": record.type, "size": record.size,
        "url": _site(addresses.attachment_url(record.id, record.name)),
    }  # fmt: skip


def tag(record: Tag) -> s.TagShown:
    url = _site(addresses.tag_url(record.name))
    return {"name": record.name, "questions": record.questions, "also": list(record.also), "url": url}


def bookmark(kept: Kept) -> s.BookmarkShown:
    mark = kept.bookmark
    return {**_kept(mark.of, mark.subject, mark.note, kept.thing), "kept": _moment(mark.at)}


def reading_list(shown: ReadingListOf, people: People) -> s.ReadingListShown:
    listed = shown.listed
    return {
        "id": listed.id, "space": listed.space, "title": listed.title, "note": listed.note,
        "by": _author(listed.by, people), "newcomers": listed.newcomers,
        "lines": [_kept(each.of, each.subject, each.note, thing) for each, thing in shown.lines],
        "url": _site(addresses.reading_list_url(listed.id)),
    }  # fmt: skip


def _kept(of: str, id: str, note: str, thing: Thing) -> s.KeptShown:
    title = thing.revision(language()).title if isinstance(thing, Procedure) else thing.title
    kind: Any = of
    return {"kind": kind, "id": id, "title": title, "note": note, "url": _site(addresses.kept_url(of, id))}


def question(record: Question, people: People) -> s.QuestionShown:
    return {
        "id": record.id,
        "space": record.space,
        "title": record.title,
        "body": record.body,
        "author": _author(record.author, people),
        "language": record.language,
        "tags": list(record.tags),
        "status": record.status.value,
        "score": record.score,
        "answers": record.answers,
        "created": _moment(record.created),
        "edited": _moment(record.edited),
        "active": _moment(record.active),
        "url": _site(addresses.question_url(record.id, record.title)),
    }


def answer(record: Answer, title: str, people: People, verified: Verified | None = None) -> s.AnswerShown:
    """`verified`: somebody's word for it, shown while it holds."""
    holds = verified is not None and verified.holds(store().clock().date())
    return {
        "id": record.id,
        "question": record.question,
        "body": record.body,
        "words": digest(record),
        "author": _author(record.author, people),
        "language": record.language,
        "score": record.score,
        "accepted": _moment(record.accepted),
        "verified_by": _author(verified.person, people) if verified and holds else None,
        "verified_until": verified.until.isoformat() if verified and holds else None,
        "created": _moment(record.created),
        "edited": _moment(record.edited),
        "url": _site(addresses.question_url(record.question, title, record.id)),
    }


def _comment(record: Comment, people: People) -> s.CommentShown:
    return {
        "id": record.id,
        "answer": record.answer,
        "body": record.body,
        "author": _author(record.author, people),
        "created": _moment(record.created),
    }


def procedure_listed(record: Procedure, people: People) -> s.ProcedureListed:
    return {
        "key": record.key,
        "space": record.space,
        "status": record.status.value,
        "title": {each.language: each.title for each in record.revisions},
        "owner": _author(record.owner, people),
        "url": _site(addresses.procedure_url(record.key)),
    }


def procedure(record: Procedure, people: People) -> s.ProcedureShown:
    return {
        "key": record.key,
        "space": record.space,
        "status": record.status.value,
        "owner": _author(record.owner, people),
        "deputy": _author(record.deputy, people),
        "review_months": record.review_months,
        "satisfies": list(record.satisfies),
        "revisions": [_revision(each) for each in record.revisions],
        "url": _site(addresses.procedure_url(record.key)),
    }


def _revision(record: Revision) -> s.RevisionShown:
    return {
        "id": record.id,
        "language": record.language,
        "number": record.number,
        "title": record.title,
        "summary": record.summary,
        "body": record.body,
        "tags": list(record.tags),
        "created": _moment(record.created),
        "duties": [
            {"step": each.step, "role": each.role, "what": each.what, "rule": each.rule} for each in record.duties
        ],
        "effective": record.effective.isoformat() if record.effective else None,
        "url": _site(addresses.procedure_url(record.procedure, record.language)),
    }


def practice_listed(
    record: Practice, helped: Collection[str], standing: tuple[str, Backing], people: People
) -> s.PracticeListed:
    """`helped`: the keys of the procedures that the reader may know of."""
    rests_on, backing = standing
    return {
        "id": record.id,
        "space": record.space,
        "title": record.title,
        "language": record.language,
        "authors": [each for id in record.authors if (each := _author(id, people))],
        "standing": rests_on,  # type: ignore[typeddict-item]  # the finder's words
        "confirmations": backing.confirmations,
        "units": backing.units,
        "verified_by": _verifier(backing),
        "verified_until": backing.until.isoformat() if backing.until else None,
        "warning": backing.warning.value if backing.warning else None,  # type: ignore[typeddict-item]
        "helps": [_help(each) for each in record.helps if each.procedure in helped],
        "tags": list(record.tags),
        "created": _moment(record.created),
        "edited": _moment(record.edited),
        "ended": _moment(record.ended),
        "url": _site(addresses.practice_url(record.id, record.title)),
    }


def practice(shown: Shown, standing: tuple[str, Backing], people: People) -> s.PracticeShown:
    helped = {each.procedure.key for each in shown.helped}
    return {
        **practice_listed(shown.practice, helped, standing, people),
        "body": shown.practice.body,
        "keeper": _author(shown.practice.keeper, people),
        "answers": [answer.id for _question, answer in shown.sources],
    }


def _help(help: Help) -> s.HelpShown:
    url = addresses.procedure_url(help.procedure, step=help.step or None)
    return {"procedure": help.procedure, "step": help.step or None, "url": _site(url)}


def person_listed(record: Person) -> s.PersonListed:
    return {
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "unit": record.unit,
        "site": record.site,
        "languages": list(record.languages),
        "skills": list(record.skills),
        "url": _site(addresses.person_url(record.id)),
    }


def person(record: Person, evidence: Sequence[Evidence]) -> s.PersonShown:
    facts: list[s.EvidenceShown] = [
        {
            "kind": each.kind.value,
            "subject": each.subject,
            "title": each.title,
            "space": each.space,
            "at": _moment(each.at),
        }
        for each in evidence
    ]
    return {"person": person_listed(record), "about": record.about, "evidence": facts}


def space(record: Space, role: Role) -> s.SpaceShown:
    return {
        "id": record.id,
        "name": record.name,
        "description": record.description,
        "visibility": record.visibility.value,
        "role": role.value,
        "url": _site(addresses.space_url(record.id)),
    }


def _author(id: str | None, people: People) -> s.Author | None:
    found = people.get(id) if id else None
    return {"id": found.id, "name": found.name, "url": _site(addresses.person_url(found.id))} if found else None


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def _site(path: str) -> str:
    """`path` below the public address when one is configured, else as it is."""
    return f"{config().url}{path}"
