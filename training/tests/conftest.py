from pathlib import Path

import pytest

from centinela_training.ddxplus import Ddxplus
from centinela_training.orphan.knowledge import Disease, load_diseases
from centinela_training.orphan.profiles import Graph
from centinela_training.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def project(data: Path) -> Path:
    return data.parent


@pytest.fixture(scope="session")
def vocabulary(data: Path) -> Vocabulary:
    return Vocabulary(data)


@pytest.fixture(scope="session")
def ddxplus(data: Path) -> Ddxplus:
    return Ddxplus(data)


@pytest.fixture(scope="session")
def diseases(data: Path, vocabulary: Vocabulary) -> list[Disease]:
    return load_diseases(data, vocabulary)


@pytest.fixture(scope="session")
def graph(vocabulary: Vocabulary) -> Graph:
    return Graph(vocabulary)
