"""The tool's application, made once for the laws about routes and templates."""

import pytest


@pytest.fixture(scope="session")
def tool(tmp_path_factory):
    from app import create_app
    from config import Settings

    var = tmp_path_factory.mktemp("var")
    return create_app(
        Settings(
            database_url=f"sqlite:///{var}/tool.db",
            queue_url=f"sqlite:///{var}/queue.db",
            secret_key="a key for the laws",
            allow_loopback=True,
            run_worker=False,
        )
    )
