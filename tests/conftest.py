"""What every test may ask for: a store on each database, the people everybody knows, a clock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb import Store
from kb.model import Person
from tests import people
from tests.people import Clock
from tests.postgres import Server, create_database, drop_database
from tests.sparing import spare

BACKENDS = ("sqlite", "postgresql")
spare()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with a migrated database `quisait_template`; started when first asked for."""
    with Server() as server:
        template = create_database(server.url)
        Store(template).close()
        server.template = template.rpartition("/")[2]
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "kb.sqlite"
    Store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`new_url("sqlite")` or `new_url("postgresql")`: the address of an empty, migrated knowledge base, or of a copy of
    the closed one that `like` names (a file, or a database of the server)."""
    made: list[str] = []

    def make(backend: str, like: str = "") -> str:
        if backend == "sqlite":
            file = tmp_path / f"kb{len(made)}.sqlite"
            made.append("")
            shutil.copy(like or request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"
        server = request.getfixturevalue("postgres")
        made.append(create_database(server.url, like or server.template))
        return made[-1]

    yield make
    for url in filter(None, made):
        drop_database(url)


@pytest.fixture
def url(backend: str, new_url: Callable[[str], str]) -> str:
    """The address of an empty knowledge base, on each database in turn."""
    return new_url(backend)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_store(new_url: Callable[..., str], clock: Clock) -> Iterator[Callable[..., Store]]:
    """`new_store("sqlite")`: further empty knowledge bases (or copies: `like`), closed at the end."""
    made: list[Store] = []

    def make(backend: str, like: str = "") -> Store:
        made.append(Store(new_url(backend, like), clock))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    """An empty knowledge base, on SQLite and on PostgreSQL, under the test's clock."""
    store = Store(url, clock)
    yield store
    store.close()


@pytest.fixture
def settled(store: Store) -> Store:
    """The store with everybody of tests/people.py in it; part of every fixture that is a person."""
    people.settle(store)
    return store


@pytest.fixture
def alice(settled: Store) -> Person:
    """An employee, compliance owner in the restricted finance space."""
    return people.get(settled, "alice")


@pytest.fixture
def bob(settled: Store) -> Person:
    """An employee in no team."""
    return people.get(settled, "bob")


@pytest.fixture
def charlie(settled: Store) -> Person:
    """A guest who is in the partner space by name."""
    return people.get(settled, "charlie")


@pytest.fixture
def dora(settled: Store) -> Person:
    """The animator of the common space."""
    return people.get(settled, "dora")


@pytest.fixture
def erik(settled: Store) -> Person:
    """An administrator."""
    return people.get(settled, "erik")


@pytest.fixture
def fanny(settled: Store) -> Person:
    """Somebody who has left."""
    return people.get(settled, "fanny")
