"""The importer finds what a policy is made of: four made-up documents whole, and each difficulty by itself."""

import pytest

from policies.domain.outline.parts import Outline, Part
from policies.domain.outline.reader import outline_of
from policies.importing.lines import lines_of
from tests.support.policy_documents import REFS, TEXTS


def outline(text: str) -> Outline:
    lines, unsure = lines_of(text)
    found = outline_of(lines)
    return Outline(found.parts, found.headings, tuple(sorted([*unsure, *found.unsure])))


def refs(text: str) -> list[str]:
    return [part.ref for part in outline(text).parts]


def part(text: str, ref: str) -> Part:
    return next(part for part in outline(text).parts if part.ref == ref)


def doubts(text: str) -> list[str]:
    return [one.says for one in outline(text).unsure]


@pytest.mark.parametrize("name", TEXTS)
def test_every_clause_of_a_document_is_found_in_order(name):
    assert refs(TEXTS[name]) == REFS[name]


def test_a_wrapped_clause_is_whole_again():
    assert part(TEXTS["heath"], "1.1").text == (
        "Elm Heath Trust wants its staff to enjoy the internet and to come to no harm by it, at school and at home."
    )


def test_a_page_that_ends_inside_a_clause_does_not_part_it():
    assert part(TEXTS["heath"], "1.2").text.endswith("visitors too. It is read with our other rules.")


def test_a_running_header_inside_a_clause_is_left_out_and_told():
    assert part(TEXTS["fen"], "3.1").text == (
        "Staff should be kind to everyone whom they meet on the internet, and be aware that others may read it. "
        "They are asked to stop when told to."
    )
    assert "left out as a running header: FEN TRUST | Rules for social media 2" in doubts(TEXTS["fen"])


def test_romans_below_a_letter_and_a_letter_that_looks_roman_are_told_apart():
    assert part(TEXTS["heath"], "3.1(b)(i)").text == "a child;"
    assert part(TEXTS["heath"], "3.1(i)").text.startswith("Use the settings")
    assert "(i) was read as one of the letters, by its place" in doubts(TEXTS["heath"])


@pytest.mark.parametrize(
    ("eighth", "ninth", "tenth", "expected"),
    [
        ("(h) do this;", "(i) do that;", "(j) or that.", ["1.1(h)", "1.1(i)", "1.1(j)"]),
        ("(h) do one of these:", "(i) this;", "(ii) that.", ["1.1(h)", "1.1(h)(i)", "1.1(h)(ii)"]),
        ("(h) do one of these:", "(i) this.", "", ["1.1(h)", "1.1(h)(i)"]),
        ("h. do this;", "i. do that.", "", ["1.1(h)", "1.1(i)"]),
    ],
)
def test_what_follows_settles_whether_i_is_a_roman(eighth, ninth, tenth, expected):
    letters = "\n".join(f"({letter}) do not;" for letter in "abcdefg")
    assert refs(f"1. Rules\n\n1.1 Staff must:\n{letters}\n{eighth}\n{ninth}\n{tenth}\n")[8:] == expected


def test_romans_can_stand_right_below_a_clause():
    text = "1 Law\n\n1.1 We keep to\n\n(i) one law; and\n\n(ii) (ii) another.\n\n1.2 That is all.\n"
    assert refs(text) == ["1.1", "1.1(i)", "1.1(ii)", "1.2"]
    assert part(text, "1.1(ii)").text == "another."
    assert doubts(text) == ["“ii” stands twice in a row: read as once"]


def test_words_after_a_list_go_back_to_the_clause_that_the_list_stands_in():
    assert part(TEXTS["heath"], "3.1(b)").text == (
        "Staff must not say anything unkind about:\n"
        "and should think twice before they say anything unkind at all, since words travel."
    )
    assert part(TEXTS["heath"], "3.1(b)(iii)").text == "a colleague,"


def test_a_title_with_a_clauses_number_is_a_heading_for_what_is_below_it():
    assert part(TEXTS["heath"], "3.1(c)").heading == ("What we ask", "Looking after children")
    assert part(TEXTS["heath"], "3.2").heading == ("What we ask",)


def test_a_reference_at_a_lines_beginning_is_no_clause():
    assert part(TEXTS["heath"], "3.1(a)").text.endswith("as set out in section 4 below.")
    text = (
        "1. Contact\n1.1 Keep to 1.2.\n1.2 Keep a log of what was agreed under\n1.1 above, and keep to 1.1\n(a) too.\n"
    )
    assert refs(text) == ["1.1", "1.2"]


@pytest.mark.parametrize("year", ["2019 (second edition).", "16. Then ask.", "30 minutes."])
def test_a_number_in_a_sentence_is_no_section(year):
    assert refs(f"1. Age\n\n1.1 This is from about\n{year}\n\n1.2 That is all.\n") == ["1.1", "1.2"]


def test_a_section_that_is_one_paragraph_is_called_by_its_number():
    assert part(TEXTS["fen"], "2").heading == ("Personal use",)


