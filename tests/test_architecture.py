"""The shape of the house: imports point one way, parts keep to their fences, modules stay small, starting is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("kb", "indexer", "web")  # each may import itself and those before it
LIMIT = 400
HEAVY = ("torch", "sentence_transformers", "transformers", "whoosh", "sqlalchemy")

FENCES: dict[str, tuple[str, ...]] = {
    "flask": ("web/",),
    "sqlalchemy": ("kb/storage/",),
    "psycopg": ("kb/storage/",),
    "sqlite_utils": ("kb/archive", "kb/loading/staging.py", "indexer/store.py"),
    "whoosh": (
        "indexer/analysis.py", "indexer/blocks.py", "indexer/highlighting.py", "indexer/lexical.py",
        "indexer/postings.py", "indexer/segments.py", "indexer/spelling.py",
    ),
    "sentence_transformers": ("indexer/encoder.py", "indexer/weights.py"),
    "torch": ("indexer/encoder.py", "indexer/vectors.py", "indexer/weights.py"),
    "transformers": ("indexer/encoder.py", "indexer/weights.py"),
    "markdown": ("kb/markdown.py",),
    "nh3": ("kb/markdown.py",),
    "argon2": ("kb/accounts.py",),
}  # fmt: skip
LAZY = ("sentence_transformers", "torch", "transformers")
INSIDE_KB = (
    ("errors", "model", "official", "records", "bin", "flags", "suggested", "entry", "recognised", "attached", "kept")
    + ("webhooks", "advice", "calendars", "outbox", "routing"),
    ("rules", "lifecycle", "permissions", "turns"),
    ("storage",),
)  # fmt: skip


class Import(NamedTuple):
    file: str
    line: int
    name: str
    lazy: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


@cache
def _imports() -> tuple[Import, ...]:
    return tuple(each for layer in LAYERS for file in sorted((ROOT / layer).rglob("*.py")) for each in _of_file(file))


def _of_file(file: Path) -> Iterator[Import]:
    path = file.relative_to(ROOT).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    lazy: set[ast.AST] = set()
    for node in ast.walk(tree):
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if for_types or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lazy.update(ast.walk(node))
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, node in lazy)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(path, node.lineno, f"{origin}.{alias.name}", node in lazy)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_imports_point_one_way() -> None:
    wrong = [
        str(each)
        for each in _imports()
        for later in LAYERS[LAYERS.index(each.file.split("/")[0]) + 1 :]
        if _within(each.name, later)
    ]
    assert not wrong, wrong


def test_inside_kb_imports_point_one_way_too() -> None:
    wrong = []
    for each in _imports():
        for place, modules in enumerate(INSIDE_KB):
            earlier = {name for names in INSIDE_KB[: place + 1] for name in names}
            mine = each.file.removeprefix("kb/").removesuffix(".py").split("/")[0].split("_")[0]
            ours = each.file.startswith("kb/") and mine in modules and _within(each.name, "kb")
            if ours and each.name.split(".")[1].split("_")[0] not in earlier:
                wrong.append(str(each))
    assert not wrong, wrong


@pytest.mark.parametrize("package", FENCES)
def test_a_package_stays_behind_its_fence(package: str) -> None:
    wrong = [
        str(each) for each in _imports() if _within(each.name, package) and not each.file.startswith(FENCES[package])
    ]
    assert not wrong, wrong


def test_the_heavy_parts_of_the_encoder_are_never_imported_with_a_module() -> None:
    wrong = [str(each) for each in _imports() if not each.lazy and any(_within(each.name, name) for name in LAZY)]
    assert not wrong, wrong


def test_the_statements_of_kb_stay_in_its_storage() -> None:
    wrong = [
        str(each)
        for each in _imports()
        if each.file.startswith(("indexer/", "web/")) and _within(each.name, "kb.storage.tables")
    ]
    assert not wrong, wrong


def test_modules_stay_small_or_say_why_not() -> None:
    wrong = []
    for layer in LAYERS:
        for file in (ROOT / layer).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            lines = text.count("\n")
            if lines > LIMIT and "lines" not in (ast.get_docstring(ast.parse(text)) or ""):
                wrong.append(
                    f"{file.relative_to(ROOT)}: {lines} lines, and its docstring gives no reason for so many lines"
                )
    assert not wrong, wrong


def test_every_module_opens_with_its_idea() -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for layer in LAYERS
        for file in (ROOT / layer).rglob("*.py")
        if (text := file.read_text(encoding="utf-8")).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert not wrong, wrong


def _loaded_by(module: str) -> list[str]:
    program = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_command_line_starts_without_the_heavy_packages() -> None:
    if not (ROOT / "web" / "cli.py").exists():
        pytest.skip("web/cli.py does not exist yet")
    assert _loaded_by("web.cli") == []


def test_the_domain_knows_no_search_engine_and_no_encoder() -> None:
    assert set(_loaded_by("kb, kb.questions, kb.archive, kb.accounts")) <= {"sqlalchemy"}


def test_what_an_error_says_is_written_where_it_is_raised_so_that_it_is_translated() -> None:
    places = {"Invalid": 1, "Conflict": 0, "Forbidden": 3}  # of the sentence among its arguments
    for path in [*(ROOT / "kb").glob("*.py"), *(ROOT / "web").glob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in places:
                said = call.args[places[call.func.id] :][:1]
                marked = [each for each in said if isinstance(each, ast.Name) and each.id.isupper()]
                assert marked or all(isinstance(each, ast.Constant) for each in said), f"{path}, line {call.lineno}"
