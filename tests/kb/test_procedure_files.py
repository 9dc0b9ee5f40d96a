"""Procedures as a folder of Markdown: written and loaded again nothing changes, whatever stands in a text; a dry run
tells file by file what would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import Store, approving, reviewing
from kb.errors import NotFound
from kb.loading import load
from kb.loading.report import Fate
from kb.model import Audience, Duty, Procedure, ProcedureStatus, Revision
from kb.procedure_files import as_markdown, taken, write_folder
from kb.rules import clean
from tests import official
from tests.official import KEY, TEXT, approved, who
from tests.people import COMMON, FINANCE

SAMPLE = Path(__file__).parent.parent.parent / "sample_procedures"
PEOPLE = [SAMPLE / "community" / name for name in ("people.jsonl", "spaces.jsonl")]
ODD = (
    "", "Plain.", "# A heading\n\ntext", "Text\n\n## Who does what\n\nno table", "- a\n- b",
    "---\nkey: x\n---",
    "| a | b | c | d |\n| --- | --- | --- | --- |\n| 1 | 2 | 3 | 4 |", "```\n## no heading\n```\nafter",
    "~~~\nopen fence",
    "<!-- essentials -->", "ends with | a pipe \\", "Éléments « œuvre »\u00a0: 5 €",
)  # fmt: skip
WORDS = st.one_of(st.sampled_from(ODD), st.text("ab|\\#`~ \n-:é<>!", max_size=40).map(str.strip))
LINES = WORDS.map(lambda text: " ".join(text.split()))


def words(store: Store) -> dict[tuple[str, str], tuple[object, ...]]:
    """What the files hold of every text in force."""
    with store.read() as tx:
        found = tx.procedures.list()
    return {
        (each.key, text.language): (
            text.title, text.summary, text.body, text.duties, text.tags, text.since, each.owner, each.deputy,
            each.space, each.review_months, each.satisfies, each.scope, each.audience, each.status,
        )
        for each in found for text in each.revisions
    }  # fmt: skip


def fates(store: Store, folder: Path, dry_run: bool = True) -> dict[str, str]:
    report = load(store, [folder], dry_run=dry_run)
    assert not report.problems, report.problems
    return {each.name: f"{each.fate.value} {each.what}".strip() for each in report.fared if each.kind == "procedure"}


def test_the_sample_is_written_and_loaded_again_without_a_change(
    store: Store, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    assert not load(store, [*PEOPLE, SAMPLE / "procedures"]).problems
    before = words(store)
    written = write_folder(store, tmp_path / "git")
    assert len(written.files) == len(before) and not written.problems
    assert set(fates(store, tmp_path / "git", dry_run=False).values()) == {"unchanged"} and words(store) == before
    other = new_store("sqlite")
    load(other, [*PEOPLE, tmp_path / "git"])
    assert words(other) == before


def test_a_file_that_says_the_same_is_left_as_it_is(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "git"
    shutil.copytree(SAMPLE / "procedures", folder)
    (folder / "IT-03.fr.md").rename(folder / "hameçonnage.md")
    load(store, [*PEOPLE, folder])
    assert write_folder(store, folder).files == []
    with store.write() as tx:
        procedure = tx.procedures.get("IT-03")
        tx.procedures.put([replace(procedure, scope="Every site")])
    assert sorted(write_folder(store, folder).files) == ["IT-03.en.md", "hameçonnage.md"], "under the name it had"
    assert "scope: Every site\n" in (folder / "hameçonnage.md").read_text("utf-8")


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    title=LINES.filter(bool), summary=WORDS, body=WORDS,
    duties=st.lists(st.builds(Duty, st.just(""), LINES, LINES, LINES), max_size=3),
)  # fmt: skip
def test_whatever_stands_in_a_text_comes_back(title: str, summary: str, body: str, duties: list[Duty]) -> None:
    """A text that cannot be written exactly is named and not written: never written otherwise."""
    steps = tuple(replace(each, step=str(place)) for place, each in enumerate(duties, 1))
    text = Revision("K", "en", 1, title, clean("s", summary, 999), clean("b", body, 999), steps)
    file = as_markdown(Procedure("K", COMMON, "bob"), text)
    if file is None:
        assert "<!-- essentials -->" in text.summary, text
        return
    row = taken(file)
    assert row is not None
    data = json.loads(row["data"])
    assert (data["title"], data["summary"], data["body"]) == (text.title, text.summary, text.body)
    assert [tuple(each) for each in data["duties"]] == [(each.step, each.role, each.what, each.rule) for each in steps]


@pytest.fixture
def house(settled: Store) -> Store:
    official.found(settled)
    return settled


def test_all_that_is_known_of_a_procedure_travels(house: Store, tmp_path: Path) -> None:
    with house.write() as tx:
        full = replace(tx.procedures.get(KEY), scope="All: sites", audience=Audience(("Buyer",), ("IT",), ("Lyon",)))
        tx.procedures.put([full])
    approved(house, text=replace(TEXT, body="Without a heading"))
    approving.publish_due(house)
    write_folder(house, tmp_path)
    said = (tmp_path / f"{KEY}.en.md").read_text("utf-8")
    assert "scope: 'All: sites'" in said and "units: [IT]" in said and "<!-- essentials -->" in said
    assert fates(house, tmp_path) == {f"{KEY} (en)": "unchanged"}
    reviewing.retire(house, who(house, "carla"), KEY, "Merged", None)
    write_folder(house, tmp_path)
    assert "status: retired" in (tmp_path / f"{KEY}.en.md").read_text("utf-8")
    assert fates(house, tmp_path, dry_run=False) == {f"{KEY} (en)": "unchanged"}
    with house.read() as tx:
        assert tx.procedures.get(KEY).status is ProcedureStatus.RETIRED


def test_one_space_alone_and_it_is_recorded(house: Store, tmp_path: Path) -> None:
    with house.write() as tx:
        tx.procedures.put([Procedure("FIN/9", FINANCE, "alice")])
        tx.procedures.add_revisions([Revision("FIN/9", "fr", 1, "Clore", "But.")])
    assert write_folder(house, tmp_path / "f", FINANCE).files == ["FIN%2F9.fr.md"]
    with pytest.raises(NotFound):
        write_folder(house, tmp_path / "g", "nowhere")
    with house.read() as tx:
        last = list(tx.audit.stream())[-1]
    assert (last.action, last.kind, last.space, last.detail) == ("export", "procedure", FINANCE, {"count": 1})


def test_a_dry_run_tells_file_by_file_what_would_be_added_or_changed(house: Store, tmp_path: Path) -> None:
    write_folder(house, tmp_path)
    file = tmp_path / f"{KEY}.en.md"
    file.write_text(file.read_text("utf-8").replace("Who travels.", "Who travels, and how."), "utf-8")
    (tmp_path / "new.md").write_text("---\nkey: NEW-1\ntitle: New\nlanguage: en\nspace: common\n---\nWhy.\n", "utf-8")
    report = load(house, [tmp_path], dry_run=True)
    told = {each.file.rpartition("/")[2]: (each.name, each.fate, each.what) for each in report.fared}
    assert told == {
        f"{KEY}.en.md": (f"{KEY} (en)", Fate.CHANGED, "en.2"), "new.md": ("NEW-1 (en)", Fate.ADDED, "en.1"),
    }  # fmt: skip
    file.write_text(file.read_text("utf-8").replace("Who travels, and how.", "Who travels.")
                    .replace("deputy: dora", "deputy: erik"), "utf-8")  # fmt: skip
    assert fates(house, tmp_path)[f"{KEY} (en)"] == "changed deputy"
