"""Who somebody is, who reads a space and why, who looks after it: on pages, as the right person and the wrong one."""

from __future__ import annotations

from tests.walk.conftest import Walk

KEEPERS = {"fr": "Ceux qui tiennent cet espace en décident", "en": "Those who keep this space decide"}
NOTHING = {"fr": "Il n’y a rien ici", "en": "There is nothing here"}
OWN = {"fr": "Cette page est personnelle", "en": "This page is somebody's own"}
CARS = "/questions/q-fin-049"  # a question that nobody has answered


def test_a_profile_is_written_by_its_owner_and_confirmed_by_others_who_say_where(walk: Walk, language: str) -> None:
    for page in ("edit", "subjects", "availability", "mail"):
        walk.refuses("leo-fabre", f"/people/malik-haddad/{page}", OWN)
    own = walk.visit("malik-haddad", language).get("/people/malik-haddad")
    own.follow("/edit").submit("/edit", doing="Clôture de novembre")
    form = walk.visit("leo-fabre", language).get("/people").follow("/people/malik-haddad").follow("/skills/confirm")
    assert "Clôture de novembre" in form.visit.get("/people/malik-haddad").text
    assert form.submit("/confirm").status == 422, "a confirmation names where"
    shown = form.submit("/confirm", where="http://localhost/questions/q-fin-001")
    assert shown.path == "/people/malik-haddad" and "Léo Fabre" in shown.text and shown.links("/questions/q-fin-001")
    thanks = walk.visit("leo-fabre", language).get("/questions/q-fin-001").follow("/thank?answer=a-fin-002")
    assert thanks.submit("/thank", words=" ").status == 422
    thanks.submit("/thank", words="Remboursé en cinq jours.")
    assert "Remboursé en cinq jours." in walk.visit("emma-walsh", language).get("/people/malik-haddad").text
    walk.refuses("marta-nowak", "/people/malik-haddad", NOTHING, status=404)


def test_somebody_says_when_they_may_be_asked_and_colleagues_see_an_absence(walk: Walk) -> None:
    page = walk.visit("claire-vasseur").get("/").follow("/availability")
    wrong = page.submit("/absences", first="2026-12-10", last="2026-12-01")
    assert wrong.status == 422 and wrong.soup.select_one("[id$=-error]")
    page.submit("/absences", first="2026-11-24", last="2026-12-04")
    assert "until 4 December 2026" in walk.visit("leo-fabre", "en").get("/people/claire-vasseur").text


