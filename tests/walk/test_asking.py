"""One box: what is known unfolds before anything is posted; then the question, its answers, their marks."""

from __future__ import annotations

from tests.walk.conftest import Page, Walk

TRAIN = {
    "fr": "Remboursement d'un billet de train payé avec ma carte",
    "en": "Reimbursement of a train ticket paid with my own card",
}
DAYS = "Donner des jours"  # a question of Camille's that nobody has answered
ANSWER = "Oui : le formulaire de don de jours est dans Hestia ; les RTT comptent aussi."
READS = {"fr": "Vous lisez cet espace sans y écrire", "en": "You read this space without writing in it"}


def _days(walk: Walk, who: str, language: str) -> Page:
    return walk.visit(who, language).get("/questions?show=unanswered").follow(DAYS)


def _answered(walk: Walk, language: str) -> str:
    """The address of Camille's question, once Julie has answered it."""
    return _days(walk, "julie-carpentier", language).submit("/answers", body=ANSWER).path


def test_what_is_known_unfolds_and_this_answers_me_ends_it_there(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    page = leo.get("/").follow("/ask").submit("/ask", button={"action": "preview"}, title=TRAIN[language])
    assert {"fr": "C’est peut-être déjà là", "en": "Perhaps it is here already"}[language] in page.text
    assert "how do I claim it back?" in page.text, "across languages"
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
    assert not thread.forms("/answers") and not thread.forms("/comments") and READS[language] in thread.text


def test_nobody_asks_or_answers_where_they_do_not_write(walk: Walk) -> None:
    for part in ("answers", "comments"):
        walk.refuses("marta-nowak", f"/questions/q-wks-028/{part}", READS, {"body": "Oui."})
    ask = walk.visit("jerome-vidal").get("/ask")
    offered = [each.get_text() for each in ask.soup.select("select[name=space] option")]
    assert offered == ["Atelier de maintenance · Workshop"]
    own = {"fr": "Choisissez l’un de vos espaces", "en": "Choose one of your spaces"}
    fields = {"title": "Qui vérifie le palan ?", "space": "common", "action": "post", "advised": "1"}
    walk.refuses("jerome-vidal", "/ask", own, fields, 422)


def test_a_question_is_posted_once_however_often_the_button_is_pressed(walk: Walk) -> None:
    form = walk.visit("emma-walsh", "en").get("/ask")
    title = "Who holds the keys of the Dublin archive room?"
    typed = {"title": title, "body": "I need the 2019 account files.", "space": "common"}
    first, second = (form.press("Post the question", **typed) for _ in "12")
    assert first.path == second.path and "is posted" in first.text and "just now" in first.text
    assert walk.visit("aoife-brennan", "fr").get("/questions").text.count(title) == 1
    assert "à l’instant" in walk.visit("aoife-brennan", "fr").get(first.path).text
    nothing = {"fr": "Il n’y a rien ici", "en": "There is nothing here"}
    walk.refuses("marta-nowak", first.path, nothing, status=404)


def test_an_empty_answer_is_refused_beside_its_field_and_a_whole_one_stands(walk: Walk) -> None:
    refused = _days(walk, "julie-carpentier", "fr").submit("/answers", body=" ")
    assert refused.status == 422 and refused.soup.select_one("#body-error")
    assert "Merci : votre réponse est là" in refused.submit("/answers", body=ANSWER).text
    for spoken, said in (("fr", "Julie Carpentier a répondu"), ("en", "Julie Carpentier answered")):
        assert said in walk.visit("camille-fontaine", spoken).get("/").follow("/inbox").text


def test_the_asker_says_what_solved_it_and_nobody_else(walk: Walk) -> None:
    solved = "Cela a résolu la question"
    address = _answered(walk, "fr")
    assert solved not in walk.visit("julie-carpentier").get(address).text, "an author does not mark their own"
    who = {"fr": "La personne qui a posé la question dit", "en": "Whoever asked says"}
    walk.refuses("leo-fabre", f"{address}/accept", who, {"answer": "x"})
    marked = walk.visit("camille-fontaine").get(address).press(solved)
    assert solved in walk.visit("leo-fabre").get(address).text
    told = walk.visit("julie-carpentier").get("/inbox").text
    assert "était la bonne" in told
    marked.press("Finalement")
    assert solved not in walk.visit("leo-fabre").get(address).text


def test_a_vote_against_names_its_reason_and_none_is_for_oneself(walk: Walk) -> None:
    address = _answered(walk, "en")
    walk.visit("leo-fabre", "en").get(address).press("Unclear")
    for spoken, said in (("fr", "pas clair × 1"), ("en", "unclear × 1")):
        assert said in walk.visit("camille-fontaine", spoken).get(address).text
    walk.refuses("leo-fabre", f"{address}/vote", {"fr": "Dites ce qui", "en": "Say what"}, {"value": "-1"}, 422)
    own = {"fr": "C’est le vôtre", "en": "It is your own"}
    walk.refuses("camille-fontaine", f"{address}/vote", own, {"value": "1"})


def test_an_adviser_verifies_with_a_date_and_others_do_not(walk: Walk) -> None:
    address = _answered(walk, "en")
    page = walk.visit("leo-fabre", "en").get(address)
    assert not page.forms("/verify")
    answer = str(page.soup.select("article.answer")[0]["id"]).removeprefix("answer-")
    who = {"fr": "qui y conseillent", "en": "Those who advise in this space"}
    walk.refuses("leo-fabre", f"{address}/verify", who, {"answer": answer, "until": "2027-01-31"})
    adviser = walk.visit("nadia-benali", "en").get(address)
    past = adviser.submit("/verify", until="2020-01-31")
    assert past.status == 422 and "Choose a coming day" in past.text
    page = adviser.submit("/verify", until="2027-01-31")
    assert "31 January 2027" in page.text and "Nadia Benali" in page.text
    told = walk.visit("julie-carpentier", "en").get("/inbox").text
    assert "Nadia Benali verified your answer" in told
    edit = walk.visit("julie-carpentier", "en").get(address).follow("/edit")
    assert "verified again" in edit.text
    edit.submit("/edit", body=f"{ANSWER} Voir aussi l'accord de 2024.")
    assert "31 janvier 2027" not in walk.visit("leo-fabre", "fr").get(address).text


def test_a_poor_question_is_improved_with_its_asker_before_anybody_is_asked(walk: Walk, language: str) -> None:
    lacks = {"fr": "ne dit pas encore de quoi il s’agit", "en": "does not say yet what it is about"}[language]
    leo = walk.visit("leo-fabre", language)
    shown = leo.get("/ask").submit("/ask", {"action": "post"}, title="Problème badge", space="common")
    assert lacks in shown.text and "Problème badge" not in walk.visit("emma-walsh").get("/questions").text
    begun = shown.submit("/ask", {"action": "guide"})
    assert "Outil ou service concerné" in str(begun.soup.select("textarea[name=body]")), "the guide of the space"
    only = {"fr": "Il n’y a encore que le modèle", "en": "Only the guide of the space"}[language]
    empty = begun.submit("/ask", {"action": "post"}, title="Problème badge")
    assert only in empty.text and lacks in empty.text
    better = {"title": "Mon badge n’ouvre plus la porte du parking de Nantes", "body": "Depuis lundi, voyant rouge."}
    assert leo.get(empty.submit("/ask", {"action": "post"}, **better).path).path.startswith("/questions/")
    again = leo.get("/ask").submit("/ask", {"action": "post"}, title="Badge HS", space="common")
    assert {"fr": "Publier telle quelle", "en": "Post it as it is"}[language] in again.text
    assert {"fr": "Publier telle quelle", "en": "Post it as it is"}[language] in again.text
    again = again.submit("/ask", {"action": "preview"}).submit("/ask", {"action": "tag:badges"})
    posted = again.submit("/ask", {"action": "post"})
    assert "Badge HS" in posted.text and posted.path.startswith("/questions/"), "it is said once, and never demanded"


def test_who_keeps_a_space_says_what_helps_there_and_whether_poor_questions_are_looked_at(walk: Walk) -> None:
    keepers = {"fr": "Ceux qui tiennent cet espace en décident", "en": "Those who keep this space decide"}
    walk.refuses("leo-fabre", "/spaces/common/guides", keepers, {"ask": "Rien"})
    form = walk.visit("aoife-brennan", "en").get("/spaces/common").follow("/animate").follow("/guides")
    kept = form.submit("/guides", ask="Which site, which badge?", clinic=[])
    assert kept.path == "/spaces/common/animate"
    ask = walk.visit("leo-fabre").get("/ask?space=common")
    assert "Which site, which badge?" in ask.text
    posted = ask.submit("/ask", {"action": "post"}, title="Badge HS", space="common")
    assert posted.path.startswith("/questions/")
