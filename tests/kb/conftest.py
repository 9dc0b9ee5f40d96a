"""What several tests of `kb` start from."""

from __future__ import annotations

import pytest

from kb import Store
from kb.model import Person
from tests.kb.crowd import MORE
from tests.people import START


@pytest.fixture
def crowd(settled: Store) -> Store:
    """Eight more employees, so that there is somebody left to ask."""
    with settled.write() as tx:
        tx.people.put([Person(id, id.capitalize(), f"{id}@example.org", created=START) for id in MORE])
    return settled
