"""Where what is written and what is done part: who decides, what is remembered, what becomes a task."""

from __future__ import annotations

import pytest

import kb.announcing
from indexer.drift.house import compare
from kb import drifts
from kb.model import NoticeKind
from tests.walk.conftest import Walk

DRIFT, PRACTICE = "/register/drift", "/practices/p-wks-sparks"  # one hour of watching after the last spark, not two
NEAR = "/questions/q-wks-004"  # a question close to that practice


def looked(walk: Walk) -> None:
    """What the nightly comparison does, for one procedure."""
    drifts.keep(walk.store, ["WKS-02"], compare(walk.store, walk.app.extensions["quisait"].finder, ["WKS-02"]))


@pytest.mark.parametrize(
    ("language", "decision"), [("fr", "procedure right"), ("en", "practice right"), ("fr", "no conflict")]
)
def test_who_is_right_is_decided_once_and_remembered(walk: Walk, language: str, decision: str) -> None:
    looked(walk)
    karim, leo = walk.visit("karim-belkacem", language), walk.visit("leo-fabre", language)
    page = karim.get("/").follow(DRIFT)
    assert {"fr": "Un autre délai", "en": "Another time"}[language] in page.text and "2 heures" in page.text
    (form,) = (page._target(each) for each in page.forms() if page._target(each).startswith(f"{DRIFT}/") and
               not page._target(each).endswith("/look"))  # fmt: skip
    refused = leo.post(form, {"decision": decision})
    said = {"fr": "Demandez à l’un d’eux", "en": "Ask one of them"}[language]
    assert refused.status == 403 and said in refused.text
    done = page.submit(form, {"decision": decision}, note="Vu avec le préventeur.")
    if decision == "practice right":
        assert done.path == "/procedures/WKS-02/drafts/fr"
    warned = {"fr": "La procédure dit autre chose", "en": "The procedure says otherwise"}[language]
    assert (warned in leo.get(PRACTICE).text) == (decision == "procedure right")
    beside = leo.get(NEAR).soup.select_one("section[aria-labelledby=related]")
    told = {"fr": "La procédure WKS-02 dit autre chose", "en": "The procedure WKS-02 says otherwise"}[language]
    assert beside is not None and "p-wks-sparks" in str(beside)
    assert (told in beside.get_text()) == (decision == "procedure right"), "beside another question too"
    looked(walk)  # the next night
    assert form not in [page._target(each) for each in karim.get(DRIFT).forms()]
    assert "Vu avec le préventeur." in karim.get(DRIFT).follow("show=decided").text


def test_what_procedures_leave_open_is_one_click_from_being_somebodys_task(walk: Walk, language: str) -> None:
    nadia, aoife, leo = (walk.visit(who, language) for who in ("nadia-benali", "aoife-brennan", "leo-fabre"))
    page = nadia.get("/spaces/common").follow("/spaces/common/coverage")
    assert "emmener mon vélo dans le train" in page.text and "FIN-05" in page.text and "Serre-file" in page.text
    assert "Léo" not in page.text and "Malik" not in page.text  # whoever searched
    given = page.submit("/coverage/tasks")
    assert {"fr": "déjà dans les tâches", "en": "is a task already"}[language] in given.text
    assert "emmener mon vélo dans le train" in aoife.get("/tasks").text
    refused = leo.get("/spaces/common/coverage")
    said = {"fr": "demandez à l’un d’eux", "en": "ask one of them"}[language]
    assert refused.status == 403 and said in refused.text.casefold()
    assert walk.visit("marta-nowak", language).get("/spaces/common/coverage").status == 404


def test_a_new_text_is_told_to_those_whose_duties_it_changed(walk: Walk, language: str) -> None:
    with walk.store.read() as tx:
        name = tx.procedures.get("HR-03").revision("fr").name
    assert kb.announcing.announce(walk.store, "HR-03", name) > 0
    with walk.store.read() as tx:
        told = sorted({who for who, _key in tx.notices.keys("procedure", "HR-03", [NoticeKind.CHANGED])})
    assert told and "marta-nowak" not in told and "leo-fabre" not in told  # another's duty than theirs
    line = {"fr": "a changé pour vous : étape 7", "en": "has changed for you: step 7"}[language]
    inbox = walk.visit(told[0], language).get("/inbox")
    assert line in inbox.text
    changes = inbox.follow(f"/procedures/HR-03/changes/{name}")
    assert "deux fois par an" in changes.text and "Dépose" not in changes.text  # the changed duties alone
    assert walk.visit("marta-nowak", language).get(changes.path).status == 404
