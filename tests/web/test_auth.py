"""Who may come in, how they stay in, and what of other sites is kept out."""

from __future__ import annotations

import errno
import io
import os
import re
from pathlib import Path

import pytest

import kb.accounts
from tests import people
from tests.web.conftest import Town
from web.auth import COOKIE
from web.config import ConfigError, read_config

PASSWORD = "four words for alice"


def test_a_visitor_without_a_session_is_led_to_the_sign_in_and_back(town: Town) -> None:
    kb.accounts.set_password(town.store, people.get(town.store, "alice"), PASSWORD)
    client = town.client()
    led = client.get("/people?q=train")
    assert (led.status_code, led.headers["Location"]) == (303, "/sign-in?next=/people?q%3Dtrain")
    form = {"email": "alice@example.org", "password": PASSWORD, "next": "/people?q=train"}
    back = client.post("/sign-in", data=form)
    assert (back.status_code, back.headers["Location"]) == (303, "/people?q=train")
    cookie = back.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    assert client.get("/people").status_code == 200


def test_the_cookie_is_secure_when_the_site_is(town: Town) -> None:
    town = town.again(url="https://quisait.example")
    kb.accounts.set_password(town.store, people.get(town.store, "alice"), PASSWORD)
    answer = town.client().post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""]
)
def test_nobody_is_led_to_another_site(town: Town, onward: str) -> None:
    kb.accounts.set_password(town.store, people.get(town.store, "alice"), PASSWORD)
    form = {"email": "alice@example.org", "password": PASSWORD, "next": onward}
    assert town.client().post("/sign-in", data=form).headers["Location"] == "/"


