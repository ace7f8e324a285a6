"""What an application provides is found by its class."""

import pytest
from flask import Flask

from core.services import NotProvided, provide, service


class Kettle:
    """A thing that a test provides."""


class Toaster:
    """Another thing."""


@pytest.fixture
def kitchen() -> Flask:
    return Flask("kitchen")


def test_a_service_is_found_by_its_class(kitchen):
    kettle, toaster = Kettle(), Toaster()
    provide(kitchen, kettle)
    provide(kitchen, toaster)
    with kitchen.app_context():
        assert service(Kettle) is kettle
        assert service(Toaster) is toaster


def test_each_application_has_services_of_its_own(kitchen):
    other, ours, theirs = Flask("canteen"), Kettle(), Kettle()
    provide(kitchen, ours)
    provide(other, theirs)
    with kitchen.app_context():
        assert service(Kettle) is ours
        assert service(Kettle, other) is theirs


def test_a_service_can_be_replaced(kitchen):
    later = Kettle()
    provide(kitchen, Kettle())
    provide(kitchen, later)
    assert service(Kettle, kitchen) is later


def test_a_missing_service_is_named_together_with_what_to_do(kitchen):
    provide(kitchen, Kettle())
    with pytest.raises(NotProvided, match=r"kitchen has no Toaster: provide\(app, Toaster\(…\)\)"):
        service(Toaster, kitchen)


def test_outside_an_application_there_are_no_services():
    with pytest.raises(RuntimeError, match="application context"):
        service(Kettle)
