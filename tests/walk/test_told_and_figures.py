"""What somebody is told, where and how often; what the figures say, to whom."""

from __future__ import annotations

from tests.walk.conftest import Walk

KEEPERS = {"fr": "Ceux qui tiennent cet espace en décident", "en": "Those who keep this space decide"}
NOTHING = {"fr": "Il n’y a rien ici", "en": "There is nothing here"}


def test_the_inbox_is_unread_read_or_done_and_says_why(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/").follow("/inbox")
    assert {"fr": "Vous êtes membre de cet espace", "en": "You are a member of this space"}[language] in page.text
    before = len(page.forms())
    page.press({"fr": "C’est fait", "en": "It is done"}[language])
    assert len(page.visit.get("/inbox").forms()) < before
    done = page.visit.get("/inbox").follow("show=done")
    assert done.press({"fr": "non lu", "en": "Unread again"}[language]).status == 200
    ends = [str(each["action"]) for each in page.soup.select("form[action^='/inbox/']")]
    foreign = walk.visit("emma-walsh", language).post(ends[0], {"state": "done"})
    assert foreign.status in (404, 422), "nobody ends what another was told"


def test_mail_is_chosen_for_each_kind_and_a_duty_may_be_lowered_but_not_refused(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/inbox").follow("/mail")
    duties = {str(each["value"]) for each in page.soup.select("select[name='to acknowledge'] option")}
    assert duties == {"now", "daily", "weekly"}
    assert page.submit("/mail", **{"to acknowledge": "off"}).status == 422
    saved = page.submit("/mail", answered="weekly", language=language)
    kept = saved.visit.get("/people/leo-fabre/mail").soup.select_one("select[name=answered] option[selected]")
    assert kept is not None and kept["value"] == "weekly"
    own = {"fr": "Cette page est personnelle", "en": "This page is somebody's own"}
    walk.refuses("emma-walsh", "/people/leo-fabre/mail", own)


def test_feeds_have_a_secret_address_that_its_owner_ends(walk: Walk) -> None:
    page = walk.visit("leo-fabre").get("/").follow("/following").follow("/feeds").submit("/feeds")
    (feed, *_more) = [each.get_text().partition("localhost")[2] for each in page.soup.select("main code")]
    reader = walk.visit(None)
    assert reader.client.get(feed).status_code == 200, "a reader needs no sign-in"
    assert reader.client.get(feed.replace("/workshop", "/lab")).status_code == 404, "no space of others"
    page.submit("/feeds/end")
    assert reader.client.get(feed).status_code == 404


def test_deadlines_are_a_calendar_at_a_secret_address(walk: Walk) -> None:
    page = walk.visit("karim-belkacem", "en").get("/").follow("/tasks").follow("/tasks/calendar").submit("/calendar")
    address = page.soup.select("main code")[0].get_text().partition("localhost")[2]
    answer = walk.visit(None).client.get(address)
    assert answer.status_code == 200 and "BEGIN:VEVENT" in answer.get_data(as_text=True)
    page.submit("/tasks/calendar/end")
    assert walk.visit(None).client.get(address).status_code == 404


def test_a_webhook_goes_outside_and_is_set_up_by_those_who_keep_the_space(walk: Walk) -> None:
    walk.refuses("leo-fabre", "/spaces/common/webhooks", KEEPERS)
    page = walk.visit("aoife-brennan").get("/spaces/common").follow("/webhooks")
    said = (("https://10.0.0.1/x", "dans votre réseau"), ("https://localhost/x", "dans votre réseau"),
            ("http://chat.example.org/x", "en https"), ("https://[", "l’adresse entière"))  # fmt: skip
    for address, words in said:
        refused = page.submit("/webhooks", url=address)
        assert refused.status == 422 and words in refused.text and address in str(refused.soup), address
    assert "C’est en place" in page.submit("/webhooks", url="https://chat.example.org/hooks/abc").text
    assert "abc" not in walk.visit("aoife-brennan").get(page.path).text, "its secret part is shown to nobody"


def test_the_figures_name_nobody_and_stand_beside_their_charts(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/").follow("/figures")
    assert page.soup.select("main svg") and page.soup.select("main table")
    few = {"fr": "Petits groupes réunis", "en": "Small groups together"}[language]
    assert few in page.text and "Léo Fabre" not in str(page.soup.select_one("main"))
    assert "Laboratoire · Laboratory" not in str(page.soup.select_one("main"))
    assert page.follow("space=common").status == 200
    file = page.visit.get("/figures/export", page.path).response
    assert file.content_type.startswith("text/csv") and file.get_data(as_text=True).count("\n") > 20
    walk.refuses("leo-fabre", "/figures?space=lab", NOTHING, status=404)
    guests = {"fr": "Les chiffres sont réservés aux salariés", "en": "The figures are for employees"}
    walk.refuses("marta-nowak", "/figures", guests)
    assert not walk.visit("marta-nowak", language).get("/").links("/figures")
