"""Reading ages: syllables as dictionaries count them, and texts whose difficulty is known."""

import pytest

from scenarios.domain.reading_age import YEARS_BEFORE_GRADE_ONE, reading_age, sentences_in, syllables_of

KNOWN = {
    1: "the sat liked makes phone school head year friend through looked asked voice eight class page use league",
    2: "little people picture message something lovely statement wanted pages careful table teacher pupil being "
    "private trouble social caution evening because reading houses classes every poem moment likely colleague quiet",
    3: "museum video diary policy everything everyone governor employer disclaimer previous serious family media",
    4: "education information confidential society anxiety operation reality",
    5: "immediately university opportunity representative",
}

EASY = "We sat in the sun. The dog ran to the gate. Mum said hello to him. He did not bark."
# Said to be the easiest text there can be, and the usual example of a sentence that is not: grades -1.45 and 11.3.
CAT = "The cat sat on the mat."
PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
LAW = (
    "Notwithstanding any provision to the contrary, employees contravening the aforementioned requirements may be "
    "subject to disciplinary investigation, including, where considered proportionate, immediate termination of their "
    "contractual relationship with the organisation."
)


@pytest.mark.parametrize(("count", "words"), KNOWN.items())
def test_syllables_are_counted_as_a_dictionary_does(count: int, words: str) -> None:
    assert [word for word in words.split() if syllables_of(word) != count] == []


@pytest.mark.parametrize(("word", "count"), [("you’re", 1), ("People’s", 2), ("17", 1), ("GCSE", 1), ("naïve", 1)])
def test_odd_words_count_at_least_one_syllable(word: str, count: int) -> None:
    assert syllables_of(word) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("“Is it?” she asks. “It is …” he says", 2),
        ("A heading\n\nA sentence", 2),
        ("At 3.30 on page 7.", 1),
        ("", 1),
    ],
)
def test_sentences_end_where_someone_draws_breath(text: str, count: int) -> None:
    assert sentences_in(text) == count


@pytest.mark.parametrize(("text", "grade"), [(CAT, -1.45), (PLATYPUS, 11.3)])
def test_texts_of_known_difficulty_come_out_as_published(text: str, grade: float) -> None:
    assert reading_age(text) == pytest.approx(grade + YEARS_BEFORE_GRADE_ONE, abs=0.1)


def test_harder_texts_have_higher_reading_ages() -> None:
    assert reading_age(EASY) < 8 < 14 < reading_age(PLATYPUS) < 25 < reading_age(LAW)


def test_a_text_without_words_has_no_reading_age() -> None:
    assert reading_age(" … ") == 0
