"""The page of patterns: every part that pages are made of, once, with content of its own, through the same macros that
the pages use. What looks wrong here looks wrong everywhere, and is mended here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, render_template

from indexer.hits import MARK_CLOSE, MARK_OPEN, AnswerHit, Backing, Found, PersonHit, ProcedureHit, Reason, ReasonKind
from kb.comparing import compare
from kb.errors import Invalid
from kb.model import Band, Duty, Revision
from web.catalogue import mark
from web.figures import drawn
from web.sparklines import bars

pages = Blueprint("patterns", __name__)
_BEFORE = (Duty("1", "Technicien", "Coupe l’énergie et pose son cadenas", "Code du travail art. R4323-29"),
           Duty("2", "Technicien", "Vérifie l’absence de tension", ""))  # fmt: skip
_AFTER = (Duty("1", "Technicien", "Coupe toutes les énergies et pose son cadenas", "Code du travail art. R4323-29"),
          Duty("2", "Technicien", "Vérifie l’absence de tension", ""),
          Duty("3", "Chef d’équipe", "Note l’heure sur le registre", ""))  # fmt: skip
_WRONG = mark("Write at least one word, so that colleagues can recognise the question.")


@pages.get("/patterns")
def page() -> str:
    return render_template(
        "patterns.html",
        found=_found(),
        wrong=Invalid("wrong-one", _WRONG),
        compared=compare(_text(1, _BEFORE), _text(2, _AFTER)),
        duties=_AFTER,
        asked=drawn([("07", 3, 2), ("08", 5, 5), ("09", 9, 6), ("10", 7, 7)]),
        spark_bars=bars([0, 2, 1, 4, 3, 0, 6, 5, 2, 3, 8, 4]),
        standings=("official", "verified practice", "accepted", "experience", "opinion"),
    )


def _text(number: int, duties: tuple[Duty, ...]) -> Revision:
    return Revision("WKS-01", "fr", number, "Consigner une machine", "Avant toute intervention.", "", duties)


def _found() -> Found:
    words, meaning = Reason(ReasonKind.WORDS, title="cadenas, machine"), Reason(ReasonKind.MEANING)
    year_ago = datetime(2025, 10, 19, tzinfo=UTC)
    excerpt = f"Chacun pose son {MARK_OPEN}cadenas{MARK_CLOSE} sur la boîte ; le dernier parti rend la clé."
    until = Backing(5, 2, name="Hugo Ferrand", until=date(2027, 6, 15))
    title = "Plusieurs sur une machine : chacun son cadenas"
    practice = AnswerHit(
        "", None, title, "fr", excerpt, 1.0, "verified practice", (words, meaning), practice="", backing=until,
        asked_in="fr",
    )  # fmt: skip
    doubtful, thought = "Who keeps the spare key of the lock-out box?", "I think the gatekeeper does."
    opinion = AnswerHit("", "", doubtful, "en", thought, 0.5, "opinion", (meaning,), asked_in="en")
    rule = ProcedureHit("WKS-01", "Consigner une machine avant d’intervenir", "fr", excerpt, 0.9, (words,), "1", 2)
    accepted = Reason(ReasonKind.ACCEPTED, title="Deux équipes, une machine : quel cadenas ?", at=year_ago)
    owns = Reason(ReasonKind.OWNS, title="Consigner une machine")
    person = PersonHit("", "Hugo Ferrand", 1.0, 0.6, (accepted, owns))
    return Found("cadenas machine", "fr", Band.ANSWERED, 0.9, (rule,), (practice, opinion), (person,))
