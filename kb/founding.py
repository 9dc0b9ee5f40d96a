"""The first minutes of a knowledge base that holds nobody: its first administrator and its first spaces, in one go.
Samples to try it with stand in a space of their own, and are taken away at once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import kb.accounts
import kb.spaces
from kb import audit
from kb.errors import Invalid, NotFound
from kb.loading import Detect, LoadReport, load
from kb.model import Person, Visibility, new_id
from kb.permissions import require_administrator
from kb.rules import clean, slug
from kb.storage import Store, Transaction

SAMPLES = "samples"  # the setting that says which space holds them, and the texts of each as they came
_OURS = ("owner:", "deputy:", "space:", "roles:", "units:", "sites:")  # what a sample says of another organisation


def is_empty(store: Store) -> bool:
    """Whether nobody is in it yet, so that whoever started it may become the first administrator."""
    with store.read() as tx:
        return tx.people.count() == 0


def found(store: Store, name: str, email: str, password: str, spaces: Sequence[str]) -> tuple[Person, str]:
    """The first administrator, who keeps the first spaces, open to every employee, and the id of the first of these.
    Invalid beside the field."""
    name = clean("name", " ".join(name.split()), 120, required=True)
    email = clean("email", email, 200, required=True)
    if email.count("@") != 1 or any(letter.isspace() for letter in email):
        raise Invalid("email", "This is no e-mail address. Write it like name@example.org.")
    wanted = _names(spaces)
    hashed = kb.accounts.hash_password(password)
    with store.write() as tx:
        if tx.people.count():
            raise Invalid("name", "Somebody is here already. Sign in, or ask an administrator for a link.")
        first = Person(id=slug(name) or slug(email) or new_id(), name=name, email=email, admin=True, created=tx.now)
        tx.people.put([first])
        tx.changes.add("put", "person", first.id)
        audit.record(tx, None, "add", ("person", first.id), {"admin": True})
        kb.accounts.put_password(tx, first.id, hashed)
        made = [kb.spaces.add(tx, first, each, Visibility.OPEN, first.id).id for each in wanted]
        return tx.people.get(first.id), made[0]


def _names(spaces: Sequence[str]) -> list[str]:
    """The names of the first spaces, each once however it is written. Invalid, at `spaces`, for none or a long one."""
    wanted: dict[str, str] = {}
    for each in spaces:
        if name := clean("spaces", " ".join(each.split()), kb.spaces.NAME_LIMIT):
            wanted.setdefault(slug(name) or name.casefold(), name)
    if not wanted:
        raise Invalid("spaces", "Name at least one space, for what concerns everybody.")
    return list(wanted.values())


def take_samples(store: Store, keeper: Person, folder: Path, name: str, detect: Detect) -> LoadReport:
    """Load the sample procedures of `folder` into a space of their own called `name`, kept by `keeper`, without what
    they say of the organisation they are from and without those whose key is in use. Cut short, it goes on
    when it is done again."""
    require_administrator(keeper)
    with store.write() as tx:
        place = _place(tx) or kb.spaces.add(tx, keeper, name, Visibility.OPEN, keeper.id).id
        came = _came(tx, place)  # with those of a load that was cut short
        used = {each.key for each in tx.procedures.list()}
        files = [each for each in sorted(folder.glob("*.md")) if _key(each) not in used]
        tx.settings.set(SAMPLES, {"space": place, "texts": came, "coming": sorted({_key(each) for each in files})})
    with tempfile.TemporaryDirectory() as copies:
        for file in files:
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            own = "".join(line for line in lines if not line.startswith(_OURS))
            (Path(copies) / file.name).write_text(own, encoding="utf-8")
        report = load(store, [Path(copies)], space=place, detect=detect) if files else LoadReport()
    with store.write() as tx:
        tx.settings.set(SAMPLES, {"space": place, "texts": _came(tx, place), "coming": []})
    return report


def _key(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((line[4:].strip() for line in lines if line.startswith("key:")), "")


def samples(store: Store) -> int:
    """How many sample procedures there are, as they came."""
    with store.read() as tx:
        return len(_untouched(tx))


def remove_samples(store: Store, admin: Person) -> int:
    """Take the sample procedures away that nobody wrote on or moved, with what was said and kept of them; how many.
    They never were anybody's official texts: those of other spaces are only ever retired."""
    require_administrator(admin)
    with store.write() as tx:
        gone = _untouched(tx)
        for key in gone:
            tx.procedures.remove(key)
            tx.changes.add("remove", "procedure", key, admin.id)
        if gone:
            place = _place(tx)
            audit.record(tx, admin.id, "remove", ("space", place or ""), {"procedures": len(gone)}, place)
        return len(gone)


def _place(tx: Transaction) -> str | None:
    kept = tx.settings.find(SAMPLES)
    return str(kept["space"]) if isinstance(kept, dict) and tx.spaces.find(str(kept["space"])) else None


def _came(tx: Transaction, place: str) -> dict[str, list[str]]:
    """The revisions of each sample as it came; of those that were coming, the ones that stand in `place` now."""
    kept = tx.settings.find(SAMPLES)
    if not isinstance(kept, dict):
        return {}
    coming = [each.key for each in tx.procedures.list(kept["coming"], {place})]
    texts: dict[str, list[str]] = kept["texts"]
    return {key: [each.id for each in tx.procedures.history(key)] for key in coming} | texts


def _untouched(tx: Transaction) -> list[str]:
    """The keys of the samples that stand where and as they came."""
    place = _place(tx)
    came = _came(tx, place) if place else {}
    if place is None or not came:
        return []
    standing = [each.key for each in tx.procedures.list(came, {place})]
    return [key for key in standing if sorted(each.id for each in tx.procedures.history(key)) == sorted(came[key])]


def load_files(
    store: Store, keeper: Person, files: Sequence[tuple[str, bytes]], space: str, detect: Detect
) -> LoadReport:  # fmt: skip
    """Load procedures written as Markdown that were chosen in a browser: their names with their content. What names no
    space goes into `space`; the spaces that the load had to make are closed, and `keeper` keeps them. Invalid when
    there is no Markdown among them."""
    require_administrator(keeper)
    chosen = [(name, content) for name, content in files if name.lower().endswith((".md", ".markdown"))]
    if not chosen:
        raise Invalid("files", "Choose procedures written as Markdown: files that end in .md.")
    with tempfile.TemporaryDirectory() as place:
        for number, (name, content) in enumerate(chosen):
            plain = "".join(each if each.isalnum() or each in "._-" else "-" for each in Path(name).name)[-80:]
            inner = Path(place) / str(number)
            inner.mkdir()
            (inner / plain.replace(".markdown", ".md")).write_bytes(content)
        report = load(store, [Path(place)], space=space, detect=detect)
    for made in report.closed:
        with suppress(NotFound):  # its authors keep it already
            kb.spaces.entrust(store, keeper, made.id, keeper.id)
    return report
