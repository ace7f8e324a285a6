"""How the trusts present themselves."""

from pathlib import Path

import pytest

from core.data_files import BrokenFile
from policies.domain.profile import NameDisplay, Profile, contrast_to_white, plain_profile, wrong_in_profile
from policies.shipped import policies, profile_from, profiles


def test_each_trust_has_a_profile_and_no_two_look_alike() -> None:
    assert profiles().keys() == policies().keys()
    assert len({profile.dark for profile in profiles().values()}) == len(profiles())
    assert len({profile.accent for profile in profiles().values()}) == len(profiles())


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.key)
def test_white_text_can_be_read_on_both_colours(profile: Profile) -> None:
    assert contrast_to_white(profile.accent) >= 4.5
    assert contrast_to_white(profile.dark) >= 4.5


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54), ("#777777", 4.48)])
def test_contrast_is_what_wcag_says(colour: str, ratio: float) -> None:
    assert contrast_to_white(colour) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("colour", ["#777777", "#fff", "teal", "#0B6470"])
def test_a_pale_or_unknown_colour_is_a_mistake(colour: str) -> None:
    profile = Profile("oak-tree", colour, "#10363c", True, NameDisplay.NAME)
    assert [problem.place for problem in wrong_in_profile(profile)] == [("accent",)]


def test_a_trust_without_a_profile_shows_as_little_as_can_be() -> None:
    assert plain_profile("oak-tree").verification_shows is NameDisplay.INITIALS
    assert wrong_in_profile(plain_profile("oak-tree")) == []


def test_a_profile_of_no_trust_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "oak-tree.yaml"
    file.write_text(
        'key: oak-tree\naccent: "#0b6470"\ndark: "#10363c"\ncertificate_shows_score: no\nverification_shows: name\n',
        encoding="utf-8",
    )
    with pytest.raises(BrokenFile, match=r"oak-tree\.yaml:1: there is no policy of a trust oak-tree"):
        profile_from(file)
