"""What was worked out is kept, up to a bound, whoever asks at the same time."""

from threading import Thread

from core.cache import Cache


def test_a_value_is_worked_out_once() -> None:
    cache: Cache[str, list[str]] = Cache(2)
    first = cache.get("a", lambda: ["a"])
    assert cache.get("a", lambda: ["again"]) is first


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache: Cache[str, str] = Cache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: f"{key}, first")
    assert [cache.get(key, lambda: "anew") for key in ("a", "c", "b")] == ["a, first", "c, first", "anew"]


def test_several_values_are_worked_out_together_and_only_those_that_are_missing() -> None:
    cache: Cache[str, str] = Cache(5)
    asked: list[set[str]] = []

    def work_out(missing: set[str]) -> dict[str, str]:
        asked.append(set(missing))
        return {key: key.upper() for key in missing}

    assert cache.get_all(["a", "b"], work_out) == {"a": "A", "b": "B"}
    assert cache.get_all(["b", "c"], work_out) == {"b": "B", "c": "C"}
    assert cache.get_all(["a", "c"], work_out) == {"a": "A", "c": "C"}
    assert asked == [{"a", "b"}, {"c"}]


def test_more_values_than_are_kept_are_all_given() -> None:
    cache: Cache[int, int] = Cache(3)
    assert cache.get_all(range(10), lambda missing: {key: -key for key in missing}) == {key: -key for key in range(10)}


def test_threads_that_ask_for_many_values_at_once_each_get_the_right_one() -> None:
    cache: Cache[int, int] = Cache(5)
    wrong: list[int] = []

    def ask() -> None:
        wrong.extend(key for key in [*range(20)] * 50 if cache.get(key, lambda key=key: key * key) != key * key)

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