def test_a_wrong_password_keeps_the_address_typed_and_says_so_beside_the_field(town: Town) -> None:
    answer = town.client().post("/sign-in", data={"email": "bob@example.org", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="bob@example.org"' in answer.text
    assert 'aria-describedby="password-error"' in answer.text and "do not belong together" in answer.text


def test_guessing_is_slowed_down(town: Town) -> None:
    client = town.client()
    for _ in range(8):
        client.post("/sign-in", data={"email": "bob@example.org", "password": "wrong"})
    refused = client.post("/sign-in", data={"email": "bob@example.org", "password": "wrong"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")


def test_signing_out_ends_the_session_itself(town: Town) -> None:
    client = town.client("bob")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    client.post("/sign-out")
    assert kb.accounts.find_session(town.store, cookie.value) is None
    assert client.get("/").status_code == 303


def test_an_invitation_works_once(town: Town) -> None:
    shown = town.client("erik").post("/admin/people/invite", data={"person": "bob"})
    link = re.search(r"http://localhost(/invite/[\w-]+)", shown.text)
    assert link is not None
    assert shown.headers["Cache-Control"] == "no-store"
    client = town.client()
    assert "Bob Dupont" in client.get(link[1]).text
    assert client.post(link[1], data={"password": "short", "again": "short"}).status_code == 422
    assert client.post(link[1], data={"password": PASSWORD, "again": "other"}).status_code == 422
    assert client.post(link[1], data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert client.get("/people/bob").status_code == 200
    assert town.client().get(link[1]).status_code == 404


def test_a_token_is_shown_once_and_can_be_revoked(town: Town) -> None:
    client = town.client("alice")
    page = client.post("/tokens", data={"label": "reports"}).text
    secret = re.search(r"<code>([\w-]+)</code>", page)
    assert secret is not None
    header = {"Authorization": f"Bearer {secret[1]}"}
    assert town.client().post("/api/v1/route", json={"question": "train"}, headers=header).status_code == 200
    assert secret[1] not in client.get("/tokens").text
    hash = re.search(r'name="hash" value="(\w+)"', client.get("/tokens").text)
    assert hash is not None
    assert town.client("bob").post("/tokens/revoke", data={"hash": hash[1]}).status_code == 303
    assert kb.accounts.find_token(town.store, secret[1]) is not None
    assert client.post("/tokens/revoke", data={"hash": hash[1]}).status_code == 303
    assert town.client().post("/api/v1/route", json={"question": "train"}, headers=header).status_code == 401


def test_a_token_opens_the_api_and_no_page(town: Town) -> None:
    secret = kb.accounts.issue_token(town.store, people.get(town.store, "alice"), "x")
    assert town.client().get("/people", headers={"Authorization": f"Bearer {secret}"}).status_code == 303


def test_somebody_who_left_is_out_at_once(town: Town) -> None:
    assert town.client("fanny").get("/").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
        {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)  # fmt: skip
def test_a_post_from_another_site_is_refused(town: Town, headers: dict[str, str]) -> None:
    before = len(kb.accounts.list_tokens(town.store, people.get(town.store, "alice")))
    refused = town.client("alice").post("/tokens", data={"label": "theirs"}, headers=headers)
    assert refused.status_code == 403
    assert "came from another site" in refused.text
    assert len(kb.accounts.list_tokens(town.store, people.get(town.store, "alice"))) == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_a_post_from_this_site_is_taken(town: Town, headers: dict[str, str]) -> None:
    assert town.client("alice").post("/tokens", data={"label": "mine"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/sign-in", "/nothing", "/static/quisait.css", "/health", "/api/v1/nothing", "/search?q=%00"]
)
def test_every_answer_bears_the_policy(town: Town, address: str) -> None:
    answer = town.client("alice").get(address, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_no_page_holds_script_or_style_of_its_own(town: Town) -> None:
    for address in ("/", "/ask", f"/questions/{town.open.id}", "/procedures/TRV/01", "/people"):
        page = town.client("alice").get(address).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)


def test_static_files_are_kept_for_ever_under_the_hash_of_their_content(town: Town) -> None:
    page = town.client("alice").get("/").text
    address = re.search(r"/static/quisait\.css\?v=\w{12}", page)
    assert address is not None
    assert "immutable" in town.client().get(address[0], buffered=True).headers["Cache-Control"]
    assert town.client().get("/static/quisait.css?v=other", buffered=True).headers["Cache-Control"] == "no-cache"
    assert "private" in town.client("alice").get("/").headers["Cache-Control"]


def test_in_the_demonstration_a_visitor_is_somebody_and_may_become_another(town: Town) -> None:
    assert town.client("alice").post("/demo/person", data={"person": "bob"}).status_code == 404
    demo = town.again(demo="alice")
    client = demo.client()
    assert "You are" in client.get("/").text and 'value="alice" selected' in client.get("/").text
    assert client.post("/demo/person", data={"person": "bob"}).status_code == 303
    assert 'value="bob" selected' in client.get("/").text


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("PORT", "70000"), ("URL", "quisait"), ("DATABASE_URL", "mysql://x"), ("SECRET_KEY", "short"),
     ("TIMEZONE", "Mars/Base"), ("LANGUAGE", "de"), ("DEMO", "yes"), ("CONFIG", "/nowhere.toml")],
)  # fmt: skip
def test_a_bad_setting_is_named_in_one_sentence(tmp_path: object, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"QUISAIT_{name}"):
        read_config({"QUISAIT_DATA": str(tmp_path), f"QUISAIT_{name}": value})


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("data")
    first = read_config({"QUISAIT_DATA": str(folder)})
    assert read_config({"QUISAIT_DATA": str(folder)}).secret_key == first.secret_key
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600
    assert first.secret_key not in repr(first)


def test_half_a_key_is_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(descriptor: int, *mode: object, **how: object) -> Full:
        os.close(descriptor)
        return Full()

    with monkeypatch.context() as patched, pytest.raises(ConfigError, match="cannot be written: No space"):
        patched.setattr("web.config.os.fdopen", opened)
        read_config({"QUISAIT_DATA": str(tmp_path)})
    assert not (tmp_path / "secret-key").exists()
    assert len(read_config({"QUISAIT_DATA": str(tmp_path)}).secret_key) >= 32


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("data")
    (folder / "q.toml").write_text(f'data = "{folder}"\nport = 9000\norganisation = "Here"\n')
    config = read_config({"QUISAIT_CONFIG": str(folder / "q.toml"), "QUISAIT_PORT": "9001"})
    assert (config.port, config.organisation) == (9001, "Here")
    (folder / "q.toml").write_text("prot = 9000\n")
    with pytest.raises(ConfigError, match="prot"):
        read_config({"QUISAIT_CONFIG": str(folder / "q.toml")})
