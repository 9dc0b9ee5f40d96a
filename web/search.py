"""Results with their filters in the address, so that a search can be handed to a colleague.

The query language (in: by: tag: kind: lang: "phrases" -without) is the finder's; the form's filters only write it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

import kb.coverage
import kb.searches
import kb.spaces
from indexer.hits import Found
from kb.errors import Invalid
from kb.model import Band
from web.forms import page as page_number
from web.forms import query, word
from web.site import finder, reader, store

pages = Blueprint("search", __name__)
SIZE = 10
KINDS = {"procedure": "procedures", "question": "answers", "practice": "answers", "person": "people"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the form's choices say beside the words; `lane` is the one lane that `kind` leaves."""

    kind: str = ""
    space: str = ""
    lang: str = ""
    tag: str = ""

    @property
    def lane(self) -> str:
        return KINDS.get(self.kind, "")

    def written(self, words: str) -> str:
        """The words and the choices as one query."""
        chosen = (("kind", self.kind), ("in", self.space), ("lang", self.lang), ("tag", self.tag))
        return " ".join(
            [words, *(f'{name}:"{value}"' if " " in value else f"{name}:{value}" for name, value in chosen if value)]
        )


@pages.get("/search")
def page() -> Response:
    spaces = kb.spaces.readable(store(), reader())
    typed, filters, number, found, error = request.args.get("q", "")[:200], Filters(), page_number(), None, None
    try:
        typed, filters = query(), Filters(*(word(name).replace('"', "") for name in ("kind", "space", "lang", "tag")))
        wanted = filters.written(typed).strip()
        found = finder().search(wanted, reader(), page=number, size=SIZE) if wanted else None
        _keep_miss(found, typed, number)
    except Invalid as refused:
        error = refused
    total = found.total.get(filters.lane, len(getattr(found, filters.lane))) if found and filters.lane else 0
    shown = render_template(
        "search.html", q=typed, filters=filters, found=found, spaces=spaces, error=error, number=number,
        last=-(-total // SIZE), total=total,
    )  # fmt: skip
    return make_response(shown, 422 if error else 200)


def _keep_miss(found: Found | None, typed: str, number: int) -> None:
    """Keep the words of a search that nothing answers, and the procedure in whose reach they lie; not who searched."""
    if found is not None and number == 1 and found.band is Band.ASK and not found.notes:
        kb.searches.keep(store(), reader(), typed)
        if found.procedures:
            kb.coverage.miss(store(), reader(), found.procedures[0].key, typed)
