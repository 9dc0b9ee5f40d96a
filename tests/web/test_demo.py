"""The sample organisation in its folder: made once, and made anew where it is not whole or not of this version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from web import demo, opening
from web.config import Config


def silent(line: str) -> None:
    """Said to nobody."""


def titles(config: Config) -> dict[str, list[tuple[str, int]]]:
    store = opening.open_store(config)
    with store.read() as tx:
        found = {each.key: [(text.title, text.number) for text in each.revisions] for each in tx.procedures.list()}
    store.close()
    return found


def test_a_sample_that_was_interrupted_or_is_of_another_version_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = demo.configuration(tmp_path, None, {})
    assert demo.prepare(config, silent, opening.quiet) and not demo.prepare(config, silent, opening.quiet)
    before = titles(config)
    store = opening.open_store(config)
    with store.write() as tx:
        tx.settings.set(demo.SETTING, {"person": demo.PERSON, "content": "of another version"})
    store.close()
    opening.index_folder(config).mkdir(exist_ok=True)
    shutil.copy(tmp_path / demo.DATABASE, opening.index_folder(config) / "old")
    assert demo.prepare(config, silent, opening.quiet) and titles(config) == before
    assert not (opening.index_folder(config) / "old").exists()


def test_a_real_knowledge_base_is_never_taken_for_the_sample(tmp_path: Path) -> None:
    (tmp_path / demo.DATABASE).touch()
    with pytest.raises(demo.CannotShow, match="not the sample"):
        demo.configuration(tmp_path, None, {})
    assert (tmp_path / demo.DATABASE).exists()
