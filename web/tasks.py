"""What waits for the reader on the official side: texts to acknowledge or to decide on, procedures to look at again,
texts they write."""

from __future__ import annotations

from flask import Blueprint, render_template

import kb.approving
import kb.campaigns
import kb.people
import kb.procedures
import kb.retention
import kb.reviewing
import kb.tasks
from kb.official import Decision, Proposal
from kb.permissions import oversees
from web.procedures import people_of
from web.site import reader, store

pages = Blueprint("tasks", __name__)


@pages.get("/tasks")
def page() -> str:
    deciding = kb.approving.waiting_for(store(), reader())
    writing = kb.procedures.in_work(store(), reader())
    due = kb.tasks.waiting_for(store(), reader())
    return render_template(
        "tasks.html", due=due, givers=kb.people.names(store(), reader(), {each.task.by for each in due}),
        deciding=deciding, writing=[(each, refusal(each)) for each in writing],
        reviews=kb.reviewing.waiting_for(store(), reader()), reading=kb.campaigns.asked_of(store(), reader()),
        releases=releases(), campaigns=kb.campaigns.kept_by(store(), reader()), names=people_of((*deciding, *writing)),
    )  # fmt: skip


def refusal(found: Proposal) -> str:
    """Why the text came back, when that is the last that happened to it."""
    last = found.approvals[-1] if found.approvals else None
    refused = last is not None and last.decision is Decision.REFUSED and found.revision.status == "draft"
    return last.reason if last is not None and refused else ""


def releases() -> int:
    """How many proposed releases of texts the reader may confirm."""
    return sum(each.confirming for each in kb.retention.waiting(store(), reader())) if oversees(reader()) else 0


def waiting() -> int:
    """How many things wait for the reader's decision, review or acknowledgement."""
    official = (kb.approving.waiting_for, kb.reviewing.waiting_for, kb.campaigns.asked_of, kb.tasks.waiting_for)
    return releases() + sum(len(waiting_for(store(), reader())) for waiting_for in official)
