"""What becomes of posts: better wordings, the same question twice, flags, reading before posting, the bin, what was
said at the desk, pictures, tags."""

from __future__ import annotations

from tests.walk.conftest import Page, Walk

TRAIN, GRENOBLE, CAR = "/questions/q-fin-001", "/questions/q-fin-021", "/questions/q-fin-026"
GONE = {"fr": "la page a été retirée", "en": "the thing was removed"}
KEEPERS = {"fr": "Ceux qui tiennent cet espace en décident", "en": "Those who keep this space decide"}


def test_a_better_wording_is_taken_or_not_by_the_author_and_can_be_put_back(walk: Walk) -> None:
    edit = walk.visit("emma-walsh", "en").get(TRAIN).follow("suggestions/new?answer=a-fin-001")
    assert "Whoever wrote it decides" in edit.submit("new", body="Photographie le billet.", note="Plus court").text
    assert "suggérée" not in walk.visit("leo-fabre").get(TRAIN).text, "it is between the two"
    author = walk.visit("martine-aubert").get(TRAIN).follow("suggérée")
    (decision, *_more) = [str(each["action"]) for each in author.forms() if "/suggestions/" in str(each["action"])]
    walk.refuses("leo-fabre", decision, {"fr": "Son auteur", "en": "Its author"}, {"take": "1"})
    assert "photographie" in author.press("Reprendre ce texte").text.lower()
    history = walk.visit("martine-aubert").get(TRAIN).follow("/history")
    assert history.soup.select("del") and history.soup.select("ins")
    other = walk.visit("leo-fabre", "en").get(TRAIN).follow("/history")
    assert "struck through" in other.text and "put-back" not in str(other.soup)
    assert "bordereau Notéo" in history.press("Remettre le texte").text


def test_a_question_asked_before_leads_to_the_first_and_keeps_its_address(walk: Walk, language: str) -> None:
    walk.refuses("leo-fabre", f"{GRENOBLE}/close", {"fr": "en commentaire", "en": "in a comment"})
    form = walk.visit("aoife-brennan", language).get(GRENOBLE).follow("/close")
    wrong = form.submit("/close", original="over there")
    assert {"fr": "Il n’y a pas de question à cette adresse", "en": "There is no question"}[language] in wrong.text
    closed = form.submit("/close", original=f"http://localhost{TRAIN}", merge="1")
    assert closed.path == GRENOBLE and {"fr": "déjà été posée", "en": "asked before"}[language] in closed.text
    first = closed.follow(TRAIN)
    assert first.path.startswith(TRAIN) and "Receipt missing" in first.text, "the answers went along"
    inbox = walk.visit("emma-walsh", language).get("/inbox")
    assert {"fr": "avait déjà été posée", "en": "asked before"}[language] in inbox.text
    listed = walk.visit("leo-fabre", language).get("/questions").follow("duplicated")
    assert {"fr": "Posée une fois de plus", "en": "Asked once more"}[language] in listed.text and listed.links(TRAIN)


def test_a_flag_is_decided_by_those_who_keep_the_space_and_everybody_learns_why(walk: Walk) -> None:
    form = walk.visit("leo-fabre").get(TRAIN).follow("/flag?answer=a-fin-001")
    empty = form.submit("/flag", note="Vieux")
    assert empty.status == 422 and "Dites ce qui ne va pas" in empty.text
    assert "vous saurez" in empty.submit("/flag", reason="other").text
    assert "Martine Aubert" not in walk.visit("claire-vasseur").get("/moderation").text, "an expert does not decide"
    keeper = walk.visit("nadia-benali").get("/")
    queue = keeper.follow("attendent votre décision")
    flag = str(queue.forms()[1]["action"])
    walk.refuses("claire-vasseur", flag, KEEPERS, {"decision": "remove", "reason": "Vieux."})
    remove, why = "Le supprimer", "La navette n'existe plus."
    assert queue.press(remove).status == 422 and queue.press(remove, reason=why).status == 200
    for who in ("leo-fabre", "martine-aubert", "malik-haddad"):
        assert why in walk.visit(who).get("/inbox").text, who
    assert "bordereau Notéo" not in walk.visit("leo-fabre").get(TRAIN).text


def test_a_space_may_read_first_what_some_write(walk: Walk) -> None:
    walk.refuses("leo-fabre", "/spaces/common/approval", KEEPERS)
    walk.visit("nadia-benali").get("/spaces/common").follow("/approval").submit("/approval", whose=["member"])
    leo = walk.visit("leo-fabre").get(CAR).submit("/answers", body="Le parking est au sous-sol.")
    assert "au sous-sol" not in leo.text and "le lisent d’abord" in leo.text
    assert "au sous-sol" in leo.visit.get("/").follow("avant d’être publié").text
    queue = walk.visit("aoife-brennan", "en").get("/").follow("for your decision")
    assert queue.press("Do not post it").status == 422
    assert queue.press("Do not post it", reason="It is on the third floor.").status == 200
    assert "It is on the third floor." in leo.visit.get("/inbox").text
    assert "au sous-sol" not in walk.visit("patrick-moreau").get(CAR).text