def test_why_somebody_reads_a_space_is_told_to_employees(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/spaces/workshop").follow("/rights")
    said = {"fr": "Marta Nowak peut le lire. Invité", "en": "Marta Nowak can read it. They are a guest"}[language]
    shown = page.visit.get("/spaces/workshop/rights?person=Marta+Nowak", page.path)
    assert said in shown.text
    away = page.visit.get("/spaces/common/rights?person=Marta+Nowak", page.path)
    assert {"fr": "Marta Nowak ne peut pas", "en": "Marta Nowak cannot"}[language] in away.text
    walk.refuses("leo-fabre", "/spaces/lab/rights", NOTHING, status=404)


def test_members_are_added_by_those_who_keep_the_space_alone(walk: Walk) -> None:
    walk.refuses("leo-fabre", "/spaces/workshop/members", KEEPERS)
    walk.refuses("leo-fabre", "/spaces/workshop/members", KEEPERS, {"person": "leo-fabre", "role": "animator"})
    walk.refuses("leo-fabre", "/spaces/lab/members", NOTHING, status=404)
    form = walk.visit("agnes-wirth", "en").get("/spaces/lab").follow("/members")
    assert form.submit("/members", person="Personne Inconnue").status == 422
    form.submit("/members", person="Emma Walsh", role="member")
    assert walk.visit("emma-walsh", "en").get("/spaces").follow("/spaces/lab").follow("/questions/q-lab").status == 200


def test_an_invited_colleague_says_yes_and_is_in(walk: Walk) -> None:
    walk.refuses("leo-fabre", "/spaces/lab", NOTHING, status=404)
    page = walk.visit("leo-fabre").get("/inbox").follow("/joining/")
    assert "Laboratoire" in page.text
    stranger = walk.visit("emma-walsh").get(page.path)
    assert stranger.status == 404
    page.press("Entrer")
    assert walk.visit("leo-fabre").get("/spaces/lab").status == 200


def test_a_guest_is_let_in_by_a_keeper_until_a_day_and_knows_only_the_names_of_their_threads(walk: Walk) -> None:
    walk.refuses("leo-fabre", "/spaces/workshop/guest", KEEPERS)
    form = walk.visit("karim-belkacem").get("/spaces/workshop").follow("/members").follow("/guest")
    typed = {"name": "Ana Ruiz", "email": "ana.ruiz@mecalys.example", "unit": "Mécalys", "ends": "2020-01-01"}
    wrong = form.submit("/guest", **typed)
    assert wrong.status == 422 and "Ana Ruiz" in str(wrong.soup)
    assert "Ana Ruiz" in wrong.submit("/guest", ends="2027-03-31").text
    people = walk.visit("marta-nowak", "en").get("/").follow("/people")
    assert "Stéphane Collet" in people.text and "Karim Belkacem" not in people.text
    assert "A colleague" in walk.visit("marta-nowak", "en").get("/questions/q-wks-028").text
    for path in ("/spaces/common", "/questions/q-fin-001", "/procedures/FIN-01"):
        walk.refuses("marta-nowak", path, NOTHING, status=404)


def test_a_colleague_is_recommended_within_a_quota_and_reads_who_did(walk: Walk) -> None:
    form = walk.visit("leo-fabre").get(CARS).follow("/recommend")
    assert form.submit("/recommend", other="Personne Inconnue").status == 422
    form.submit("/recommend", other="Valérie Jourdain")
    asked = walk.visit("valerie-jourdain", "en").get("/")
    assert "Recommended by Léo Fabre" in asked.text and asked.links(CARS)
    walk.refuses("marta-nowak", f"{CARS}/recommend", NOTHING, status=404)


def test_who_looks_after_a_space_finds_what_to_do_and_writes_the_letter(walk: Walk) -> None:
    for path in ("animate", "guides", "approval", "webhooks"):
        walk.refuses("claire-vasseur", f"/spaces/common/{path}", KEEPERS)
    page = walk.visit("aoife-brennan", "en").get("/spaces/common").follow("/animate")
    assert "Nora Belaïd" in page.text and page.links("/questions/q-hrs-042")
    assert page.submit("/letter", subject=" ").status == 422
    page.submit("/letter", subject="The week in common")
    assert "The week in common" in walk.visit("leo-fabre").get("/inbox").text
    guides = page.follow("/guides")
    assert walk.visit("aoife-brennan").get(guides.path).forms("/guides")


def test_what_would_leave_with_somebody_is_seen_by_those_who_keep_a_space(walk: Walk) -> None:
    who = {"fr": "réservée à ceux qui tiennent un espace", "en": "for those who keep a space"}
    walk.refuses("leo-fabre", "/handover", who)
    assert not walk.visit("leo-fabre").get("/spaces").links("/handover")
    page = walk.visit("nadia-benali", "en").get("/spaces").follow("/handover")
    assert "Patrick Moreau" in page.text


def test_what_one_keeps_and_follows_is_ones_own(walk: Walk) -> None:
    page = walk.visit("emma-walsh", "en").get(CARS)
    page.press("Follow")
    page.submit("/bookmarks", note="Ask again in spring")
    assert "borne" in page.visit.get("/").follow("/following").text
    for thing in ("/tags/notes-de-frais", "/people/malik-haddad", "/spaces/common", "/procedures/FIN-01"):
        other = page.visit.get(thing).press("Follow")
        assert other.path == thing and other.soup.select("form.follow [name=stop]")
        assert not other.press("Follow no longer").soup.select("form.follow [name=stop]")
    assert page.visit.get("/following").press("Follow no longer Peut-on brancher").links(CARS) == []
    assert "Ask again in spring" in str(page.visit.get("/").follow("/bookmarks").soup)
    for mine in ("/following", "/bookmarks"):
        assert not walk.visit("nora-belaid").get(mine).links(CARS)
    reading = walk.visit("leo-fabre").get("/spaces/common").follow("/reading/")
    assert reading.links("/procedures/TRV-01")
    only = {"fr": "Adressez-vous", "en": "Ask one of them"}
    walk.refuses("leo-fabre", f"{reading.path}/edit", only)
    walk.refuses("marta-nowak", reading.path, NOTHING, status=404)
    guest = walk.visit("marta-nowak")
    assert not guest.get("/bookmarks").follow("/reading").links("/reading/new"), "she writes nowhere"
    assert not guest.get("/spaces/workshop/rights").soup.select("main form"), "she knows no names to ask for"


def test_a_reading_list_is_made_passed_on_and_gone_for_everybody(walk: Walk, language: str) -> None:
    emma, leo = walk.visit("emma-walsh", language), walk.visit("leo-fabre", language)
    form = emma.get("/bookmarks").follow("/reading").follow("/reading/new")
    assert form.submit("/new", title=" ").status == 422
    lines = form.submit("/new", title="Premiers pas à Dublin", space="common")
    for wrong in ("http://localhost/people/leo-fabre", "http://localhost/questions/q-lab-001"):
        assert lines.submit("/edit", address=wrong).status == 422, "nothing one may not read stands on a list"
    lines.submit("/edit", address=f"http://localhost{CARS}", address_note="La borne")
    emma.get("/procedures/FIN-01").submit("/bookmarks", button={"add": "1"}, note="La règle")
    shown = emma.get(lines.path).follow(lines.path.removesuffix("/edit"))
    assert shown.links(CARS) and shown.links("/procedures/FIN-01") and "La règle" in shown.text
    shown.submit("/point", person="Léo Fabre")
    assert leo.get("/inbox").follow("Premiers pas").path == shown.path
    emma.get(lines.path).submit("/delete")
    assert "Premiers pas" not in leo.get("/inbox").text and leo.get(shown.path).status == 404
