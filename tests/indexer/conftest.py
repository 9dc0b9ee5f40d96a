"""Real parts for the tests of finding: one encoder for the whole run, its model kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.encoder import Encoder, load_encoder


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """A data folder that outlives the run, so that the model is made once (or where QUISAIT_TEST_CACHE says)."""
    return Path(os.environ.get("QUISAIT_TEST_CACHE") or Path.home() / ".cache" / "quisait-tests")


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> Encoder:
    """The default model, loaded. Tests that use it are marked slow."""
    return load_encoder(None, model_cache)
