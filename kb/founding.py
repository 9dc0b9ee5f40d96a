"""The first minutes of a knowledge base that holds nobody: its first administrator and its first spaces, in one go.
Samples to try it with stand in a space of their own, and are taken away at once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import kb.accounts
import kb.spaces
from kb import audit
from kb.errors import Invalid
from kb.loading import Detect, LoadReport, load
from kb.model import Person, Visibility
from kb.permissions import require_administrator
from kb.rules import clean, slug
from kb.storage import Store

SAMPLES = "samples"  # the space that holds them
_OURS = ("owner:", "deputy:", "space:", "roles:", "units:", "sites:")  # what a sample says of another organisation


def is_empty(store: Store) -> bool:
    """Whether nobody is in it yet, so that whoever started it may become the first administrator."""
    with store.read() as tx:
        return tx.people.count() == 0


def found(store: Store, name: str, email: str, password: str, spaces: Sequence[str]) -> Person:
    """The first administrator, who keeps the first spaces, open to every employee. Invalid beside the field."""
    name = clean("name", " ".join(name.split()), 120, required=True)
    email = clean("email", email, 200, required=True)
    if email.count("@") != 1 or any(letter.isspace() for letter in email):
        raise Invalid("email", "This is not an e-mail address.")
    wanted = list(dict.fromkeys(filter(None, (" ".join(each.split()) for each in spaces))))
    if not wanted:
        raise Invalid("spaces", "Name at least one space, for what concerns everybody.")
    kb.accounts.check_password(password)
    with store.write() as tx:
        if tx.people.count():
            raise Invalid("name", "Somebody is here already. Sign in, or ask an administrator for a link.")
        first = Person(id=slug(name) or slug(email), name=name, email=email, admin=True, created=tx.now)
        tx.people.put([first])
        tx.changes.add("put", "person", first.id)
        audit.record(tx, None, "add", ("person", first.id), {"admin": True})
    kb.accounts.set_password(store, first, password)
    for each in wanted:
        kb.spaces.create(store, first, each, Visibility.OPEN, first.id)
    with store.read() as tx:
        return tx.people.get(first.id)


def take_samples(store: Store, keeper: Person, folder: Path, name: str, detect: Detect) -> LoadReport:
    """Load the sample procedures of `folder` into a space called `name`, kept by `keeper`, without what they say of the
    organisation they are from."""
    require_administrator(keeper)
    with store.read() as tx:
        standing = tx.spaces.find(SAMPLES)
    with tempfile.TemporaryDirectory() as place:
        for file in sorted(folder.glob("*.md")):
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (Path(place) / file.name).write_text(
                "".join(line for line in lines if not line.startswith(_OURS)), encoding="utf-8"
            )
        report = load(store, [Path(place)], space=SAMPLES, open_new_spaces=True, detect=detect)
    if standing is None:
        with store.write() as tx:
            space = tx.spaces.get(SAMPLES)
            tx.spaces.put([replace(space, name=name)])
            audit.record(tx, keeper.id, "add", ("space", SAMPLES), {"visibility": space.visibility}, SAMPLES)
    return report


def samples(store: Store) -> int:
    """How many sample procedures there are."""
    with store.read() as tx:
        return len(tx.procedures.list(spaces={SAMPLES})) if tx.spaces.find(SAMPLES) else 0


def remove_samples(store: Store, admin: Person) -> int:
    """Take the sample procedures away, with what was said and kept of them; how many. They never were anybody's
    official texts: those of other spaces are only ever retired."""
    require_administrator(admin)
    with store.write() as tx:
        gone = tx.procedures.list(spaces={SAMPLES})
        for each in gone:
            tx.procedures.remove(each.key)
            tx.changes.add("remove", "procedure", each.key, admin.id)
        audit.record(tx, admin.id, "remove", ("space", SAMPLES), {"procedures": len(gone)}, SAMPLES)
        return len(gone)


def load_files(
    store: Store, keeper: Person, files: Sequence[tuple[str, bytes]], space: str, detect: Detect
) -> LoadReport:  # fmt: skip
    """Load procedures written as Markdown that were chosen in a browser: their names with their content. What names no
    space goes into `space`. Invalid when there is no Markdown among them."""
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
        return load(store, [Path(place)], space=space, detect=detect)
