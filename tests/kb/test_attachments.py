"""Files on posts: what may be attached, who reads it, how long it is kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import kb.attachments
import kb.deleting
import kb.holding
import kb.moderating
import kb.practices
import kb.questions
from kb import Store
from kb.archive import export_archive, import_archive
from kb.attached import kind_of, named
from kb.errors import Invalid, NotFound, Unreadable
from kb.model import Person
from kb.pictures import bare
from kb.practices import Words
from kb.shelf import Shelf
from tests.files import DOCUMENT, MACROS, PROGRAM, packed, picture
from tests.people import COMMON, FINANCE, PARTNER, Clock


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "files")


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (picture(), "image/png"), (b"\xff\xd8\xff\xe0 rest", "image/jpeg"), (b"GIF89a rest", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"), (b"%PDF-1.7 rest", "application/pdf"),
        ("Müller;12,50\n".encode(), "text/plain"), (b"<svg onload='x()'></svg>", "text/plain"),
        (DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    ],
)  # fmt: skip
def test_a_file_is_what_it_holds(content: bytes, type: str) -> None:
    kind = kind_of(content)
    assert kind is not None and kind.type == type


@pytest.mark.parametrize(
    "content", [PROGRAM, MACROS, packed("setup.exe"), b"PK\x03\x04 cut off", b"\x7fELF\x02", b"\x00\x01", b"  \n"]
)
def test_programs_archives_and_macros_are_nothing_to_attach(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_name_loses_folders_and_gets_the_ending_of_its_content() -> None:
    text, png = kind_of(b"words"), kind_of(picture())
    assert text is not None and png is not None
    assert named(r"C:\Users\me\Relevé de frais.CSV", text) == "Relevé de frais.csv"
    assert named("../../etc/passwd", text) == "passwd.txt"
    assert named("invoice.html", text) == "invoice.html.txt"
    assert named('a"b\r\nc.png', png) == "a b c.png"
    assert named("\u202egnp.exe", png) == "gnp.exe.png"
    assert named("", png) == "file.png" and len(named("x" * 500 + ".png", png)) == 120


def test_a_file_is_its_writers_until_posted_then_its_readers(
    store: Store, shelf: Shelf, alice: Person, bob: Person, charlie: Person
) -> None:
    kept = kb.attachments.keep(store, shelf, alice, "screen.png", picture())
    assert kb.attachments.read(store, alice, kept.id) == kept
    for other in (bob, charlie):
        with pytest.raises(NotFound):
            kb.attachments.read(store, other, kept.id)
    secret = kb.questions.ask(store, alice, FINANCE, "Which ledger?", attached=[kept.id])
    assert kb.attachments.read(store, alice, kept.id).question == secret.id
    with pytest.raises(NotFound):
        kb.attachments.read(store, bob, kept.id)
    open_file = kb.attachments.keep(store, shelf, alice, "list.csv", b"a;b")
    asked = kb.questions.ask(store, bob, COMMON, "Which list?")
    given = kb.questions.answer(store, alice, asked.id, "This one.", attached=[open_file.id])
    assert kb.attachments.read(store, bob, open_file.id).answer == given.id
    with pytest.raises(NotFound):
        kb.attachments.read(store, charlie, open_file.id)
    remark_file = kb.attachments.keep(store, shelf, charlie, "crane.pdf", b"%PDF-1.4")
    shared = kb.questions.ask(store, charlie, PARTNER, "Which crane?")
    remark = kb.questions.comment(store, charlie, shared.id, "See here.", attached=[remark_file.id])
    shown = kb.questions.thread(store, alice, shared.id).attached
    assert [each.name for each in shown[remark.id]] == ["crane.pdf"]


def test_nobody_attaches_what_another_keeps_or_what_hangs_elsewhere(
    store: Store, shelf: Shelf, alice: Person, bob: Person
) -> None:
    kept = kb.attachments.keep(store, shelf, alice, "screen.png", picture())
    with pytest.raises(Invalid, match="no longer here"):
        kb.questions.ask(store, bob, COMMON, "Mine?", attached=[kept.id])
    kb.questions.ask(store, alice, FINANCE, "Which ledger?", attached=[kept.id])
    with pytest.raises(Invalid, match="no longer here"):
        kb.questions.ask(store, alice, COMMON, "And here?", attached=[kept.id])
    many = [kb.attachments.keep(store, shelf, bob, f"{n}.txt", str(n).encode()).id for n in range(7)]
    with pytest.raises(Invalid, match="At most 6"):
        kb.questions.ask(store, bob, COMMON, "Many?", attached=many)


def test_what_may_not_be_kept_says_why(store: Store, shelf: Shelf, bob: Person, fanny: Person) -> None:
    for content, why in ((b"", "is empty"), (PROGRAM, "cannot be attached"), (b"x" * (10 * 1024 * 1024 + 1), "10 MB")):
        with pytest.raises(Invalid, match=why):
            kb.attachments.keep(store, shelf, bob, "file.bin", content)
    with pytest.raises(Invalid):
        kb.attachments.keep(store, shelf, fanny, "a.txt", b"a")


def test_a_picture_is_kept_without_where_and_by_what_it_was_taken(store: Store, shelf: Shelf, bob: Person) -> None:
    told, points = Image.Exif(), {}
    told[0x0112], told[0x010F] = 6, "Camera of Bob"  # which side is up, and what took it
    told.get_ifd(0x8825)[1] = "N"  # where it was taken
    for format in ("JPEG", "PNG", "WEBP", "GIF"):
        made = io.BytesIO()
        frames = [Image.new("L", (8, 4), shade) for shade in (1, 200)] if format == "GIF" else []
        first = frames[0] if frames else Image.new("RGB", (8, 4), "red")
        first.save(
            made, format, exif=told, comment=b"of Bob", xmp=b"<x:xmpmeta>of Bob</x:xmpmeta>", icc_profile=b"colours",
            pnginfo=PngInfo() if format != "PNG" else _noted(), save_all=bool(frames), append_images=frames[1:], loop=3,
        )  # fmt: skip
        taken = made.getvalue() + (b"a film of Bob" if format != "WEBP" else b"")
        if format == "GIF":
            taken = taken.replace(b"\x21\xf9", b"\x21\xff\x0bXMP DataXMP\x06of Bob\0\x21\xf9", 1)
        place = shelf.find(kb.attachments.keep(store, shelf, bob, "photo", taken).sha256)
        assert place is not None and b"of Bob" in taken
        kept = place.read_bytes()
        assert b"of Bob" not in kept and b"Camera" not in kept and b"xmp" not in kept.lower()
        with Image.open(io.BytesIO(kept)) as shown, Image.open(io.BytesIO(taken)) as before:
            assert shown.tobytes() == before.tobytes()
            points[format] = dict(shown.getexif())
            if format == "GIF":
                assert bare(kept[:-1]) == bare(kept[:-1] + b"\0\0;") == kept, "some leave its end out, or fill up"
                assert (getattr(shown, "n_frames", 0), shown.info["loop"]) == (2, 3)
            else:
                assert shown.info["icc_profile"] == b"colours"
    assert points == {"JPEG": {0x0112: 6}, "PNG": {0x0112: 6}, "WEBP": {0x0112: 6}, "GIF": {}}
    cut = (b"\xff\xd8\xff\xe1\0", picture()[:-9], b"RIFF\0\0\0\0WEBPVP8 \xff\xff", taken[:40], b"GIF89a rest")
    for damaged in cut:
        with pytest.raises(Invalid, match="damaged"):
            kb.attachments.keep(store, shelf, bob, "photo", damaged)


def _noted() -> PngInfo:
    note = PngInfo()
    note.add_text("Author", "of Bob")
    return note


def test_a_person_adds_so_much_a_day(
    store: Store, shelf: Shelf, bob: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kb.attachments, "A_DAY", 10)
    kb.attachments.keep(store, shelf, bob, "a.txt", b"12345678")
    with pytest.raises(Invalid, match="since yesterday"):
        kb.attachments.keep(store, shelf, bob, "b.txt", b"123")
    clock.forward(hours=25)
    kb.attachments.keep(store, shelf, bob, "b.txt", b"123")


def test_an_edit_adds_and_removes_and_leaves_alone_what_it_does_not_name(
    store: Store, shelf: Shelf, bob: Person, dora: Person
) -> None:
    first = kb.attachments.keep(store, shelf, bob, "a.txt", b"a").id
    asked = kb.questions.ask(store, bob, COMMON, "Which?", attached=[first])
    kb.questions.edit_question(store, bob, asked.id, "Which one?", "", ())
    second = kb.attachments.keep(store, shelf, dora, "b.txt", b"b").id
    kb.questions.edit_question(store, dora, asked.id, "Which one?", "", (), attached=[first, second])
    assert [each.id for each in kb.questions.thread(store, bob, asked.id).attached[asked.id]] == [first, second]
    kb.questions.edit_question(store, bob, asked.id, "Which one?", "", (), attached=[second])
    assert [each.id for each in kb.questions.thread(store, bob, asked.id).attached[asked.id]] == [second]
    with pytest.raises(NotFound):
        kb.attachments.read(store, bob, first)


def test_a_practice_with_another_picture_has_to_be_verified_again(
    store: Store, shelf: Shelf, alice: Person, bob: Person, dora: Person, clock: Clock
) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "How?")
    given = kb.questions.answer(store, alice, asked.id, "So.")
    file = kb.attachments.keep(store, shelf, dora, "a.png", picture()).id
    made = kb.practices.promote(store, dora, COMMON, Words("How", "So.", attached=(file,)), [given.id])
    assert [each.id for each in kb.attachments.of_practice(store, bob, made.id)] == [file]
    kb.practices.verify(store, dora, made.id, clock().date().replace(year=2027))
    words = Words("How", "So.", authors=made.authors, keeper=made.keeper)
    assert kb.practices.edit(store, dora, made.id, words).verified is not None
    other = kb.attachments.keep(store, shelf, dora, "b.png", picture(9)).id
    words = Words("How", "So.", made.authors, keeper=made.keeper, attached=(other,))
    edited = kb.practices.edit(store, dora, made.id, words)
    assert edited.verified is None


def test_files_wait_with_their_post_and_only_the_keepers_look(
    store: Store, shelf: Shelf, alice: Person, bob: Person, dora: Person
) -> None:
    kb.holding.choose(store, dora, COMMON, ["member"])
    file = kb.attachments.keep(store, shelf, bob, "a.png", picture()).id
    asked = kb.questions.ask(store, bob, COMMON, "Which?", attached=[file])
    assert kb.attachments.read(store, dora, file).held == asked.id and kb.attachments.read(store, bob, file)
    with pytest.raises(NotFound):
        kb.attachments.read(store, alice, file)
    kb.moderating.approve(store, dora, asked.id)
    assert kb.attachments.read(store, alice, file).question == asked.id
    refused = kb.attachments.keep(store, shelf, bob, "b.png", picture(1)).id
    again = kb.questions.ask(store, bob, COMMON, "And this?", attached=[refused])
    kb.moderating.refuse(store, dora, again.id, "No.")
    with pytest.raises(NotFound):
        kb.attachments.read(store, bob, refused)


def test_a_deleted_file_comes_back_with_its_post_or_goes_for_good(
    store: Store, shelf: Shelf, alice: Person, bob: Person, clock: Clock
) -> None:
    file = kb.attachments.keep(store, shelf, alice, "a.png", picture())
    asked = kb.questions.ask(store, bob, COMMON, "Which?")
    given = kb.questions.answer(store, alice, asked.id, "This.", attached=[file.id])
    kb.deleting.delete_answer(store, alice, given.id)
    with pytest.raises(NotFound):
        kb.attachments.read(store, alice, file.id)
    assert kb.attachments.sweep(store, shelf, older=0) == 0 and shelf.find(file.sha256)
    kb.deleting.restore(store, alice, given.id)
    assert kb.attachments.read(store, bob, file.id).answer == given.id
    kb.deleting.delete_question(store, bob, asked.id)
    clock.forward(days=15)
    kb.deleting.empty_bin(store)
    assert kb.attachments.sweep(store, shelf) == 0, "what lies there since a moment may not have its row yet"
    assert kb.attachments.sweep(store, shelf, older=0) == 1 and shelf.find(file.sha256) is None


def test_what_is_never_posted_goes_after_a_month(store: Store, shelf: Shelf, bob: Person, clock: Clock) -> None:
    file = kb.attachments.keep(store, shelf, bob, "a.png", picture())
    clock.forward(days=29)
    assert kb.attachments.sweep(store, shelf, older=0) == 0
    clock.forward(days=2)
    assert kb.attachments.sweep(store, shelf, older=0) == 1
    with pytest.raises(NotFound):
        kb.attachments.read(store, bob, file.id)


def test_the_same_content_lies_there_once_and_a_killed_upload_leaves_no_part(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.put(b"one") == shelf.put(b"one")
    assert len([each for each in shelf.folder.rglob("*") if each.is_file()]) == 1
    place = shelf.find(shelf.put(b"two"))
    assert place is not None and place.read_bytes() == b"two" and place.stat().st_mode & 0o077 == 0


def test_files_travel_in_the_archive(
    store: Store, shelf: Shelf, bob: Person, tmp_path: Path, new_url: object, backend: str, clock: Clock
) -> None:
    file = kb.attachments.keep(store, shelf, bob, "a.png", picture())
    kb.questions.ask(store, bob, COMMON, "Which?", attached=[file.id])
    archive = tmp_path / "all.sqlite"
    assert export_archive(store, archive, shelf=shelf)["attached file"] == 1
    there, other = Store(new_url(backend), clock), Shelf(tmp_path / "elsewhere")  # type: ignore[operator]
    assert import_archive(there, archive, shelf=other)["attached file"] == 1
    place = other.find(file.sha256)
    assert place is not None and place.read_bytes() == picture()
    with there.read() as tx:
        assert tx.attachments.get(file.id).name == "a.png"
    there.close()
    lost = shelf.find(file.sha256)
    assert lost is not None
    lost.unlink()
    assert export_archive(store, archive, shelf=shelf)["lost file"] == 1


def test_a_changed_file_in_an_archive_is_refused(
    store: Store, shelf: Shelf, bob: Person, tmp_path: Path, new_url: object, backend: str, clock: Clock
) -> None:
    import sqlite3

    file = kb.attachments.keep(store, shelf, bob, "a.png", picture())
    kb.questions.ask(store, bob, COMMON, "Which?", attached=[file.id])
    archive = tmp_path / "all.sqlite"
    export_archive(store, archive, shelf=shelf)
    with sqlite3.connect(archive) as connection:
        connection.execute("update quisait_file set content = ?", [PROGRAM])
    there = Store(new_url(backend), clock)  # type: ignore[operator]
    with pytest.raises(Unreadable, match="was changed"):
        import_archive(there, archive, shelf=Shelf(tmp_path / "elsewhere"))
    with there.read() as tx:
        assert not tx.people.list()
    there.close()
