"""What a notice says, in the language of the page or the mail: its sentence, why the reader gets it, where it leads.

A new kind of notice is one line here. A sentence may hold the title of the thing (`title`), the name of who did it
(`name`: the person `params["by"]`), and any other fact of `params` under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from kb.advice import Practice
from kb.incoming import Why
from kb.model import NoticeKind, Person, Procedure, Question
from kb.notices import About, Told
from web import catalogue
from web.addresses import (
    amendment_url,
    approval_url,
    changes_url,
    coverage_url,
    draft_url,
    person_url,
    practice_url,
    procedure_url,
    question_url,
    space_url,
)
from web.catalogue import _, mark, ngettext
from web.sentences import begun, in_a_row, name_text
from web.site import store


@dataclass(frozen=True, slots=True)
class Telling:
    """`label` is how the kind is called where one chooses what is mailed."""

    label: str
    sentence: str
    why: str


TELLINGS: Mapping[NoticeKind, Telling] = {
    NoticeKind.INVITED: Telling(
        mark("Somebody asks what you may know"), mark("%(name)s asks: “%(title)s”"),
        mark("You are among the colleagues most likely to know."),
    ),
    NoticeKind.ANSWERED: Telling(
        mark("Answers to what you asked"), mark("%(name)s answered “%(title)s”"), mark("You asked this question.")
    ),
    NoticeKind.COMMENTED: Telling(
        mark("Comments on what you wrote, or after yours"), mark("%(name)s commented on “%(title)s”"),
        mark("You wrote what is commented on."),
    ),
    NoticeKind.MENTIONED: Telling(
        mark("Somebody mentions you"), mark("%(name)s mentions you in “%(title)s”"),
        mark("Your name stands in the text."),
    ),
    NoticeKind.ACCEPTED: Telling(
        mark("Your answer solved it"), mark("Your answer to “%(title)s” solved it"), mark("You gave this answer.")
    ),
    NoticeKind.TAKEN: Telling(
        mark("Somebody will answer you"), mark("%(name)s will answer “%(title)s”"), mark("You asked this question.")
    ),
    NoticeKind.KNOWN: Telling(
        mark("What you asked is answered somewhere"), mark("%(name)s says that “%(title)s” is answered already"),
        mark("You asked this question."),
    ),
    NoticeKind.RELEASED: Telling(
        mark("You need not answer any more"), mark("You need not answer “%(title)s” any more"),
        mark("You were asked, and somebody else answers."),
    ),
    NoticeKind.REMINDED: Telling(
        mark("You said you would answer"), mark("%(name)s still waits for your answer to “%(title)s”"),
        mark("You said that you would answer. There will be no second reminder."),
    ),
    NoticeKind.ESCALATED: Telling(
        mark("Nobody has answered in what you keep"), mark("Nobody has answered %(name)s yet: “%(title)s”"),
        mark("You keep this subject or animate its space."),
    ),
    NoticeKind.UNANSWERED: Telling(
        mark("Nobody could answer you"), mark("Nobody could answer “%(title)s” yet: it is on the list of gaps"),
        mark("You asked this question. It stays open: anybody may still answer."),
    ),
    NoticeKind.OUTCOME: Telling(
        mark("Whether what you asked is solved"),
        mark("Did an answer solve “%(title)s”? Whoever answered would like to know"),
        mark("You asked this question. There will be no second reminder."),
    ),
    NoticeKind.OFFERED: Telling(
        mark("Nobody said what solved a question of your space"),
        mark("“%(title)s” has answers, and %(name)s did not say which one solved it: mark it if you can tell"),
        mark("You animate its space."),
    ),
    NoticeKind.SETTLED: Telling(
        mark("Somebody marked what solved your question"), mark("%(name)s marked what solved “%(title)s”"),
        mark("You asked this question. You may take the mark back."),
    ),
    NoticeKind.CLOSED: Telling(
        mark("What you asked was asked before"),
        mark("%(name)s found that “%(title)s” was asked before: its answers are there"),
        mark("You asked this question. You hear of later answers to the first one too."),
    ),
    NoticeKind.MERGED: Telling(
        mark("Answers of another question came to yours"),
        mark("%(name)s brought the answers of a like question to “%(title)s”"), mark("You asked this question."),
    ),
    NoticeKind.REMOVED: Telling(
        mark("Something you wrote was deleted"), mark("%(name)s deleted what you wrote: “%(titled)s”. %(reason)s"),
        mark("You wrote it. Whoever keeps the space can bring it back for two weeks."),
    ),
    NoticeKind.FLAGGED: Telling(
        mark("Something in a space you keep was flagged"), mark("%(name)s flagged something in “%(title)s”"),
        mark("You keep its space."),
    ),
    NoticeKind.FLAG_REMOVED: Telling(
        mark("What you flagged was deleted"), mark("%(name)s deleted what you flagged: “%(titled)s”. %(reason)s"),
        mark("You flagged it."),
    ),
    NoticeKind.FLAG_KEPT: Telling(
        mark("What you flagged stays"), mark("%(name)s left what you flagged: “%(titled)s”. %(reason)s"),
        mark("You flagged it."),
    ),
    NoticeKind.TO_MODERATE: Telling(
        mark("Something waits to be posted in a space you keep"),
        mark("What %(name)s wrote waits for you to post it: “%(titled)s”"), mark("You keep its space."),
    ),
    NoticeKind.APPROVED: Telling(
        mark("What you wrote is posted"), mark("%(name)s posted what you wrote in “%(title)s”"), mark("You wrote it.")
    ),
    NoticeKind.NOT_APPROVED: Telling(
        mark("What you wrote is not posted"), mark("%(name)s did not post what you wrote: “%(titled)s”. %(reason)s"),
        mark("You wrote it."),
    ),
    NoticeKind.SUGGESTED: Telling(
        mark("Somebody suggests an edit to what you wrote"), mark("%(name)s suggests an edit in “%(title)s”"),
        mark("You wrote it: take it with one click, or leave it."),
    ),
    NoticeKind.TAKEN_UP: Telling(
        mark("Your edit was taken"), mark("%(name)s took your edit of “%(title)s”"), mark("You suggested it.")
    ),
    NoticeKind.NOT_TAKEN_UP: Telling(
        mark("Your edit was not taken"), mark("%(name)s left “%(title)s” as it was"), mark("You suggested an edit.")
    ),
    NoticeKind.SAID: Telling(
        mark("Somebody wrote down what you said"),
        mark("%(name)s wrote down what you said about “%(title)s”: is it right?"),
        mark("It becomes your answer once you confirm it."),
    ),
    NoticeKind.DENIED: Telling(
        mark("What you wrote down was not confirmed"),
        mark("%(name)s did not say what you wrote down about “%(title)s”"), mark("You wrote it down."),
    ),
    NoticeKind.FOLLOWED: Telling(mark("News of what you follow"), "", ""),
    NoticeKind.NOT_POSTED: Telling(
        mark("A mail of yours could not be posted"), mark("Your mail about “%(title)s” was not posted. %(because)s"),
        mark("You replied to a mail of ours, or somebody did in your place."),
    ),
    NoticeKind.TO_APPROVE: Telling(
        mark("Somebody asks for your approval"), mark("%(name)s asks for your approval of “%(named)s”"),
        mark("You are among the approvers of its space."),
    ),
    NoticeKind.REFUSED: Telling(
        mark("A text of yours was sent back"), mark("%(name)s sent “%(named)s” back, with a reason"),
        mark("You keep or wrote it."),
    ),
    NoticeKind.RETURNED: Telling(
        mark("A text of yours did not come into force"),
        mark("“%(named)s” did not come into force: it is a draft again"), mark("You keep or wrote it."),
    ),
    NoticeKind.PUBLISHED: Telling(
        mark("A text of yours came into force"), mark("“%(named)s” is in force"), mark("You keep or wrote it.")
    ),
    NoticeKind.CHANGED: Telling(
        mark("Duties of yours have changed"), "",
        mark("The changed duties name a role of yours, or you used them."),
    ),
    NoticeKind.GAPS: Telling(
        mark("What the procedures of your space leave open"),
        mark("What the procedures of %(title)s leave open this week"),
        mark("You answer for this space."),
    ),
    NoticeKind.DOUBTED: Telling(
        mark("Somebody doubts what you wrote or keep"), mark("%(name)s doubts that “%(title)s” still holds"),
        mark("You wrote it, or you keep it or its space."),
    ),
    NoticeKind.AMENDED: Telling(
        mark("Somebody proposes to amend what you keep"), mark("%(name)s proposes to amend “%(title)s”, from practice"),
        mark("You keep it, or its space."),
    ),
    NoticeKind.AMENDMENT_DECIDED: Telling(
        mark("Your proposal to amend was decided on"), mark("%(name)s decided on the proposal to amend “%(title)s”"),
        mark("You proposed it, or it is your practice."),
    ),
    NoticeKind.REVIEW_DUE: Telling(
        mark("A procedure is to be looked at again"), mark("“%(title)s” is to be looked at again"),
        mark("You keep it, or its space."),
    ),
    NoticeKind.TO_ACKNOWLEDGE: Telling(
        mark("Somebody asks you to acknowledge a procedure"),
        mark("%(name)s asks you to read “%(title)s” and to say so before %(day)s"),
        mark("You are among those whom it concerns."),
    ),
    NoticeKind.STILL_TO_ACKNOWLEDGE: Telling(
        mark("A procedure still waits to be acknowledged"),
        mark("“%(title)s” still waits for you to read it and to say so, before %(day)s"),
        mark("You are among those whom it concerns."),
    ),
    NoticeKind.HAND_OVER: Telling(
        mark("Somebody asks you to hand something over"),
        mark("%(name)s asks you to hand over or write down “%(title)s” before %(day)s"),
        mark("Your last day is known."),
    ),
    NoticeKind.INVITED_IN: Telling(
        mark("Somebody invites you into a space"), mark("%(name)s invites you into %(title)s"),
        mark("Those who keep it choose its members."),
    ),
    NoticeKind.THANKED: Telling(
        mark("Somebody thanks you"), mark("%(name)s thanks you for your answer to “%(title)s”"),
        mark("You gave this answer."),
    ),
    NoticeKind.VERIFIED: Telling(
        mark("Somebody verified your answer"),
        mark("%(name)s verified your answer to “%(title)s”: it holds until %(day)s"), mark("You gave this answer."),
    ),
    NoticeKind.LAPSED: Telling(
        mark("What you verified is to be looked at again"),
        mark("Verified until %(day)s: “%(title)s”. Is it still true?"),
        mark("You put your name to it, or you keep its space."),
    ),
    NoticeKind.GUEST_ENDS: Telling(
        mark("A guest of yours leaves soon"), mark("%(name)s can come in until %(day)s: %(title)s"),
        mark("You are their sponsor."),
    ),
    NoticeKind.TO_RELEASE: Telling(
        mark("Old texts wait for you to release them for good"),
        mark("%(name)s proposes to release old texts of %(title)s for good: somebody else confirms it"),
        mark("You oversee this space too, and it takes two."),
    ),
    NoticeKind.POINTED: Telling(
        mark("Somebody suggests something to read"), mark("%(name)s suggests that you read the list “%(titled)s”"),
        mark("Somebody thought of you."),
    ),
    NoticeKind.EDITED: Telling(
        mark("Somebody edited what you wrote"), mark("%(name)s edited what you wrote in “%(title)s”"),
        mark("You wrote it. Its history shows what changed, and you can put your text back."),
    ),
    NoticeKind.LETTER: Telling(
        mark("Letters of the spaces you are in"), mark("%(name)s writes to the members of %(title)s: “%(titled)s”"),
        mark("You are a member of this space, or follow it."),
    ),
    NoticeKind.LETTER_DUE: Telling(
        mark("A letter to the members of your space is drafted"),
        mark("%(asked)s questions this week in %(title)s: a letter to its members is drafted, ready to be sent"),
        mark("You animate this space. It comes once a week at most, and only when enough happened."),
    ),
    NoticeKind.DRIFTED: Telling(
        mark("A procedure says otherwise than you"),
        mark("%(name)s found that what you wrote or keep differs from “%(title)s”, duty %(step)s"),
        mark("You wrote or keep what differs."),
    ),
}  # fmt: skip
_FOLLOWED: Mapping[str, str] = {
    "asked": mark("%(name)s asks: “%(title)s”"),
    "answered": mark("%(name)s answered “%(title)s”"),
    "commented": mark("%(name)s commented on “%(title)s”"),
    "published": mark("“%(title)s” has a new text in force"),
}
_VIA: Mapping[str, str] = {
    "question": mark("You follow this question."),
    "tag": mark("You follow the tag %(followed)s."),
    "person": mark("You follow %(name)s."),
    "space": mark("You follow its space."),
    "procedure": mark("You follow this procedure."),
}
_NOT_POSTED: Mapping[str, str] = {
    Why.EMPTY: mark("It held nothing but what it quoted. Write above the quoted text."),
    Why.LONG: mark("It is too long for a comment. Shorten it, or write it on the page of the question."),
    Why.RIGHTS: mark("You may read this space, but not write in it."),
    Why.OLD: mark("The mail it replies to is too old. Write on the page of the question."),
    Why.SENDER: mark("It came from another address than yours. Reply from the address that our mails go to."),
}


def notice_text(told: Told, names: Mapping[str, Person], reader: Person) -> str:
    """The sentence of a notice to `reader`; `names` holds people by id."""
    text = _sentence(told, name_text(_by(told), names, reader))
    return text if _by(told) in names else begun(text)  # "a colleague" may begin it


def _by(told: Told) -> str:
    return str(told.notice.params.get("by") or "")


def _sentence(told: Told, name: str) -> str:
    facts: dict[str, object] = {**told.notice.params, "title": about_title(told.about), "name": name}
    if "day" in told.notice.params:
        day = date.fromisoformat(str(told.notice.params["day"]))
        facts["day"] = catalogue.day_text(day)
    if told.notice.kind is NoticeKind.NOT_POSTED:
        facts["because"] = _(_NOT_POSTED[str(told.notice.params.get("why"))])
    if told.notice.kind is NoticeKind.FOLLOWED:
        return _(_FOLLOWED[str(told.notice.params["event"])]) % facts
    if told.notice.kind is NoticeKind.CHANGED:
        steps = _steps(told)
        return ngettext(
            "“%(title)s” has changed for you: step %(steps)s", "“%(title)s” has changed for you: steps %(steps)s",
            len(steps), title=facts["title"], steps=in_a_row(steps),
        )  # fmt: skip
    return _(TELLINGS[told.notice.kind].sentence) % facts


def _steps(told: Told) -> list[str]:
    return [each for each in str(told.notice.params.get("steps") or "").split(", ") if each]


def notice_why_text(told: Told, names: Mapping[str, Person], reader: Person) -> str:
    """Why `reader` is told this."""
    if told.notice.kind is NoticeKind.FOLLOWED:
        name = name_text(_by(told), names, reader)
        return _(_VIA[str(told.notice.params["via"])]) % {**told.notice.params, "name": name}
    if told.notice.kind is NoticeKind.COMMENTED and told.notice.params.get("joined"):
        return _("You commented here too.")
    return _(TELLINGS[told.notice.kind].why)


def notice_standing_text(told: Told) -> str:
    """What the thing rests on, as everywhere: official with its duties and revision, a practice verified until a day;
    nothing for questions and spaces."""
    about = told.about
    if isinstance(about, Practice) and about.is_verified(store().clock().date()) and about.until:
        return _("Verified practice, until %(day)s", day=catalogue.day_text(about.until))
    if not isinstance(about, Procedure) or not about.revisions:
        return ""
    steps, name = _steps(told), str(told.notice.params.get("revision") or "")
    number = name.partition(".")[2] or about.revision(catalogue.language()).number
    duty = [ngettext("duty %(steps)s", "duties %(steps)s", len(steps), steps=in_a_row(steps))] if steps else []
    return ", ".join([_("Official"), *duty, _("revision %(number)s", number=number)])


def notice_url(told: Told) -> str:
    """Where it leads: the thing, or the answer or comment below it."""
    about, params = told.about, told.notice.params
    if told.notice.kind is NoticeKind.SAID:
        return url_for("elsewhere.own", id=params["said"])
    if told.notice.kind is NoticeKind.SUGGESTED:
        return url_for("suggestions.index", id=told.notice.subject)
    if isinstance(about, Question):
        if params.get("comment"):
            return f"{question_url(about.id, about.title)}#comment-{params['comment']}"
        return question_url(about.id, about.title, str(params["answer"]) if params.get("answer") else None)
    if params.get("amendment"):
        return amendment_url(str(params["amendment"]))
    if told.notice.kind is NoticeKind.TO_MODERATE:
        return url_for("moderation.page")
    if isinstance(about, Procedure):
        name = str(params.get("revision") or "")
        if told.notice.kind is NoticeKind.CHANGED:
            return changes_url(about.key, name)
        if told.notice.kind is NoticeKind.TO_APPROVE:
            return approval_url(about.key, name)
        if params.get("practice"):
            return practice_url(str(params["practice"]))
        if params.get("answer"):
            return question_url(str(params["question"]), answer=str(params["answer"]))
        if told.notice.kind in (NoticeKind.REFUSED, NoticeKind.RETURNED):
            return draft_url(about.key, name.partition(".")[0])
        return procedure_url(about.key, name.partition(".")[0] or None)
    if isinstance(about, Practice):
        return practice_url(about.id, about.title)
    if told.notice.kind is NoticeKind.INVITED_IN:
        return url_for("joining.own", id=params["joining"])
    if told.notice.kind is NoticeKind.GUEST_ENDS:
        return person_url(str(params["by"]))
    if told.notice.kind is NoticeKind.TO_RELEASE:
        return url_for("retention.index")
    if told.notice.kind is NoticeKind.LETTER:
        return url_for("animating.letter", id=about.id, letter=params["letter"])
    if told.notice.kind is NoticeKind.LETTER_DUE:
        return url_for("animating.page", id=about.id)
    if told.notice.kind is NoticeKind.POINTED:
        return url_for("reading_lists.page", id=params["list"])
    if told.notice.kind is NoticeKind.GAPS:
        return coverage_url(about.id)
    return space_url(about.id)


def about_title(about: About) -> str:
    if isinstance(about, Question | Practice):
        return about.title
    if isinstance(about, Procedure):
        return about.revision(catalogue.language()).title if about.revisions else about.key
    return about.name
