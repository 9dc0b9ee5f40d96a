"""From an answer to standing advice and back to the duty: who makes it, who puts their name to it, who only reads."""

from __future__ import annotations

from tests.walk.conftest import Walk

MADE, MARK = ("a-hrs-001", "a-hrs-003"), "2027-05-01"  # by Julie Carpentier and Nadia Benali, on leave that is lost
OWN = {"fr": "C’est le vôtre : c’est aux autres", "en": "It is your own: whether it is useful"}


def test_two_answers_become_a_practice_that_somebody_else_verifies(walk: Walk, language: str) -> None:
    aoife, claire, nadia, leo, marta = (
        walk.visit(who, language)
        for who in ("aoife-brennan", "claire-vasseur", "nadia-benali", "leo-fabre", "marta-nowak")
    )
    form = aoife.get("/questions/q-hrs-001").follow(f"/practices/new?answer={MADE[0]}")
    authors = "Julie Carpentier, Nadia Benali"
    made = form.submit("/practices/new", answer=list(MADE), helps="HR-01#1", authors=authors)
    assert {"fr": "Pas encore vérifiée", "en": "Not verified yet"}[language] in made.text and authors[:16] in made.text

    refused = nadia.post(_bare(made.path) + "/verify", {"until": MARK})
    assert refused.status == 403 and {"fr": "C’est votre propre pratique", "en": "your own practice"}[language] in (
        refused.text
    )
    refused = leo.get(f"/practices/new?answer={MADE[0]}")
    assert refused.status == 403 and {"fr": "Demandez à l’un d’eux", "en": "Ask one"}[language] in refused.text
    assert marta.get(made.path).status == 404 and not leo.get(made.path).forms("/verify")

    read = claire.get(made.path)
    aoife.get(made.path).follow("/edit").submit("/edit", body="Posez-les avant le 31 mai.")
    refused = read.submit("/verify", until=MARK)
    assert refused.status == 409 and {"fr": "Relisez-le avant de vérifier", "en": "Read them again"}[language] in (
        refused.text
    )
    verified = claire.get(made.path).submit("/verify", until=MARK)
    named = {"fr": "Vérifiée par Claire Vasseur , jusqu’au 1er mai 2027", "en": "Claire Vasseur , until 1 May 2027"}
    assert named[language] in verified.text

    procedure = leo.get("/procedures/HR-01")
    assert named[language] in procedure.text and "#step-1" in procedure.links("#step-1")
    back = procedure.follow(_bare(made.path))
    assert back.links("/procedures/HR-01") and len(back.links("/questions/q-hrs-001")) >= len(MADE)


def test_three_yes_push_the_date_and_one_no_is_a_task_of_the_keeper(walk: Walk, language: str) -> None:
    said = {"fr": "Trois collègues sont d’accord", "en": "Three colleagues agree"}[language]
    pages = []
    for who in ("kevin-morel", "bruno-masson"):  # one more said so in June
        page = walk.visit(who, language).get("/practices/p-wks-vat")
        pages.append(page.submit("/verdict", {"verdict": "works"}).text)
    assert said not in pages[0] and said in pages[1]
    assert {"fr": "jusqu’au 24 novembre 2027", "en": "until 24 November 2027"}[language] in pages[1]

    doubting = walk.visit("valerie-jourdain", language).get("/practices/p-wks-vat")
    assert doubting.submit("/verdict", {"verdict": "dangerous"}).status == 422  # without what is wrong
    doubting.submit("/verdict", {"verdict": "outdated"}, note="Le testeur a changé.")
    elodie = walk.visit("elodie-garnier", language)
    tasks = elodie.get("/tasks")
    assert {"fr": "n’est plus vraie", "en": "no longer true"}[language] in tasks.text
    assert tasks.follow("/practices/p-wks-vat").text.count("Le testeur a changé.") == 1
    own = elodie.post("/practices/p-wks-vat/verdict", {"verdict": "works"})
    assert own.status == 403 and OWN[language] in own.text
    guest = walk.visit("marta-nowak", language)
    assert not guest.get("/practices/p-wks-vat").forms("/verdict")
    assert guest.post("/practices/p-wks-vat/verdict", {"verdict": "works"}).status == 403
    assert {"fr": "par un collègue", "en": "by a colleague"}[language] in guest.get("/practices/p-wks-vat").text
    tasks.submit("/done")
    assert "p-wks-vat" not in " ".join(elodie.get("/tasks").links("/practices/"))


def test_any_answer_is_judged_by_those_who_used_it(walk: Walk, language: str) -> None:
    where = "/questions/q-hrs-001"
    leo = walk.visit("leo-fabre", language)
    page = leo.get(where).submit("/verdict", {"verdict": "dangerous"}, note="À Dublin c'est le 31 décembre.")
    assert "À Dublin c'est le 31 décembre." in page.text
    assert {"fr": "Dangereux", "en": "Dangerous"}[language] in walk.visit("nadia-benali", language).get(where).text
    own = walk.visit("julie-carpentier", language).post(f"{where}/verdict", {"answer": MADE[0], "verdict": "works"})
    assert own.status == 403 and OWN[language] in own.text


def test_what_is_found_says_what_it_rests_on(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    page = leo.get("/search?q=billet+de+train+justificatif+de+voyage")
    said = {
        "fr": ("Pratique vérifiée, par Claire Vasseur, jusqu’au 15 juin 2027", "Officiel, obligation 1, révision 1"),
        "en": ("Verified practice, by Claire Vasseur, until 15 June 2027", "Official, duty 1, revision 1"),
    }
    assert all(each in page.text for each in said[language])
    found = leo.get("/api/v1/search?q=billet+train+justificatif+voyage").response.get_json()
    practice = next(each for each in found["answers"] if each["practice"] == "p-fin-train")
    assert (practice["standing"], practice["verified_until"]) == ("verified practice", "2027-06-15")
    assert {(each["standing"], each["revision"]) for each in found["procedures"]} <= {("official", n) for n in (1, 2)}


def test_what_works_in_several_units_is_proposed_and_taken_into_a_draft(walk: Walk, language: str) -> None:
    aoife, leo, marta = (walk.visit(who, language) for who in ("aoife-brennan", "leo-fabre", "marta-nowak"))
    form = leo.get("/practices/p-fin-iban").follow("/amend?procedure=FIN-01")
    same = form.submit("/amend", why="Deux fournisseurs ont été usurpés.")
    assert same.status == 422 and {"fr": "Ce sont les obligations", "en": "These are the duties"}[language] in same.text
    waiting = aoife.get("/tasks").follow("/amendments/")
    assert "Malik Haddad" in waiting.text and "Kevin Morel" in waiting.text  # who proposes, and for whom it works
    seen = leo.get(waiting.path)
    assert {"fr": "Ceux qui tiennent", "en": "Those who keep"}[language] in seen.text and not seen.forms("/take")
    refused = leo.post(f"{waiting.path}/take", {})
    assert refused.status == 403 and {"fr": "Adressez-vous à l’un d’eux", "en": "Ask one of them"}[language] in (
        refused.text
    )
    assert marta.get(waiting.path).status == 404
    draft = waiting.submit("/take")
    assert draft.path.endswith("/procedures/TRV-01/drafts/fr") and "Aoife Brennan, Malik Haddad" in draft.text


def _bare(address: str) -> str:
    return "/".join(address.split("/")[:3])
