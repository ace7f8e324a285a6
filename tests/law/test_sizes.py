"""Files, functions and folders stay small enough to be taken in at one go."""

from collections import Counter

from tests.law.sources import Source, everything, length_of, outside_tests

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
FULLEST_FOLDER = 25
# Migrations are read one at a time and in order, and there is one for every change of the tables.
MAY_BE_FULL = ("migrations/versions",)


def excesses_of(source: Source) -> list[str]:
    return [f"{source.place} has {source.length} lines"] * (source.length > LONGEST_FILE) + [
        f"{source.at(function)} {function.name} has {length_of(function)} lines"
        for function in source.functions
        if length_of(function) > LONGEST_FUNCTION
    ]


def overfull_folders(sources: list[Source]) -> list[str]:
    counts = Counter(source.folder for source in sources)
    return [
        f"{folder} has {count} Python files"
        for folder, count in sorted(counts.items())
        if count > FULLEST_FOLDER and folder not in MAY_BE_FULL
    ]


def test_files_and_functions_stay_small():
    assert [excess for source in outside_tests() for excess in excesses_of(source)] == []


def test_folders_stay_small_those_of_tests_too():
    assert overfull_folders(everything()) == []


def test_a_long_file_is_noticed():
    assert excesses_of(Source("lti/long.py", "x = 1\n" * 301))
    assert excesses_of(Source("lti/short.py", "x = 1\n" * 300)) == []


def test_a_long_function_is_noticed():
    assert excesses_of(Source("lti/long.py", "def long():\n" + "    x = 1\n" * 40))
    assert excesses_of(Source("lti/short.py", "def short():\n" + "    x = 1\n" * 39)) == []


def test_a_long_method_is_noticed_however_deep_it_is():
    assert excesses_of(Source("lti/long.py", "class Long:\n    async def long():\n" + "        x = 1\n" * 40))


def test_a_full_folder_is_noticed():
    files = [Source(f"tests/lti/test_{number}.py", "") for number in range(26)]
    assert overfull_folders(files) == ["tests/lti has 26 Python files"]
    assert overfull_folders(files[1:]) == []
