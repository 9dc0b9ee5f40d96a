"""Official texts kept minimal: the measure beside a draft, a paragraph moved out, duties that nobody used."""

from __future__ import annotations

import re

from tests.walk.conftest import Walk

DRAFT = "/procedures/FIN-01/drafts/en"  # begun by Claire Vasseur, with a paragraph that tells how


def test_a_paragraph_that_tells_how_moves_into_a_practice_with_one_click(walk: Walk, language: str) -> None:
    claire = walk.visit("claire-vasseur", language)
    draft = claire.get("/procedures/FIN-01").follow(DRAFT)
    told = {"fr": "Dit comment plutôt que qui et quoi", "en": "Tells how rather than who and what"}[language]
    assert told in draft.text
    moved = draft.submit("/move")
    assert told not in moved.text
    link = re.search(r"\[[^]]+\]\((/practices/\w+)\)", moved.soup.select_one("textarea[name=body]").get_text())  # type: ignore[union-attr]
    assert link is not None and "click on the supplier" not in moved.text
    practice = moved.follow(link[1])
    assert "click on the supplier" in practice.text and practice.links("/procedures/FIN-01")
    assert {"fr": "Pas encore vérifiée", "en": "Not verified yet"}[language] in practice.text
    refused = walk.visit("leo-fabre", language).get(DRAFT)
    said = {"fr": "Vers la procédure", "en": "To the procedure"}[language]
    assert refused.status == 404 and said in refused.text and refused.links("/procedures/FIN-01")


def test_duties_without_a_role_and_rules_without_a_clause_are_named_while_writing(walk: Walk, language: str) -> None:
    draft = walk.visit("claire-vasseur", language).get(DRAFT)
    rules = {"fr": "Aucune exigence du registre", "en": "No clause of the register stands behind"}[language]
    nobody = {"fr": "Ne nomme personne", "en": "Says nobody"}[language]
    assert rules in draft.text and nobody not in draft.text
    roles = [str(each.get("value", "")) for each in draft.soup.select("input[name=role]")]
    typed = draft.submit("/drafts/en", {"action": "preview"}, role=["", *roles[1:]])
    assert nobody in typed.text
    assert nobody not in walk.visit("claire-vasseur", language).get(DRAFT).text  # nothing was kept


def test_how_long_a_page_may_be_is_the_spaces_own(walk: Walk, language: str) -> None:
    claire, nadia, leo = (walk.visit(who, language) for who in ("claire-vasseur", "nadia-benali", "leo-fabre"))
    over = {"fr": "Plus d’obligations qu’une page", "en": "More duties than a page"}[language]
    assert over not in claire.get(DRAFT).text
    nadia.get("/spaces/common").follow("/spaces/common/charter").submit("/charter", duties="5", words="120")
    after = claire.get(DRAFT).text
    assert over in after and {"fr": "8 obligations sur 5", "en": "8 of 5 duties"}[language] in after
    refused = leo.post("/spaces/common/charter", {"duties": "99"})
    said = {"fr": "adressez-vous à l’un d’eux", "en": "ask one of them"}[language]
    assert refused.status == 403 and said in refused.text.casefold()


def test_duties_that_nobody_used_for_a_year_are_proposed_for_removal(walk: Walk, language: str) -> None:
    aoife, leo = walk.visit("aoife-brennan", language), walk.visit("leo-fabre", language)
    used = aoife.get("/procedures/TRV-02?language=en").follow("/procedures/TRV-02/use")
    assert [each["value"] for each in used.soup.select("input[name=steps][checked]")] == ["4", "7"]
    assert {"fr": "ouverte 170 fois", "en": "opened 170 times"}[language] in used.text
    draft = used.submit("/use", steps=["4"])
    assert draft.path == "/procedures/TRV-02/drafts/en"
    steps = [each.get("value") for each in draft.soup.select("input[name=step]") if each.get("value")]
    assert steps == ["1", "2", "3", "5", "6", "7"]
    refused = leo.get("/procedures/TRV-02/use")
    said = {"fr": "Adressez-vous à l’un d’eux", "en": "Ask one of them"}[language]
    assert refused.status == 403 and said in refused.text and not leo.get("/procedures/TRV-02").links("/use")
