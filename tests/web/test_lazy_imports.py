"""`quisait --help` answers at once: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "torch", "numpy", "whoosh", "sqlalchemy", "flask", "sentence_transformers", "babel", "argon2", "markdown",
    "waitress",
)  # fmt: skip


def imported_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("module", ["web.cli", "web.wsgi", "web.opening", "web.serving"])
def test_the_command_line_imports_nothing_heavy(module: str) -> None:
    assert not imported_by(f"import {module}") & set(HEAVY)


def test_the_encoder_is_described_without_loading_torch() -> None:
    assert "torch" not in imported_by("from indexer.encoder import describe_model")


def test_the_site_is_made_without_loading_torch() -> None:
    assert "torch" not in imported_by("from web import create_app\nimport web.api, web.home")
