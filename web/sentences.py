"""Facts into sentences, in the reader's language: reasons, bands, empty lanes, statuses, roles.

Finding gives facts (`Reason`, `Band`, `Empty`); what is said of them is written here once, for pages, API and mails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import format_date, get_locale

from indexer.hits import AnswerHit, Empty, Found, ProcedureHit, Reason, ReasonKind
from kb.acknowledging import Standing
from kb.advice import AmendmentStatus, Verdict
from kb.arranging import Block
from kb.comparing import Kind
from kb.model import Band, EvidenceKind, Person, PersonKind, QuestionStatus, RevisionStatus, Role, Visibility
from kb.official import Revision
from kb.right_size import Size
from kb.routing import InvitationStatus
from web.catalogue import _, day_text, language, mark, ngettext

TITLE_SHOWN = 64


def reason_text(reason: Reason) -> str:
    """Why this was found, as one short sentence without its date."""
    title, many = _short(reason.title), reason.count
    match reason.kind:
        case ReasonKind.WORDS:
            return _("Words in common: %(words)s", words=title) if title else _("Words in common")
        case ReasonKind.MEANING:
            return _("Close in meaning")
        case ReasonKind.KEY:
            return _("You named %(key)s", key=title)
        case ReasonKind.FILTER:
            return _("Fits your filters")
        case ReasonKind.ACCEPTED:
            text = ngettext(
                "Accepted answer: “%(title)s”", "%(num)d accepted answers, one to “%(title)s”", many, title=title
            )
        case ReasonKind.ANSWERED:
            text = ngettext("Answered “%(title)s”", "%(num)d answers, one to “%(title)s”", many, title=title)
        case ReasonKind.UPVOTED:
            text = ngettext(
                "Found useful: “%(title)s”", "%(num)d answers found useful, one to “%(title)s”", many, title=title
            )
        case ReasonKind.PRACTICE:
            text = ngettext(
                "Their practice: “%(title)s”", "%(num)d practices of theirs, one: “%(title)s”", many, title=title
            )
        case ReasonKind.VERIFIED:
            text = ngettext(
                "Verified the practice “%(title)s”", "Verified %(num)d practices, one: “%(title)s”", many, title=title
            )
        case ReasonKind.OWNS:
            return _("Keeps the procedure “%(title)s”", title=title)
        case ReasonKind.DECLARED:
            if many > 1:
                return ngettext(
                    "Names this skill: %(skill)s, confirmed by one colleague",
                    "Names this skill: %(skill)s, confirmed by %(num)d colleagues", many - 1, skill=title,
                )  # fmt: skip
            return _("Names this skill: %(skill)s", skill=title)
        case ReasonKind.TAGGED:
            text = ngettext(
                "Answered a question tagged %(tag)s", "Answered %(num)d questions tagged %(tag)s", many, tag=title
            )
    return text


def band_text(found: Found) -> str:
    match found.band:
        case Band.ANSWERED:
            return _("This is probably answered already.")
        case Band.MAYBE:
            return _("This may help. If not, ask: these colleagues probably know.")
        case Band.ASK if found.answers and found.people:
            return _("Nothing here answers this for certain. These colleagues are the closest to it.")
        case Band.ASK if found.correction:  # which stands above it
            return _("Nothing was found in these words as they are written.")
        case Band.ASK if found.people:
            return _("Nobody has asked this yet. These colleagues are the closest to it.")
        case Band.ASK:
            return _("Nobody has asked this yet. Ask, and it will be answered for the next person too.")


_LANE_EMPTY = {
    ("procedures", Empty.NOTHING_CLOSE): mark("Nothing close enough in your spaces. Most things need no procedure."),
    ("answers", Empty.NOTHING_CLOSE): mark(
        "Nothing close enough in your spaces. Ask: the answer will stay for the next person."
    ),
    ("people", Empty.NOTHING_CLOSE): mark(
        "Nobody has shown that they know this yet. Ask anyway: it goes to the space."
    ),
    ("procedures", Empty.NOTHING_THERE): mark("Your spaces hold no procedure yet."),
    ("answers", Empty.NOTHING_THERE): mark("Nobody has asked anything in your spaces yet. Be the first."),
    ("people", Empty.NOTHING_THERE): mark("Nobody has answered anything in your spaces yet."),
}
_EMPTY = {
    Empty.NOTHING_CLOSE: mark("Nothing close enough in your spaces."),
    Empty.NOT_UNDERSTOOD: mark("None of these words is known here. Try other words, or a whole sentence."),
    Empty.NOTHING_THERE: mark("There is nothing here yet."),
    Empty.FILTERED: mark("Your filters leave nothing. Take one away."),
}


def empty_text(lane: str, why: Empty | None) -> str:
    """Why the lane ("procedures", "answers", "people") is empty, and what to do."""
    why = why or Empty.NOTHING_CLOSE
    return _(_LANE_EMPTY.get((lane, why)) or _EMPTY[why])


def standing_text(standing: str) -> str:
    return _(_STANDINGS[standing]) if standing in _STANDINGS else standing


def hit_standing_text(hit: ProcedureHit | AnswerHit) -> str:
    """What stands behind a text found, with the facts: who verified it until when, how many confirm it."""
    if isinstance(hit, ProcedureHit):
        parts = [_("Official")]
        parts += [_("duty %(step)s", step=hit.duty)] if hit.duty else []
        parts += [_("revision %(number)s", number=hit.revision)] if hit.revision else []
        return ", ".join(parts)
    backing, said = hit.backing, standing_text(hit.standing)
    if hit.standing == "verified answer" and backing.until:
        day = day_text(backing.until)
        if backing.name:
            return _("Verified answer, by %(name)s, until %(day)s", name=backing.name, day=day)
        return _("Verified answer, until %(day)s", day=day)
    if hit.standing == "verified practice" and backing.until:
        day = day_text(backing.until)
        if backing.name:
            return _("Verified practice, by %(name)s, until %(day)s", name=backing.name, day=day)
        return _("Verified practice, until %(day)s", day=day)
    if hit.standing in ("accepted", "experience") and backing.confirmations:
        confirmed = ngettext("%(num)d confirmation", "%(num)d confirmations", backing.confirmations)
        return f"{said}, {confirmed}"
    return said


def warning_text(hit: ProcedureHit | AnswerHit) -> str:
    """That a procedure says otherwise and is right, else the gravest doubt of a colleague; "" when there is none."""
    if isinstance(hit, AnswerHit) and hit.backing.overruled:
        return _("The procedure %(key)s says otherwise, and is right", key=hit.backing.overruled)
    warning = hit.backing.warning if isinstance(hit, AnswerHit) else None
    return _(_WARNINGS[warning]) if warning in _WARNINGS else ""


def verdict_text(verdict: Verdict) -> str:
    return _(_VERDICTS[verdict])


def amendment_text(status: AmendmentStatus) -> str:
    """What became of a proposal to change a procedure."""
    return _(_AMENDMENTS[status])


def status_text(status: QuestionStatus) -> str:
    return _(_STATUSES[status])


def invitation_text(status: InvitationStatus) -> str:
    """What became of a request."""
    return _(_INVITATIONS[status])


def revision_status_text(status: RevisionStatus) -> str:
    return _(_REVISIONS[status])


def pair_text(kind: Kind) -> str:
    """What became of a duty between two texts; nothing when it stayed."""
    return _(_PAIRS[kind]) if _PAIRS[kind] else ""


def right_size_text(about: Size) -> str:
    """What a remark on the size of a text says."""
    return _(_SIZES[about])


def owed_text(standing: Standing) -> str:
    """How far somebody is who is asked to acknowledge."""
    return _(_OWED[standing])


def against_text(reason: str) -> str:
    """Why a vote is against."""
    return {
        "wrong": _("wrong"), "outdated": _("outdated"), "not here": _("not here"), "unclear": _("unclear"),
    }[reason]  # fmt: skip


def name_text(id: str | None, names: Mapping[str, Person], reader: Person | None) -> str:
    """The name of a person; whom a guest does not know need not have left."""
    if id and id in names:
        return names[id].name
    return _("a colleague") if id and reader and reader.kind is PersonKind.GUEST else _("somebody who left")


def begun(text: str) -> str:
    """What may stand in the middle of a sentence, at the beginning of one: with a capital letter."""
    return text[:1].upper() + text[1:]


def month_text(month: str) -> str:
    """A month of figures ("2026-11"), in words."""
    return begun(str(format_date(date.fromisoformat(f"{month}-01"), "LLL yyyy", rebase=False)))


def people_text(ids: Collection[str], names: Mapping[str, Person], reader: Person | None) -> str:
    """Names in a row: "Anna, Bob and Carla"."""
    told = [name_text(each, names, reader) for each in ids if each in names]
    return in_a_row([*told, *dict.fromkeys(name_text(each, names, reader) for each in ids if each not in names)])


def in_a_row(words: Iterable[str]) -> str:
    """ "1, 2 and 3", in the language of the page."""
    return str(format_list(list(words), locale=language()))


def role_text(role: Role) -> str:
    return _(_ROLES[role])


def visibility_text(visibility: Visibility) -> str:
    return _(_VISIBILITIES[visibility])


def evidence_text(kind: EvidenceKind) -> str:
    return _(_EVIDENCE[kind])


def weekday_name(number: int) -> str:
    """The name of an ISO day of the week (1: Monday), as it stands alone."""
    return str(get_day_names("wide", "stand-alone", get_locale())[number - 1]).capitalize()


def weekdays_text(numbers: Iterable[int]) -> str:
    """Days of the week inside a sentence: "lundi, mardi", "Monday, Tuesday"."""
    return ", ".join(str(get_day_names("wide", "format", get_locale())[each - 1]) for each in numbers)


def language_name(code: str) -> str:
    return _(_LANGUAGES[code]) if code in _LANGUAGES else code


def tongue_text(code: str) -> str:
    """The name of a language inside a sentence: French writes it small."""
    name = language_name(code)
    return name.lower() if language() == "fr" else name


def revision_text(revision: Revision) -> str:
    """A text by its number and its language."""
    return _("Revision %(number)s in %(language)s", number=revision.number, language=tongue_text(revision.language))


_STANDINGS = {
    "accepted": mark("Accepted answer"),
    "experience": mark("Experience"),
    "opinion": mark("One opinion"),
    "verified practice": mark("Verified practice"),
    "verified answer": mark("Verified answer"),
    "open": mark("No answer yet"),
}
_WARNINGS: Mapping[Verdict | None, str] = {
    Verdict.OUTDATED: mark("A colleague says that this is outdated"),
    Verdict.DANGEROUS: mark("A colleague says that this is dangerous"),
}
_VERDICTS = {
    Verdict.WORKS: mark("Works for me"),
    Verdict.OUTDATED: mark("Outdated"),
    Verdict.DANGEROUS: mark("Dangerous"),
}
_AMENDMENTS = {
    AmendmentStatus.PROPOSED: mark("waits for a decision"),
    AmendmentStatus.TAKEN: mark("taken into a draft"),
    AmendmentStatus.DECLINED: mark("declined"),
}
_STATUSES = {
    QuestionStatus.OPEN: mark("Open"),
    QuestionStatus.ANSWERED: mark("Solved"),
    QuestionStatus.DUPLICATE: mark("Asked before"),
}
_INVITATIONS = {
    InvitationStatus.WAITING: mark("asked"),
    InvitationStatus.ACCEPTED: mark("will answer"),
    InvitationStatus.ANSWERED: mark("answered"),
    InvitationStatus.DECLINED: mark("passed it on"),
    InvitationStatus.BUSY: mark("is busy"),
    InvitationStatus.REFERRED: mark("named a colleague"),
    InvitationStatus.KNOWN: mark("says where it is answered"),
    InvitationStatus.RELEASED: mark("no longer needed"),
    InvitationStatus.LAPSED: mark("did not come to it"),
}
_REVISIONS = {
    RevisionStatus.DRAFT: mark("Draft"),
    RevisionStatus.IN_REVIEW: mark("In review"),
    RevisionStatus.APPROVED: mark("Approved"),
    RevisionStatus.PUBLISHED: mark("In force"),
    RevisionStatus.SUPERSEDED: mark("Replaced"),
    RevisionStatus.DISCARDED: mark("Given up"),
    RevisionStatus.RELEASED: mark("Released, its words are gone"),
}
_SIZES = {
    Size.WORDS: mark("Longer than a page of this space: what is not asked by a rule can go."),
    Size.DUTIES: mark("More duties than a page of this space: these may be two procedures."),
    Size.HOW: mark("Tells how rather than who and what: this belongs in a practice."),
    Size.STEPS: mark("A list of steps below the table tells how: this belongs in a practice."),
    Size.NO_ROLE: mark("Says nobody: who does it?"),
    Size.NO_RULE: mark("Names no rule: who asks for it?"),
    Size.NOT_LISTED: mark("No clause of the register stands behind these rules:"),
    Size.NO_CLAUSE: mark("The record of this procedure names no clause that it satisfies."),
}
_OWED = {
    Standing.ACKNOWLEDGED: mark("Acknowledged"),
    Standing.RENEW: mark("Acknowledged, to be renewed"),
    Standing.ASKED: mark("Not yet"),
    Standing.LATE: mark("Late"),
}
_PAIRS = {Kind.SAME: "", Kind.CHANGED: mark("modified"), Kind.ADDED: mark("new"), Kind.REMOVED: mark("taken out")}
_ROLES = {
    Role.READER: mark("Reader"),
    Role.MEMBER: mark("Member"),
    Role.EXPERT: mark("Expert"),
    Role.ANIMATOR: mark("Animator"),
    Role.COMPLIANCE_OWNER: mark("Compliance owner"),
}
_VISIBILITIES = {
    Visibility.OPEN: mark("Read by every employee"),
    Visibility.RESTRICTED: mark("Read by its members only"),
    Visibility.PARTNER: mark("Read by every employee and the partner's members"),
}
_EVIDENCE = {
    EvidenceKind.PRACTICE: mark("Practices"),
    EvidenceKind.VERIFIED: mark("Practices verified"),
    EvidenceKind.ACCEPTED: mark("Answers that solved it"),
    EvidenceKind.UPVOTED: mark("Answers found useful"),
    EvidenceKind.ANSWERED: mark("Answers"),
    EvidenceKind.OWNS: mark("Procedures kept"),
    EvidenceKind.DECLARED: mark("Skills"),
    EvidenceKind.ASKED: mark("Questions asked"),
}
_LANGUAGES = {"fr": mark("French"), "en": mark("English")}


def _short(title: str) -> str:
    return title if len(title) <= TITLE_SHOWN else f"{title[:TITLE_SHOWN].rsplit(' ', 1)[0].rstrip(' .,;:?!…«“')}…"


_BLOCKS = {
    Block.ASKED: mark("You may know this"),
    Block.TASKS: mark("Official texts that wait for you"),
    Block.DECIDE: mark("Posts that wait for a decision"),
    Block.MINE: mark("Your open questions"),
    Block.STUCK: mark("Who can help?"),
    Block.START: mark("Your first weeks"),
    Block.OVERSIGHT: mark("The official texts you look after"),
    Block.UNANSWERED: mark("Waiting for an answer"),
    Block.RECENT: mark("Recently answered"),
    Block.TEXTS: mark("Official texts, the newest"),
}


def block_text(block: Block) -> str:
    """The name of a block of the first page."""
    return _(_BLOCKS[block])
