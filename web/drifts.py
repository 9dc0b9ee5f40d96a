"""Where written and lived part: each pair side by side for the compliance owner, who says which of the two is right."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.drafting
import kb.drifts
import kb.people
from indexer.drift import judge
from indexer.drift.house import said
from indexer.passages import plain
from kb.drafting import CHANGE_LIMIT, Overwritten
from kb.drifts import Pair
from kb.errors import Conflict, Invalid
from kb.model import Answer
from kb.permissions import require_overseer
from kb.records import DriftDecision
from web.addresses import absolute, draft_url, practice_url, question_url
from web.catalogue import _
from web.forms import text, word
from web.site import reader, store

pages = Blueprint("drifts", __name__, url_prefix="/register/drift")


@pages.before_request
def overseers_only() -> None:
    require_overseer(reader())


@pages.get("")
def index() -> str:
    decided = word("show") == "decided"
    found = kb.drifts.pairs(store(), reader(), decided)
    people = {id for each in found for id in (*written_by(each), each.drift.by)}
    return render_template(
        "drifts.html", pairs=[(each, *evidence(each)) for each in found], decided=decided, source_url=source_url,
        source_title=source_title, written_by=written_by, names=kb.people.names(store(), reader(), people),
    )  # fmt: skip


@pages.post("/look")
def look() -> AnyResponse:
    kb.drifts.look(store(), reader())
    flash(_("The comparison has begun. What it finds appears here within a few minutes."))
    return redirect(url_for("drifts.index"), 303)


@pages.post("/<id>")
def decide(id: str) -> AnyResponse:
    if word("decision") not in set(DriftDecision):
        raise Invalid("decision", "Say who is right.")
    found = kb.drifts.decide(store(), reader(), id, DriftDecision(word("decision")), text("note"))
    if found.drift.decision is DriftDecision.PRACTICE_RIGHT:
        return _amend(found)
    if found.drift.decision is DriftDecision.PROCEDURE_RIGHT:
        flash(_("Noted: the procedure is right. Whoever wrote the practice is told, and its page says so."))
    else:
        flash(_("Noted: no conflict. This pair will not come back."))
    return redirect(url_for("drifts.index"), 303)


def _amend(found: Pair) -> AnyResponse:
    """Open the next text of the procedure, with the practice named in what is new."""
    key, language = found.procedure.key, found.drift.language
    draft = kb.drafting.begin(store(), reader(), key, language)
    before = kb.drafting.text_of(draft)
    reason = _("Duty %(step)s after what is done: %(url)s", step=found.drift.step, url=absolute(source_url(found)))
    change = f"{before.change}\n{reason}".strip()
    if len(change) <= CHANGE_LIMIT:
        with suppress(Overwritten, Conflict):  # somebody writes or has submitted it: theirs stays as it is
            kb.drafting.save(store(), reader(), key, language, replace(before, change=change), draft.saves)
    flash(_("Noted: the practice is right. This is the next text of the procedure, to be written and approved."))
    return redirect(draft_url(key, language), 303)


def evidence(pair: Pair) -> tuple[str, str]:
    """The words of both sides that do not fit together; empty when the judge of today sees it otherwise."""
    found = judge(said(pair.duty), plain(pair.source.body))
    return (found.evidence[0], found.evidence[1]) if found.conflict else ("", "")


def source_url(pair: Pair) -> str:
    if isinstance(pair.source, Answer):
        return question_url(pair.source.question, answer=pair.source.id)
    return practice_url(pair.source.id, pair.source.title)


def source_title(pair: Pair) -> str:
    return pair.question.title if pair.question else getattr(pair.source, "title", "")


def written_by(pair: Pair) -> tuple[str, ...]:
    source = pair.source
    return ((source.author,) if source.author else ()) if isinstance(source, Answer) else source.authors
