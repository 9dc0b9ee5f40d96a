"""Files on pages: sent with a form, given back with safe headers, refused beside their field."""

from __future__ import annotations

import base64
import io
import re

import pytest

from tests.files import PROGRAM, picture
from tests.web.conftest import Town


def sent(content: bytes = b"", name: str = "", **fields: object) -> dict[str, object]:
    return {"filed": "1", **fields} | ({"files": (io.BytesIO(content), name)} if name else {})


def addresses(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/attachments/[^"]+)"', html)))


def test_a_picture_is_sent_with_an_answer_and_shown_to_who_may_read_it(town: Town) -> None:
    alice = town.client("alice")
    form = sent(picture(), "../écran 1.png", body="Like this.", id="abcdefgh")
    assert alice.post(f"/questions/{town.open.id}/answers", data=form).status_code == 303
    page = town.client("bob").get(f"/questions/{town.open.id}").text
    [address] = addresses(page)
    assert f'<img src="{address}"' in page and "%C3%A9cran" in address
    given = town.client("bob").get(address, buffered=True)
    assert given.data == picture() and given.headers["Content-Type"] == "image/png"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert given.headers["Content-Disposition"].startswith("inline") and "private" in given.headers["Cache-Control"]
    known = {"If-None-Match": given.headers["ETag"]}
    assert town.client("bob").get(address, headers=known, buffered=True).status_code == 304
    assert town.client("charlie").get(address, buffered=True).status_code == 404
    assert town.client().get(address, buffered=True).status_code == 303
    assert town.client("bob").get("/attachments/abcdefghjkmnabcdefghjkmn").status_code == 404


def test_everything_but_a_picture_is_saved_not_opened(town: Town) -> None:
    words = {"title": "Which page is that?", "body": "The one below.", "space": "common", "id": "bcdefghj"}
    form = sent(b"<script>alert(1)</script>", "page.html", **words)
    asked = town.client("bob").post("/ask", data=form)
    [address] = addresses(town.client("bob").get(asked.location).text)
    given = town.client("bob").get(address, buffered=True)
    assert given.headers["Content-Type"].startswith("text/plain")
    assert given.headers["Content-Disposition"].startswith("attachment") and "page.html.txt" in address


@pytest.mark.parametrize("where", ["answers", "comments"])
def test_what_cannot_be_attached_is_said_beside_the_field_and_the_rest_is_kept(town: Town, where: str) -> None:
    bob = town.client("bob")
    form = {"filed": "1", "body": "Two files.", "id": "cdefghjk",
            "files": [(io.BytesIO(PROGRAM), "tool.png"), (io.BytesIO(b"a;b"), "list.csv")]}  # fmt: skip
    refused = bob.post(f"/questions/{town.open.id}/{where}", data=form)
    assert refused.status_code == 422 and "tool.png cannot be attached" in refused.text
    assert 'aria-invalid="true"' in refused.text and "list.csv" in refused.text and "Two files." in refused.text
    [id] = re.findall(r'name="attached" value="(\w+)" checked', refused.text)
    again = {"filed": "1", "body": "Two files.", "id": "cdefghjk", "attached": id}
    assert bob.post(f"/questions/{town.open.id}/{where}", data=again).status_code == 303
    assert "list.csv" in town.client("alice").get(f"/questions/{town.open.id}").text


def test_files_stay_through_preview_drafts_and_edits(town: Town) -> None:
    bob = town.client("bob")
    form = sent(b"%PDF-1.4", "plan.pdf", title="Which plan?", space="common", id="defghjkm", action="preview")
    shown = bob.post("/ask", data=form)
    [id] = re.findall(r'name="attached" value="(\w+)" checked', shown.text)
    kept = {"place": "ask", "title": "Which plan?", "attached": [id], "id": "defghjkm"}
    assert bob.post("/unsent", data=kept).status_code == 204
    assert "plan.pdf" in bob.get("/ask").text and id in bob.get("/ask").text
    words = {"filed": "1", "title": "Which plan?", "advised": "1", "space": "common"}
    posted = bob.post("/ask", data=words | {"attached": id})
    question = posted.location.split("/")[2]
    edit = bob.get(f"/questions/{question}/edit").text
    assert f'value="{id}" checked' in edit
    assert bob.post(f"/questions/{question}/edit", data={"title": "Which plan?"}).status_code == 303
    assert "plan.pdf" in bob.get(posted.location).text, "a form without the field changes nothing"
    assert bob.post(f"/questions/{question}/edit", data={"title": "Which plan?", "filed": "1"}).status_code == 303
    assert "plan.pdf" not in bob.get(posted.location).text


def test_the_script_keeps_files_at_once_and_hears_what_is_wrong(town: Town) -> None:
    bob = town.client("bob")
    kept = bob.post("/attachments", data=sent(picture(), "image.png"))
    assert kept.status_code == 200 and "data-picture" in kept.text and 'name="attached"' in kept.text
    refused = bob.post("/attachments", data=sent(PROGRAM, "tool.exe"))
    assert refused.status_code == 422 and "cannot be attached" in refused.text
    assert town.client("alice").get(addresses(kept.text)[0], buffered=True).status_code == 404


def test_only_forms_that_take_files_may_be_large(town: Town) -> None:
    bob, large = town.client("bob"), b"x" * (300 * 1024)
    assert bob.post("/attachments", data=sent(large, "long.txt")).status_code == 200
    assert bob.post("/unsent", data=sent(large, "long.txt")).status_code == 413
    assert bob.post("/ask", data={"title": "x", "body": "x" * (300 * 1024)}).status_code == 413


def test_programs_send_files_too(town: Town) -> None:
    bob = town.client("bob")
    content = base64.b64encode(picture()).decode()
    kept = bob.post("/api/v1/attachments", json={"name": "screen.png", "content": content})
    assert kept.status_code == 201 and kept.json["type"] == "image/png" and kept.json["post"] is None
    assert bob.get(kept.json["url"], buffered=True).data == picture()
    assert bob.post("/api/v1/attachments", json={"name": "a.png", "content": "???"}).status_code == 422
    body = {"body": "So", "attachments": [kept.json["id"]]}
    answered = bob.post(f"/api/v1/questions/{town.open.id}/answers", json=body)
    assert answered.status_code == 201
    shown = town.client("alice").get(f"/api/v1/questions/{town.open.id}").json["attachments"]
    assert [(each["name"], each["post"]) for each in shown] == [("screen.png", answered.json["id"])]
