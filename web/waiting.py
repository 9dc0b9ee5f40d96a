"""What the blocks of the first page hold; a block that is not shown is not looked up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, dataclass

import kb.approving
import kb.campaigns
import kb.drifts
import kb.moderating
import kb.people
import kb.procedures
import kb.questions
import kb.reviewing
import kb.routes
import kb.tasks
from kb.arranging import Block
from kb.model import Procedure, Question
from web import home, tasks
from web.because import named_in
from web.site import reader, store

SHOWN, HELP, TASKS = 6, 4, 5


@dataclass(frozen=True, slots=True)
class Oversight:
    """How the official texts stand that the reader looks after."""

    overdue: int  # reviews
    unread: int  # acknowledgements that are missing
    late: int  # of those, after the deadline
    pairs: int  # written and done, to be decided


def gather(blocks: Collection[Block]) -> dict[str, object]:
    """The values of the template `home.html` for the blocks shown."""
    me = reader()
    asked = kb.routes.waiting_for(store(), me) if Block.ASKED in blocks else ()
    named = {each.question.id for each in asked}
    mine = kb.questions.open_of(store(), me) if Block.MINE in blocks else ()
    stuck: list[Question] = []
    if Block.STUCK in blocks:
        found = kb.routes.helpable(store(), me, HELP + len(named))
        stuck = [question for question, _route in found if question.id not in named][:HELP]
    named |= {each.id for each in (*stuck, *mine)}
    unanswered: list[Question] = []
    if Block.UNANSWERED in blocks:
        waiting = kb.questions.readable(store(), me, unanswered=True, limit=SHOWN + len(named))
        unanswered = [each for each in waiting if each.id not in named][:SHOWN]
    recent: list[Question] = []
    if Block.RECENT in blocks:
        recent = [each for each in kb.questions.readable(store(), me, limit=5 * SHOWN) if home.answered(each)][:SHOWN]
    shown = [*mine, *stuck, *unanswered, *recent, *(each.question for each in asked)]
    because = {name for each in asked for name in named_in(each.reasons)}
    return {
        "asked": asked, "mine": mine, "stuck": stuck, "unanswered": unanswered, "recent": recent,
        "names": kb.people.names(store(), me, {each.author for each in shown} | because),
        "week": kb.routes.requests_this_week(store(), me) if asked else (0, 0),
        "tasks": tasks.waiting() if Block.TASKS in blocks else 0,
        "reading": kb.campaigns.asked_of(store(), me)[:TASKS] if Block.TASKS in blocks else (),
        "queue": kb.moderating.queue(store(), me) if Block.DECIDE in blocks else None,
        "oversight": _oversight() if Block.OVERSIGHT in blocks else None,
        "texts": _texts() if Block.TEXTS in blocks else (),
    }  # fmt: skip


def _oversight() -> Oversight | None:
    """None while there is no official text to look after."""
    campaigns = kb.campaigns.kept_by(store(), reader())
    owed = [each for campaign in campaigns for each in campaign.owed.values()]
    found = Oversight(
        sum(each.overdue for each in kb.reviewing.kept_by(store(), reader())),
        sum(not each.done for each in owed),
        sum(each.standing == "late" for each in owed),
        len(kb.drifts.pairs(store(), reader())),
    )
    return found if any(astuple(found)) or kb.procedures.readable(store(), reader()) else None


def _texts() -> list[Procedure]:
    """The procedures whose text in force is the newest."""
    found = kb.procedures.readable(store(), reader())
    return sorted(found, key=lambda each: max(str(text.since or "") for text in each.revisions), reverse=True)[:4]
