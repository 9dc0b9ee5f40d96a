"""Asking people to read and to say so: whom, by when, again or not; who has not yet, and who may ask."""

from __future__ import annotations

import csv
from typing import Any

import kb.campaigns
from tests.walk.conftest import Walk
from web import acknowledgements
from web.signing import sign

KEEPER, READER = "nadia-benali", "leo-fabre"
READ = {"fr": "J’ai lu ce texte", "en": "I have read it"}
NOT_YOURS = {
    "fr": "Seuls son responsable, son suppléant et les responsables conformité de son espace demandent",
    "en": "Its owner, its deputy and the compliance owners of its space ask",
}


def mailed(walk: Walk, who: str, key: str) -> str:
    """The link that the mail to `who` holds."""
    with walk.app.test_request_context():
        return f"/acknowledge/{sign(acknowledgements.PURPOSE, who, key, runs=acknowledgements.RUNS)}"


def test_a_keeper_asks_an_audience_and_sees_whom_before(walk: Walk, language: str) -> None:
    page = walk.visit(KEEPER, language).get("/procedures/HR-01").follow("/campaign")
    asked: dict[str, Any] = {"units": "Ressources humaines", "deadline": "2026-12-15", "renew_months": "12"}
    seen = page.submit("/campaign", button={"action": "see"}, **asked)
    assert {"fr": "5 personnes seraient sollicitées", "en": "It would ask 5 people"}[language] in seen.text
    started = seen.submit("/campaign")
    assert "/campaigns/" in started.path and {"fr": "0 sur 5", "en": "0 of 5"}[language] in started.text
    assert {"fr": "Tous les 12 mois", "en": "Every 12 months"}[language] in started.text
    reading = walk.visit(READER, language).get("/tasks").follow("/procedures/HR-01")
    told = reading.submit("/acknowledge")
    assert {"fr": "C’est noté", "en": "Noted: you have read it"}[language] in told.text and READ[
        language
    ] not in told.text
    again = started.visit.get(started.path)
    assert {"fr": "1 sur 5", "en": "1 of 5"}[language] in again.text
    assert "Léo Fabre" not in again.text and "Nadia Benali" in again.text
    ended = again.submit("/end")
    assert {"fr": "Close", "en": "Ended"}[language] in ended.text


def test_whoever_does_not_keep_it_is_told_who_may(walk: Walk, language: str) -> None:
    for who in (READER, "karim-belkacem"):
        visit = walk.visit(who, language)
        assert not visit.get("/procedures/HR-01").links("/campaign")
        page = visit.get("/procedures/HR-01/campaign")
        assert page.status == 403 and NOT_YOURS[language] in page.text
    followed = walk.visit(KEEPER, language).get("/tasks").links("/campaigns/")
    for address in followed:
        page = walk.visit(READER, language).get(address)
        assert page.status == 403 and NOT_YOURS[language] in page.text
        assert walk.visit(READER, language).post(f"{address}/export", {}).status == 403
    assert walk.visit("marta-nowak", language).get(followed[0]).status == 404


def test_the_link_of_the_mail_opens_on_a_phone_that_is_not_signed_in(walk: Walk, language: str) -> None:
    page = walk.visit(None, language).get(mailed(walk, READER, "SAF-02"))
    assert page.status == 200 and "Léo Fabre" in page.text and READ[language] in page.text
    assert "Before the fire drill" in page.text, "why it is asked"
    said = page.submit(page.path)
    assert {"fr": "Merci", "en": "Thank you"}[language] in said.text and READ[language] not in said.text
    broken = walk.visit(None, language).get(mailed(walk, READER, "SAF-02")[:-4])
    sign_in = {"fr": "Connectez-vous", "en": "Sign in"}[language]
    assert broken.status == 404 and sign_in in broken.text


def test_who_has_not_yet_is_a_list_by_unit_to_take_along(walk: Walk, language: str) -> None:
    page = walk.visit(KEEPER, language).get("/tasks").follow("/campaigns/")
    units = {line.th.get_text(): line for line in page.soup.select("tbody tr") if line.th}
    assert {"Informatique", "Finance", "Ressources humaines"} <= set(units)
    one = page.follow("unit=Finance")
    assert [each.get_text() for each in one.soup.select("h3")] == ["Finance"]
    taken = one.submit("/export").response.get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(taken.splitlines(), delimiter={"fr": ";", "en": ","}[language]))
    assert len(rows) == 19 and {"Finance", "Informatique"} <= {list(each.values())[2] for each in rows}
    assert "Léo Fabre" in taken


def test_a_minor_text_asks_nobody_again_and_says_why(walk: Walk, language: str) -> None:
    page = walk.visit("agnes-wirth", language).get("/procedures/IT-03?language=fr")
    minor = {"fr": "ce qui a changé depuis est mineur", "en": "what came after is minor"}[language]
    assert READ[language] not in page.text and minor in page.text


def test_after_its_months_it_is_asked_again_and_reminders_wait_for_who_is_away(walk: Walk, language: str) -> None:
    procedure = walk.visit(KEEPER, language).get("/procedures/HR-01")
    title = " ".join(procedure.soup.select("main h1")[0].get_text(" ").split()).removeprefix("HR-01 ")
    page = procedure.follow("/campaign")
    page.submit("/campaign", people="Léo Fabre, Agnès Wirth", deadline="2026-12-15", renew_months="12")
    kb.campaigns.remind(walk.store)
    mine = walk.visit(READER, language)
    mine.get("/tasks").follow("/procedures/HR-01").submit("/acknowledge")
    assert not mine.get("/tasks").links("/procedures/HR-01")
    away = walk.visit("agnes-wirth", language).get("/people/agnes-wirth/availability")
    away.submit("/absences", first="2026-12-05", last="2026-12-12")
    reminded = {"fr": f"{title} » attend encore", "en": f"{title}” still waits for you"}[language]
    walk.clock.forward(days=15)  # the deadline is six days away
    kb.campaigns.remind(walk.store)
    assert reminded not in walk.visit("agnes-wirth", language).get("/inbox").text
    walk.clock.forward(days=5)
    kb.campaigns.remind(walk.store)
    assert reminded in walk.visit("agnes-wirth", language).get("/inbox").text
    walk.clock.forward(days=360)
    assert walk.visit(READER, language).get("/tasks").links("/procedures/HR-01"), "the twelve months are over"
