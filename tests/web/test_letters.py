"""What people write in mails, as their programs wrap it: what they added is kept, what was there before is not."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from textwrap import dedent

import pytest

from web.letters import MARK, automatic, sender, stripped, words

REPLIES = {
    "gmail, on top": """\
        It is in the blue folder.

        On Mon, 23 Nov 2026 at 09:12, Bob Dupont · Quisait <quisait@example.org>
        wrote:

        > Where is the folder?
        """,
    "apple, in French": """\
        It is in the blue folder.

        Le 23 nov. 2026 à 09:12, Bob Dupont <bob@example.org> a écrit :

        > Where is the folder?
        > Which one?
        """,
    "outlook, in English": """\
        It is in the blue folder.

        ________________________________
        From: Quisait <quisait@example.org>
        Sent: Monday, November 23, 2026 9:12 AM
        To: Alice Martin
        Subject: Where is the folder?

        Where is the folder?
        """,
    "outlook, in French": """\
        It is in the blue folder.

        De : Quisait <quisait@example.org>
        Envoyé : lundi 23 novembre 2026 09:12
        À : Alice Martin
        Objet : Where is the folder?

        Where is the folder?
        """,
    "original message": """\
        It is in the blue folder.

        -----Message d'origine-----
        Where is the folder?
        """,
    "below the quote": """\
        On Mon, 23 Nov 2026 at 09:12, Bob Dupont wrote:
        > Where is the folder?

        It is in the blue folder.
        """,
    "our own mark, quoted by nobody": f"""\
        It is in the blue folder.

        {MARK}
        Reply to this mail to answer
        """,
    "signature": """\
        It is in the blue folder.

        --
        Alice Martin, Accounts
        """,
    "phone": """\
        It is in the blue folder.

        Envoyé de mon iPhone
        """,
    "quote without marks": """\
        It is in the blue folder.

        On Mon, 23 Nov 2026 at 09:12, Bob Dupont <bob@example.org> wrote:

        Where is the folder?
        """,
}


@pytest.mark.parametrize("program", REPLIES)
def test_what_was_added_is_kept(program: str) -> None:
    assert stripped(dedent(REPLIES[program])) == "It is in the blue folder."


def test_an_answer_between_the_quoted_lines_is_kept() -> None:
    text = "> Where?\nIn the folder.\n\n> Which one?\nThe blue one.\n"
    assert stripped(text) == "In the folder.\n\nThe blue one."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we close the ledger.\nThen the report is sent.",
        "From: here you go left.\nThen right.",
        "Le lundi, on clôture.\nPuis on écrit au chef.",
        "1. Open it\n2. Close it\n\n- a\n- b",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert stripped(text) == text


def test_flowed_lines_are_joined_again() -> None:
    message = EmailMessage()
    message.set_content("A long line that \ngoes on here.\n\nNext.\n")
    message.replace_header("Content-Type", 'text/plain; charset="utf-8"; format=flowed')
    assert words(message) == "A long line that goes on here.\n\nNext."


def test_html_alone_becomes_text_without_what_it_quotes() -> None:
    message = EmailMessage()
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>In the <b>blue</b> folder.</p><ul><li>left<li>right</ul>"
        '<div class="gmail_quote">On Monday <blockquote><p>Where?</blockquote></div></body></html>',
        subtype="html",
    )
    assert words(message) == "In the blue folder.\n\n- left\n- right"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Autoreply", "yes"), ("List-Id", "<a.b>"),
        ("Subject", "Automatic reply: Where is the folder?"), ("Subject", "Réponse automatique : Re"),
        ("Subject", "Out of office"), ("From", "MAILER-DAEMON@example.org"), ("From", "No Reply <no-reply@x.example>"),
    ],
)  # fmt: skip
def test_what_programs_write_is_known(header: str, value: str) -> None:
    message = EmailMessage()
    message[header] = value
    assert automatic(message)


def test_what_people_write_is_not_automatic() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Alice <Alice@Example.org>", "Re: Out of paper in the office"
    message["Auto-Submitted"], message["X-Auto-Response-Suppress"] = "no", "DR, OOF"
    assert not automatic(message) and sender(message) == "alice@example.org"


def test_damaged_mails_are_read_as_far_as_they_can_be() -> None:
    raw = b"Content-Type: text/plain; charset=klingon\r\n\r\nIn the folder.\r\n"
    assert words(email.message_from_bytes(raw, policy=email.policy.default)) == "In the folder."
    assert words(email.message_from_bytes(b"", policy=email.policy.default)) == ""
    assert sender(email.message_from_bytes(b"From: a@b.c, d@e.f\r\n\r\n", policy=email.policy.default)) == ""
