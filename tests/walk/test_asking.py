"""One box: what is known unfolds before anything is posted; then the question, its answers, their marks."""

from __future__ import annotations

from tests.walk.conftest import Page, Walk

TRAIN = {
    "fr": "Remboursement d'un billet de train payé avec ma carte",
    "en": "Reimbursement of a train ticket paid with my own card",
}
DAYS = "Donner des jours"  # a question of Camille's that nobody has answered
ANSWER = "Oui : le formulaire de don de jours est dans Hestia ; les RTT comptent aussi."


def _days(walk: Walk, who: str, language: str) -> Page:
    return walk.visit(who, language).get("/questions?show=unanswered").follow(DAYS)


def _answered(walk: Walk, language: str) -> Page:
    return _days(walk, "julie-carpentier", language).submit("/answers", body=ANSWER)


def test_what_is_known_unfolds_and_this_answers_me_ends_it_there(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    page = leo.get("/").follow("/ask").submit("/ask", button={"action": "preview"}, title=TRAIN[language])
    assert {"fr": "C’est peut-être déjà là", "en": "Perhaps it is here already"}[language] in page.text
    assert "How do I claim it back?" in page.text or "how do I claim it back?" in page.text  # across languages
    assert {"fr": "Qui sera sollicité", "en": "Who will be asked"}[language] in page.text
    ended = page.press({"fr": "Cela répond à ma question", "en": "This answers my question"}[language])
    assert ended.path.startswith(("/questions/", "/procedures/", "/practices/"))
    assert {"fr": "cela aidera la prochaine personne", "en": "it helps the next person"}[language] in ended.text
    assert TRAIN[language] not in leo.get("/questions").text, "nothing is posted"


def test_who_writes_nowhere_is_told_so_where_they_would_ask(walk: Walk, language: str) -> None:
    guest = walk.visit("marta-nowak", language)
    page = guest.get("/").follow("/ask")
    assert {"fr": "peuvent vous en faire membre", "en": "can make you a member"}[language] in page.text
    assert not page.forms("/ask") and page.follow("/spaces").follow("/spaces/workshop").status == 200
    thread = guest.get("/").follow("/questions/q-wks")
    assert not thread.forms("/answers") and not thread.forms("/comments")
    for sent in ("answers", "comments"):
        refused = thread.visit.post(thread.path.rpartition("/")[0] + f"/{sent}", {"body": "Oui."}, thread.path)
        said = {"fr": "Vous lisez cet espace sans y écrire", "en": "You read this space without writing in it"}
        assert refused.status == 403 and said[language] in refused.text
        assert refused.follow({"fr": "Retour", "en": "Back"}[language]).path == thread.path


def test_nobody_asks_where_they_are_not(walk: Walk, language: str) -> None:
    ask = walk.visit("jerome-vidal", language).get("/ask")
    assert [each.get_text() for each in ask.soup.select("select[name=space] option")] == [
        "Atelier de maintenance · Workshop"
    ]
    refused = ask.submit("/ask", title="Qui vérifie le palan ?", space="common", button={"action": "post"})
    assert refused.status == 422 and "Qui vérifie le palan ?" in str(refused.soup)
    assert {"fr": "Choisissez un espace", "en": "Choose a space"}[language] in refused.text


def test_a_question_is_posted_once_however_often_the_button_is_pressed(walk: Walk, language: str) -> None:
    form = walk.visit("emma-walsh", language).get("/ask")
    title = "Who holds the keys of the Dublin archive room?"
    typed = {"title": title, "body": "I need the 2019 account files.", "space": "common"}
    first, second = (form.press({"fr": "Publier la question", "en": "Post the question"}[language], **typed) for _ in "12")
    assert first.path == second.path and {"fr": "est publiée", "en": "is posted"}[language] in first.text
    assert {"fr": "à l’instant", "en": "just now"}[language] in first.text
    assert walk.visit("aoife-brennan", language).get("/questions").text.count(title) == 1
    assert walk.visit("marta-nowak", language).get(first.path).status == 404


def test_an_empty_answer_is_refused_beside_its_field_and_a_whole_one_stands(walk: Walk, language: str) -> None:
    page = _days(walk, "julie-carpentier", language)
    refused = page.submit("/answers", body=" ")
    assert refused.status == 422 and refused.soup.select_one("#body-error")
    assert {"fr": "Merci", "en": "Thank you"}[language] in refused.submit("/answers", body=ANSWER).text
    waiting = walk.visit("camille-fontaine", language).get("/").follow("/inbox")
    assert {"fr": "Julie Carpentier a répondu", "en": "Julie Carpentier answered"}[language] in waiting.text


def test_the_asker_says_what_solved_it_and_nobody_else(walk: Walk, language: str) -> None:
    solved = {"fr": "Cela a résolu la question", "en": "This solved it"}[language]
    page = _answered(walk, language)
    assert solved not in page.text, "the author of an answer does not mark it"
    address = page.path
    refused = walk.visit("leo-fabre", language).post(f"{address}/accept", {"answer": "x"}, address)
    assert refused.status == 403
    assert {"fr": "La personne qui a posé la question dit", "en": "Whoever asked says"}[language] in refused.text
    assert walk.visit("leo-fabre", language).get(address).press({"fr": "Marche pour moi", "en": "Works"}[language])
    assert solved in walk.visit("camille-fontaine", language).get(address).press(solved).text
    told = walk.visit("julie-carpentier", language).get("/inbox").text
    assert {"fr": "était la bonne", "en": "solved it"}[language] in told
    mind = walk.visit("camille-fontaine", language).get(address)
    mind.press({"fr": "finalement", "en": "after all"}[language])
    assert solved not in walk.visit("leo-fabre", language).get(address).text


def test_a_vote_against_names_its_reason_and_none_is_for_oneself(walk: Walk, language: str) -> None:
    address = _answered(walk, language).path
    page = walk.visit("leo-fabre", language).get(address)
    against = page.press({"fr": "pas clair", "en": "unclear"}[language])
    assert {"fr": "pas clair × 1", "en": "unclear × 1"}[language] in walk.visit("camille-fontaine", language).get(
        address
    ).text
    assert against.path == address
    own = walk.visit("camille-fontaine", language).post(f"{address}/vote", {"value": "1"}, address)
    assert own.status == 403 and {"fr": "C’est le vôtre", "en": "It is your own"}[language] in own.text


def test_an_adviser_verifies_with_a_date_and_others_do_not(walk: Walk, language: str) -> None:
    address = _answered(walk, language).path
    assert not walk.visit("leo-fabre", language).get(address).forms("/verify")
    answer = walk.visit("leo-fabre", language).get(address).soup.select_one("article.answer")
    assert answer is not None
    refused = walk.visit("leo-fabre", language).post(
        f"{address}/verify", {"answer": str(answer["id"]).removeprefix("answer-"), "until": "2027-01-31"}, address
    )
    who = {"fr": "celles et ceux qui y conseillent", "en": "Those who advise in this space"}[language]
    assert refused.status == 403 and who in refused.text
    adviser = walk.visit("nadia-benali", language).get(address)
    past = adviser.submit("/verify", until="2020-01-31")
    assert past.status == 422 and {"fr": "Choisissez un jour", "en": "Choose a coming day"}[language] in past.text
    page = adviser.submit("/verify", until="2027-01-31")
    assert {"fr": "31 janvier 2027", "en": "31 January 2027"}[language] in page.text and "Nadia Benali" in page.text
    told = walk.visit("julie-carpentier", language).get("/inbox").text
    assert {"fr": "Nadia Benali a trouvé votre réponse", "en": "Nadia Benali found your answer"}[language] in told
    _edited = walk.visit("julie-carpentier", language).get(address).follow("/edit")
    assert {"fr": "vérifier de nouveau", "en": "verified again"}[language] in _edited.text
    _edited.submit("/edit", body=f"{ANSWER} Voir aussi l'accord de 2024.")
    assert "31 janvier 2027" not in walk.visit("leo-fabre", "fr").get(address).text
