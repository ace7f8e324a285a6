"""The figures of ``./run house`` are what they say they are."""

from tests.law.house import (
    House,
    folder_circles,
    is_checked,
    lines_of_tests,
    module_docstrings,
    other_docstrings,
    spread,
)
from tests.law.sources import ROOT, Source

HOUSE = House(
    ROOT,
    [
        Source("lti/keys.py", '"""Keys."""\nimport lti.grades.send\n\ndef key(): ...\n'),
        Source("lti/grades/send.py", "import lti.keys\n\nclass Sender:\n    def _try(self): ...\n"),
        Source("tests/test_keys.py", "import lti.keys\n\n\n\n"),
    ],
)


def test_lengths_are_spread_out_as_median_95_per_cent_and_longest():
    assert spread([*range(100, 0, -1)]) == "51 / 96 / 100"
    assert spread([7]) == "7 / 7 / 7"


def test_docstrings_are_counted_outside_the_tests_and_never_rounded_up():
    assert module_docstrings(HOUSE) == "50 %"
    assert other_docstrings(HOUSE) == "0 %"


def test_a_circle_between_a_file_and_a_folder_is_counted_once():
    assert folder_circles(HOUSE) == "1"


def test_lines_of_tests_are_set_against_those_of_code():
    assert lines_of_tests(HOUSE) == "0.50"


def test_what_is_checked_is_what_the_settings_name_and_do_not_leave_out():
    assert is_checked("lti/domain/roles.py", {"files": ["lti/domain"]})
    assert not is_checked("lti/domains.py", {"files": ["lti/domain"]})
    assert is_checked("app.py", {"files": ["."], "exclude": ["^tests/"]})
    assert not is_checked("tests/test_app.py", {"files": ["."], "exclude": ["^tests/"]})
