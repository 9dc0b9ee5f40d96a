"""The official text: who does what, the essentials, who keeps it; its revisions, the questions about it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import kb.announcing
import kb.campaigns
import kb.drifts
import kb.notices
import kb.people
import kb.practices
import kb.procedures
import kb.spaces
from kb.comparing import compare
from kb.errors import NotFound
from kb.lifecycle import IN_WORK, canonical, review_due
from kb.model import Person, Procedure, Revision, RevisionStatus
from kb.official import Proposal
from kb.permissions import Action, can
from kb.procedures import called
from web import catalogue
from web.addresses import approval_url
from web.forms import word
from web.reading import readings
from web.site import beside, finder, reader, store

pages = Blueprint("procedures", __name__)


@pages.get("/procedures")
def index() -> str:
    """The procedures in force, space by space; below them those that were."""
    spaces = kb.spaces.readable(store(), reader())
    listed = _with_texts(kb.procedures.readable(store(), reader()))
    groups = [(space, [pair for pair in listed if pair[0].space == space.id]) for space in spaces]
    return render_template(
        "procedures.html", groups=[group for group in groups if group[1]],
        retired=_with_texts(kb.procedures.retired(store(), reader())),
        drafting=any(can(reader(), Action.DRAFT, each) for each in spaces),
    )  # fmt: skip


@pages.get("/procedures/<path:key>")
def page(key: str) -> str | AnyResponse:
    timeline = kb.procedures.timeline(store(), reader(), key)
    procedure = timeline[0].procedure if timeline else kb.procedures.get(store(), reader(), key)
    if not procedure.revisions and timeline and not word("revision"):
        return redirect(approval_url(key, timeline[0].revision.name), 302)
    shown = _chosen(procedure, timeline)
    if any(each.id == shown.revision.id for each in procedure.revisions):
        readings().add(key, word("step"))
    about = beside(lambda: finder().about(key, reader()))
    due = review_due(procedure)
    practices = kb.practices.readable(store(), reader(), procedure=key)
    practices = tuple(sorted(practices, key=lambda each: each.language != shown.revision.language))
    named = {id for each in practices for id in (*each.authors, each.verifier)}
    return render_template(
        "procedure.html", procedure=procedure, text=shown.revision, shown=shown, about=about, practices=practices,
        contradicting=kb.drifts.contradicting(store(), reader(), procedure.key),
        names=people_of(timeline) | kb.people.names(store(), reader(), named), today=store().clock().date(),
        space=kb.spaces.get(store(), reader(), procedure.space), review=due,
        overdue=due is not None and due < store().clock().date(),
        current=any(each.id == shown.revision.id for each in procedure.revisions),
        in_work=[each for each in timeline if each.revision.status in IN_WORK],
        keeping=can(reader(), Action.EDIT, procedure), retiring=can(reader(), Action.RETIRE, procedure),
        own=kb.campaigns.own(store(), reader(), key), campaigns=kb.campaigns.of_procedure(store(), reader(), key),
        successor=_successor(procedure), revisions=len(timeline),
    )  # fmt: skip


@pages.get("/procedures/<path:key>/history")
def history(key: str) -> str:
    """Every text with what was decided on it, and every review, newest first."""
    timeline = kb.procedures.timeline(store(), reader(), key)
    if not timeline:
        raise NotFound("revision", key)
    reviews = kb.procedures.reviews(store(), reader(), key)
    return render_template(
        "procedure_history.html", procedure=timeline[0].procedure, timeline=timeline, reviews=reviews,
        names=people_of(timeline) | kb.people.names(store(), reader(), {each.person for each in reviews}),
    )  # fmt: skip


@pages.get("/procedures/<path:key>/compare")
def comparison(key: str) -> str:
    """Two texts side by side: `from` and `to` name them; else the newest and the one it was written from."""
    timeline = kb.procedures.timeline(store(), reader(), key)
    if not timeline:
        raise NotFound("revision", key)
    after = called(word("to"), timeline).revision if word("to") else timeline[0].revision
    before = called(word("from"), timeline).revision if word("from") else earlier(after, timeline)
    return render_template(
        "procedure_compare.html", procedure=timeline[0].procedure, timeline=timeline, after=after, before=before,
        compared=compare(before, after) if before else None,
    )  # fmt: skip


@pages.get("/procedures/<path:key>/changes/<name>")
def changes(key: str, name: str) -> str:
    """What one text changed in the duties, and nothing else."""
    found = kb.announcing.changes(store(), reader(), key, name)
    if found is None:
        raise NotFound("revision", f"{key}@{name}")
    kb.notices.seen(store(), reader(), found.procedure)
    return render_template(
        "procedure_changed.html", found=found, procedure=found.procedure, revision=found.revision
    )  # fmt: skip


@pages.get("/procedures/<path:key>/signed/<name>")
def signed(key: str, name: str) -> AnyResponse:
    """The canonical text, byte for byte what the signatures are the hash of."""
    found = kb.procedures.text(store(), reader(), key, name)
    if found.revision.status is RevisionStatus.RELEASED:
        raise NotFound("revision", f"{key}@{name}")
    text = canonical(found.revision)
    return AnyResponse(text.encode(), mimetype="application/json")


def earlier(after: Revision, timeline: tuple[Proposal, ...]) -> Revision | None:
    """The text that `after` replaces, or was written from."""
    same = [each.revision for each in timeline if each.revision.language == after.language]
    base = next((each for each in same if each.number == after.base), None)
    was = (RevisionStatus.PUBLISHED, RevisionStatus.SUPERSEDED)
    older = [each for each in same if each.number < after.number and each.status in was]
    return base or max(older, key=lambda each: each.number, default=None)


def people_of(timeline: tuple[Proposal, ...]) -> dict[str, Person]:
    """Everybody whom a page about these texts names."""
    ids: set[str | None] = set()
    for each in timeline:
        ids |= {each.procedure.owner, each.procedure.deputy, each.revision.author, *each.revision.writers}
        ids |= {*(given.person for given in each.approvals), *(named.person for named in each.charter.approvers)}
    return kb.people.names(store(), reader(), ids)


def _with_texts(procedures: tuple[Procedure, ...]) -> list[tuple[Procedure, Revision]]:
    return [(each, each.revision(catalogue.language())) for each in procedures]


def _chosen(procedure: Procedure, timeline: tuple[Proposal, ...]) -> Proposal:
    """The text named in the address (`fr.2`), else the one in force in the language asked for or the reader's."""
    name = word("revision")
    if not name:
        if not procedure.revisions:
            raise NotFound("revision", procedure.key)
        name = procedure.revision(word("language") if "language" in request.args else catalogue.language()).name
    return called(name, timeline)


def _successor(procedure: Procedure) -> Procedure | None:
    """What follows a retired procedure, when the reader may know of it."""
    if procedure.successor is None:
        return None
    found = [each for each in kb.procedures.readable(store(), reader()) if each.key == procedure.successor]
    return found[0] if found else None