def test_a_rule_before_everything_is_the_preamble():
    assert part(TEXTS["fen"], "Preamble").heading == ()
    assert part(TEXTS["brook"], "Preamble").heading == ("Social Media Policy of the Brook Schools",)


def test_bullets_belong_to_the_text_of_their_clause():
    assert part(TEXTS["fen"], "3.2").text == "Staff must report:\n- threats, wherever they are made;\n- lies."
    assert part(TEXTS["brook"], "Your own accounts (a)").text == (
        "harm the schools, for example by:\n- mocking them; or\n- mocking a family;"
    )


def test_bullets_that_left_only_their_indentation_are_given_back():
    text = TEXTS["fen"].replace("- threats", " threats").replace("- lies", " lies")
    assert part(text, "3.2").text == "Staff must report:\n- threats, wherever they are made;\n- lies."
    assert "this list has lost its bullets: told by its indentation" in doubts(text)


def test_paragraphs_without_a_number_are_called_by_their_heading():
    found = part(TEXTS["brook"], "What we mean by it")
    assert found.heading == ("Online life and ICT", "What we mean by it")
    assert found.text.split("\n")[1:] == ["- Forums count.", "New ones count as soon as they are there."]


def test_items_of_appendices_are_called_by_appendix_and_number():
    assert part(TEXTS["fen"], "App 1 (2)").heading == ("Appendix 1", "Being careful")
    assert refs("Appendix A: Words\n\n1. Kind.\n2. Clear.\n\nAppendix B\n\n1.1 Ask.\n") == [
        "App A (1)",
        "App A (2)",
        "App B (1.1)",
    ]


def test_numbers_go_as_deep_as_they_go():
    assert part(TEXTS["moor"], "3.4.1.2").text == "news about children"


def test_a_number_that_heads_a_title_alone_is_a_heading():
    assert part(TEXTS["moor"], "2.2").heading == ("Whom it binds", "Who looks after it?")
    assert "(1) Who looks after it?: read as a heading, not as an item" in doubts(TEXTS["moor"])


def test_numbers_in_brackets_below_a_clause_are_its_items():
    assert refs("1 Rules\n\n1.1 Staff must\n(1) ask;\n(2) wait.\n\n1.2 That is all.\n") == [
        "1.1",
        "1.1(1)",
        "1.1(2)",
        "1.2",
    ]


@pytest.mark.parametrize("heading", ["2 Who is covered?", "2Who is covered?", "2. Who is covered?", "Section 2: Cover"])
def test_a_heading_may_be_glued_to_its_number(heading):
    assert refs(f"1. Aims\n\n1.1 To help.\n\n{heading}\n\n2.1Everybody is.\n") == ["1.1", "2.1"]


def test_numbers_left_out_are_told():
    assert "3.4 does not follow 3.1.2: are clauses missing?" in doubts(TEXTS["moor"])


def test_a_number_that_stands_twice_is_kept_and_told():
    text = "1. Aims\n\n1.1 To help.\n\n1.1 To keep safe.\n"
    assert refs(text) == ["1.1", "1.1 [2]"]
    assert "1.1 stands twice" in doubts(text)


def test_an_open_wording_is_told():
    assert "3.4 leaves a wording open: [asked/told]" in doubts(TEXTS["moor"])


def test_the_place_for_signatures_is_left_out_and_told():
    assert "left out as the place for signatures and dates" in doubts(TEXTS["moor"])
    assert "Approved" not in " ".join(part.text for part in outline(TEXTS["moor"]).parts)


def test_paragraphs_with_plain_numbers_are_sections_of_one_paragraph():
    assert refs("1. Staff must ask first.\n\n2. Staff must wait for the answer.\n") == ["1", "2"]


def test_lists_that_start_again_below_each_heading_are_called_by_it():
    text = "KINDNESS\n\n1. Be kind.\n2. Be patient.\n\nCARE\n\n1. Take care.\n"
    assert refs(text) == ["Kindness (1)", "Kindness (2)", "Care (1)"]


def test_headings_of_markdown_are_headings():
    text = "# Social media policy\n\nIt is short.\n\n## 1. Rules\n\n### 1.1 Friends\n\nMake none of pupils.\n"
    text += "\n## Help\n\nAsk.\n"
    assert refs(text) == ["Preamble", "1.1", "Help"]
    assert part(text, "1.1") == Part("1.1", ("Rules", "Friends"), "Make none of pupils.", 7)


def test_a_table_of_contents_is_left_out():
    text = "Contents\n1. Aims ........ 2\n2. Rules ....... 3\n\n1. Aims\n\n1.1 To help.\n\n2. Rules\n\n2.1 Ask.\n"
    assert refs(text) == ["1.1", "2.1"]


def test_short_lines_after_a_colon_are_a_list_and_no_headings():
    text = "1. Who\n\n1.1 These are covered:\n\nTeachers\n\nGovernors\n\n1.2 So is the caretaker of every school.\n"
    assert refs(text) == ["1.1", "1.2"]
    assert part(text, "1.1").text == "These are covered:\nTeachers\nGovernors"
