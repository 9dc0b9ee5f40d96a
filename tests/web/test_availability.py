"""The pages of one's own time and of the sites', by plain forms."""

from __future__ import annotations

from html import unescape

from tests.web.conftest import Town


def test_ones_own_days_and_quiet_hours_are_kept_and_shown_again(town: Town) -> None:
    client = town.client("alice")
    chosen = {"days": ["1", "2"], "quiet_from": "12:00", "quiet_until": "14:00", "day_cap": "", "week_cap": "2"}
    assert client.post("/people/alice/availability", data=chosen).status_code == 303
    page = client.get("/people/alice/availability").text
    assert 'value="2" checked' in page and 'value="12:00"' in page and 'name="week_cap" type="text" value="2"' in page
    assert "Monday, Tuesday" in town.client("bob").get("/people/alice").text


def test_an_absence_is_entered_shown_to_colleagues_and_taken_out(town: Town) -> None:
    client = town.client("alice")
    dates = {"first": "2026-11-20", "last": "2026-11-29"}
    assert client.post("/people/alice/availability/absences", data=dates).status_code == 303
    assert "29 November 2026" in town.client("bob").get("/people/alice").text
    page = client.get("/people/alice/availability").text
    absence = page.split('name="absence" value="')[1].split('"')[0]
    client.post("/people/alice/availability/absences/remove", data={"absence": absence})
    assert "29 November" not in town.client("bob").get("/people/alice").text


def test_what_was_typed_wrong_stands_in_the_form_again(town: Town) -> None:
    refused = town.client("alice", "fr").post(
        "/people/alice/availability/absences", data={"first": "demain", "last": ""}
    )
    assert refused.status_code == 422
    assert 'value="demain"' in refused.text and "Ce n’est pas un jour" in unescape(refused.text)
    refused = town.client("alice").post("/people/alice/availability", data={"day_cap": "x", "days": ["1"]})
    assert refused.status_code == 422 and 'value="x"' in refused.text and 'value="1" checked' in refused.text


def test_nobody_opens_the_page_of_another(town: Town) -> None:
    assert town.client("bob").get("/people/alice/availability").status_code == 403
    assert town.client("charlie").get("/people/dora/availability").status_code == 404
    assert town.client("bob").post("/people/alice/availability", data={}).status_code == 403


def test_an_administrator_describes_a_site_by_name(town: Town) -> None:
    client = town.client("erik")
    assert "All other sites" in client.get("/admin/sites").text
    hours = {"name": "Saint-Étienne", "timezone": "Europe/Paris", "days": ["1", "2"], "opens": "8:00",
             "closes": "16:00", "holidays": "2026-12-25 Noël"}  # fmt: skip
    assert client.post("/admin/sites/edit", data=hours).status_code == 303
    assert "08:00–16:00 · 1 holiday" in client.get("/admin/sites").text
    assert "2026-12-25 Noël" in client.get("/admin/sites/edit?name=Saint-%C3%89tienne").text
    refused = client.post("/admin/sites/edit", data=hours | {"holidays": "Noël"})
    assert refused.status_code == 422 and "“Noël” does not begin with a day" in unescape(refused.text)
    assert client.post("/admin/sites/edit", data={"name": "Saint-Étienne", "remove": "1"}).status_code == 303
    assert "08:00" not in client.get("/admin/sites").text


def test_sites_are_for_administrators(town: Town) -> None:
    for address in ("/admin/sites", "/admin/sites/edit"):
        assert town.client("alice").get(address).status_code == 403
    assert town.client("alice").post("/admin/sites/edit", data={}).status_code == 403
