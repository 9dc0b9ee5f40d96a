"""What tells how leaves a procedure's draft for a practice, in one step: the paragraph becomes the practice's text, and
a link to it stands in its place."""

from __future__ import annotations

from dataclasses import replace

from kb import audit
from kb.advice import Help, Practice
from kb.drafting import Overwritten, draft_of, text_of, written
from kb.errors import Forbidden, Invalid
from kb.model import Person, new_id
from kb.permissions import Action, can, require
from kb.right_size import paragraphs
from kb.storage import Store

_LINK = {"fr": "[Comment faire : {title}](/practices/{id})", "en": "[How: {title}](/practices/{id})"}


def move(store: Store, author: Person, key: str, language: str, place: int, saves: int) -> Practice:
    """Move paragraph number `place` (from 1) of the draft's essentials into a practice of its own, that helps with this
    procedure and that nobody has verified yet. `saves` as for `drafting.save`.

    Raises Overwritten, Invalid, Forbidden for whoever may write the procedure but advises nobody in its space."""
    with store.write() as tx:
        procedure = tx.procedures.get(key, lock=True)
        require(author, Action.EDIT, procedure)
        if not can(author, Action.PROMOTE, tx.spaces.get(procedure.space)):
            raise Forbidden(
                "promote", "space", procedure.space,
                "Those who advise in this space make its practices: experts, animators, compliance owners. Ask one.",
            )  # fmt: skip
        draft = draft_of(tx, procedure, language)
        if draft.saves != saves:
            raise Overwritten(draft)
        parts = paragraphs(draft.body)
        if not 1 <= place <= len(parts):
            raise Invalid("body", "This paragraph is no longer there. Open the draft again.")
        made = Practice(
            new_id(), procedure.space, draft.title, parts[place - 1], language, (author.id,), helps=(Help(key),),
            tags=draft.tags, keeper=author.id, created=tx.now,
        )  # fmt: skip
        tx.practices.put([made])
        parts[place - 1] = _LINK[language].format(title=made.title, id=made.id)
        tx.procedures.set_text(written(draft, replace(text_of(draft), body="\n\n".join(parts)), author))
        tx.changes.add("save", "procedure", key, author.id)
        tx.changes.add("promote", "practice", made.id, author.id)
        detail = {"from": f"{key} {draft.name}", "authors": [author.id]}
        audit.record(tx, author.id, "promote", ("practice", made.id), detail, procedure.space)
        return made
