from pathlib import Path

import pytest

from centinela_training.ddxplus import Ddxplus
from centinela_training.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def vocabulary(data: Path) -> Vocabulary:
    return Vocabulary(data)


@pytest.fixture(scope="session")
def ddxplus(data: Path) -> Ddxplus:
    return Ddxplus(data)
