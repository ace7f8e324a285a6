"""Someone who owns the policy: from their desk to the rules that staff get wrong, to the policy, and back."""

from collections.abc import Callable

from playwright.sync_api import expect

from practice.courses.people import PEOPLE
from tests.journeys.conftest import Plays, Visit
from tests.support.servers import Running

OWNER = next(person for person in PEOPLE if person.id == "4")
STAFF = [person.id for person in PEOPLE if person.is_graded][:5]


def five_finish(somebody_plays: Plays) -> None:
    """Let five people finish: two of them choose a serious breach wherever there is one."""
    for number, person in enumerate(STAFF):
        somebody_plays("serious-breach" if number < 2 else "best", person=person, mistaken=number < 2)


def at_insight(new_visit: Callable[..., Visit], tool: Running) -> Visit:
    """Go to the page from the desk as the owner of the policy."""
    words = f"grants give --trust invictus --role policy-owner --email {OWNER.email}"
    assert tool.app.test_cli_runner().invoke(args=words.split()).exit_code == 0
    visit = new_visit()
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/person", form={"person": OWNER.id})
    visit.open()
    visit.heading("Who has finished: Social media essentials for all staff")
    visit.go("/desk")
    return visit


def test_the_owner_of_the_policy_sees_what_staff_get_wrong_and_reads_it_in_the_policy_and_the_story(
    somebody_plays: Plays, new_visit: Callable[..., Visit], tool: Running
) -> None:
    five_finish(somebody_plays)
    owner = at_insight(new_visit, tool)
    owner.tool.locator("main").get_by_role("link", name="Insight").last.click()
    owner.heading("What staff know about the policy Insight: Social media essentials for all staff")
    owner.look("insight-before")
    owner.tool.get_by_role("button", name="Work out the figures").click()
    owner.look_again_until("of 5 people", lambda: owner.go("/insight?module=essentials"))
    owner.tool.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true })")
    owner.look("insight")
    expect(owner.tool.get_by_text("40% chose a serious breach.").first).to_be_visible()
    owner.tool.get_by_label("Term").select_option(index=1)
    owner.tool.get_by_role("button", name="Show").click()
    expect(owner.tool.get_by_text("of 5 people")).to_be_visible()
    rule = owner.tool.locator(".ftp-rules li").filter(has=owner.tool.locator("a[href*='#clause-']")).first
    reference = rule.get_by_role("link").first.inner_text()
    rule.get_by_role("link").first.click()
    expect(owner.tool.get_by_role("link", name="Back to insight")).to_be_visible()
    expect(owner.tool.locator(".ftp-provision:target")).to_contain_text(reference.strip("()").split("(")[-1])
    owner.look("insight-policy")
    owner.tool.get_by_role("link", name="Back to insight").click()
    owner.heading("What staff know about the policy Insight: Social media essentials for all staff")
    owner.tool.locator(".ftp-rules a[href*='/stories/']").first.click()
    expect(owner.tool.get_by_text("What happens next:").first).to_be_visible()
    owner.look("insight-story")


def test_the_page_is_used_by_keyboard_alone_and_says_what_it_does_not_know(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    owner = at_insight(new_visit, tool)
    owner.press(owner.tool.locator("main").get_by_role("link", name="Insight").last, "Enter")
    owner.heading("What staff know about the policy Insight: Social media essentials for all staff")
    owner.press(owner.tool.get_by_role("button", name="Work out the figures"), "Enter")
    owner.look_again_until("Fewer than 5 people have finished", lambda: owner.go("/insight"))
    owner.look("insight-too-few")
    owner.go("/insight?term=2031-32-autumn")
    expect(owner.tool.get_by_role("alert")).to_contain_text("Select a term from the list")
    owner.look("insight-error")
