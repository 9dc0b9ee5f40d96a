"""Who comes into a space by what they are, and who learns whose name without reading a space: neither leaves a trace
where it does not hold."""

from __future__ import annotations

from tests.walk.conftest import Page, Visit, Walk

KEEPERS = {"fr": "Ceux qui tiennent cet espace en décident", "en": "Those who keep this space decide"}
NOTHING = {"fr": "Il n’y a rien ici", "en": "There is nothing here"}
SPACE = "/spaces/compliance"
ALCYON = "Alcyon: export to Excel turns “< 0.5” into 0.5, how do I keep the sign?"


def test_whoever_fits_a_rule_is_in_and_out_when_they_fit_no_longer(walk: Walk, language: str) -> None:
    rule = {"attribute": "unit", "value": "Atelier", "rule_role": "reader"}
    walk.refuses("leo-fabre", f"{SPACE}/rules", NOTHING, rule, 404)
    walk.refuses("niamh-doyle", f"{SPACE}/rules", KEEPERS, rule)
    keeper, kevin = walk.visit("david-kessler", language), walk.visit("kevin-morel", language)
    page = keeper.get(SPACE).follow("/members")
    assert page.submit("/rules", value=" ").status == 422
    nobody = {"fr": "elle ne fait entrer personne", "en": "nobody comes in by it"}[language]
    assert nobody in page.submit("/rules", value="Atelie").text
    assert "Atelier" in [str(each["value"]) for each in page.soup.select("#values option")], "as it is written"
    assert kevin.get(SPACE).status == 404
    made = page.submit("/rules", **rule)
    assert {"fr": "6 membres en découlent", "en": "6 memberships follow"}[language] in made.text
    assert {"fr": "6 personnes", "en": "6 people"}[language] in made.text
    assert page.submit("/rules", **rule).status == 422, "once"
    assert kevin.get("/spaces").follow(SPACE).status == 200
    why = {
        "fr": ("Membre par une règle de cet espace", "Service = Atelier"),
        "en": ("A rule of this space makes them a member", "Unit = Atelier"),
    }[language]
    told = kevin.get(SPACE).follow("/rights").visit.get(f"{SPACE}/rights?person=Kevin+Morel")
    assert all(each in told.text for each in why) and "David Kessler" in told.text
    file = walk.visit("emilie-roussel", language).get("/admin/people").follow("/admin/people/kevin-morel")
    file.submit("/kevin-morel", unit="Achats")
    assert kevin.get(SPACE).status == 404
    left = keeper.get(f"{SPACE}/rights?person=Kevin+Morel")
    assert {"fr": "ne peut pas le lire", "en": "cannot read it"}[language] in left.text
    file.submit("/kevin-morel", unit="atelier")
    assert kevin.get(SPACE).status == 200, "however it is written"


def test_the_same_question_elsewhere_names_those_alone_who_agreed(walk: Walk, language: str) -> None:
    emma, jonas = walk.visit("emma-walsh", language), walk.visit("jonas-lindqvist", language)
    asked = emma.get("/ask").submit("/ask", button={"action": "post"}, title=ALCYON, tags="lims", space="common")
    walk.work()
    page = emma.get(asked.path)
    assert "Lindqvist" not in page.text and "q-lab-025" not in str(page.soup), "he has not agreed"
    assert "Emma Walsh" in _elsewhere(jonas.get("/questions/q-lab-025")), "he reads her space"
    _agree(jonas, True)
    shown = _elsewhere(emma.get(asked.path))
    said = {"fr": "a posé la même question récemment : lims", "en": "asked the same lately: lims"}[language]
    assert "Jonas Lindqvist" in shown and said in shown
    page = emma.get(asked.path)
    assert "q-lab-025" not in str(page.soup) and emma.get("/questions/q-lab-025").status == 404
    assert page.follow({"fr": "trouver de même", "en": "Let them find you"}[language]).path == "/people/emma-walsh/edit"
    assert not _elsewhere(walk.visit("leo-fabre", language).get(asked.path)), "the asker's alone"
    _agree(jonas, False)
    assert "Lindqvist" not in emma.get(asked.path).text


def _agree(visit: Visit, yes: bool) -> None:
    form = visit.get("/").follow("/people/jonas-lindqvist").follow("/edit")
    form.submit("/edit", twins="1" if yes else [])


def _elsewhere(page: Page) -> str:
    return " ".join(" ".join(each.get_text(" ") for each in page.soup.select("section[aria-labelledby=twins]")).split())