def test_what_is_deleted_comes_back_for_two_weeks_and_then_never(walk: Walk) -> None:
    walk.refuses("emma-walsh", f"{CAR}/delete", {"fr": "Signalez-le plutôt", "en": "Flag it instead"})
    leo = walk.visit("leo-fabre")
    gone = leo.get("/").follow(CAR).follow("/delete").submit("/delete")
    walk.refuses("emma-walsh", CAR, GONE, status=404)
    walk.refuses("emma-walsh", "/deleted/q-fin-026", GONE, {}, status=404)
    assert CAR not in str(walk.visit("emma-walsh").get("/deleted").forms())
    assert gone.press("Rétablir").path == CAR
    leo.get(CAR).follow("/delete").submit("/delete")
    led = leo.get(CAR)
    assert led.path == "/deleted" and "Vous pouvez encore la rétablir" in led.text
    keeper = walk.visit("nadia-benali", "en").get("/spaces/common").follow("/animate").follow("/moderation")
    assert keeper.follow("/deleted").forms("q-fin-026")
    other = walk.visit("aoife-brennan", "en").get(TRAIN).follow("/answers/a-fin-001/delete")
    refused = other.submit("/delete", reason=" ")
    assert refused.status == 422 and refused.soup.select_one("#reason-error"), "its author is told why"
    assert other.submit("/delete", reason="Twice.").follow("Bring it back").forms("a-fin-001")
    walk.clock.forward(days=15)
    assert not walk.visit("leo-fabre", "en").get("/people/leo-fabre").follow("/deleted").forms("q-fin-026")
    walk.refuses("leo-fabre", CAR, GONE, status=404)
    walk.refuses("leo-fabre", "/deleted/q-fin-026", GONE, {}, status=404)


def test_what_was_said_at_the_desk_is_confirmed_by_whoever_said_it(walk: Walk) -> None:
    asked = {"fr": "Seule la personne qui a posé", "en": "Only whoever asked"}
    walk.refuses("emma-walsh", f"{CAR}/elsewhere", asked)
    form = walk.visit("leo-fabre", "en").get(CAR).follow("/elsewhere")
    unknown = form.submit("/elsewhere", colleague="Nadia Personne", body="Au poste de garde.")
    assert unknown.status == 422 and "Au poste de garde." in str(unknown.soup)
    assert "Bruno Masson" in unknown.submit("/elsewhere", colleague="Bruno Masson").text
    bruno = walk.visit("bruno-masson", "en").get("/inbox")
    own = bruno.links("said-to-have-said")[0]
    assert walk.visit("emma-walsh", "en").get(own).status == 404
    yes = "my answer"
    assert bruno.follow(own).press(yes, body="Au poste de garde, tôt.").status == 200
    assert "Au poste de garde, tôt." in walk.visit("leo-fabre", "en").get(CAR).text


def test_a_picture_is_seen_by_who_may_read_its_post(walk: Walk) -> None:
    shown = walk.visit("leo-fabre").get(TRAIN).links("/attachments/")[0]
    for who, status, path in (("leo-fabre", 200, shown), ("marta-nowak", 404, shown), (None, 200, "/sign-in")):
        page = walk.visit(who).get(shown)
        assert (page.status, page.path) == (status, path), who


def test_a_tag_has_a_page_and_who_keeps_a_space_says_what_means_the_same(walk: Walk) -> None:
    page = walk.visit("leo-fabre").get(TRAIN).follow("/tags/notes-de-frais")
    assert "Aussi appelé" in page.text and page.links("/procedures/TRV-01")
    assert "Also called" in walk.visit("leo-fabre", "en").get("/tags/ndf").text, "a synonym leads there"
    assert not page.visit.get("/tags").forms("/same-tags")
    keeps = {"fr": "animent un espace", "en": "Those who keep a space say"}
    walk.refuses("leo-fabre", "/same-tags", keeps, {"word": "dublin", "tag": "travel"})
    form = walk.visit("nadia-benali", "en").get(page.path).follow("/tags")
    form.submit("/same-tags", word="expenses", tag="notes-de-frais")
    assert walk.visit("leo-fabre").get("/tags/expenses").path == page.path


def test_tags_that_seem_to_say_the_same_are_made_one_or_kept_apart(walk: Walk, language: str) -> None:
    apart, no_tag = {"fr": "Deux choses", "en": "Two things"}, {"fr": "Rien ne porte", "en": "Nothing bears"}
    page = walk.visit("nadia-benali", language).get("/tags").follow("/same-tags")
    wrong = page.submit("/same-tags", word="nulle-part", tag="ailleurs")
    assert wrong.status == 422 and no_tag[language] in wrong.text, "it could never be taken back"

    def offered(shown: Page) -> list[list[str]]:
        return [[str(each["value"]) for each in form.select("input[value]")][1:] for form in shown.forms("/same-tags")]

    assert ["habilitation", "habilitations"] in offered(page) and ["accident", "accidents"] in offered(page)
    first = page.soup.select("aside li .tag")[0].get_text()
    left = page.press(apart[language])
    assert not any(pair[0] == first for pair in offered(left)), "it is not offered again"
    keep = {"fr": "Garder « accident »", "en": "Keep “accident”"}[language]
    left.press(keep)
    leo = walk.visit("leo-fabre", language)
    assert leo.get("/tags/accidents").path == "/tags/accident"
    assert "accidents" in str(leo.get("/tag-completions?q=acci").response.get_data(as_text=True))
