"""A made-up school, its people and a server over them."""

from __future__ import annotations

import pytest

from dashboards import service as serving_module
from dashboards.service import configure
from tests.dashboards import published as fake
from tests.dashboards.browsing import serving


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory):
    """A home with a published version and three people; not to be changed."""
    home = tmp_path_factory.mktemp("завуч") / "дом школы"
    fake.publish(home, "v00001")
    fake.people(home)
    return home


@pytest.fixture
def service(filled_home, monkeypatch):
    """The service of this process over the filled home."""
    monkeypatch.setattr(serving_module, "_service", None)
    return configure(filled_home, demo=True, hasher=fake.CHEAP)


@pytest.fixture(scope="session")
def server(filled_home):
    """A real server over the filled home; gives its address."""
    with serving(filled_home) as address:
        yield address
