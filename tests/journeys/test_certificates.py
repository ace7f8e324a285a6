"""From a pass to a certificate, and from its code to the check, in the frame and in the whole window."""

import io
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import Plays, Visit
from tests.support.looks import PHONE
from tests.support.servers import Running


def confirm(visit: Visit) -> None:
    """Tick that the policy is read, and say so."""
    visit.tool.get_by_role("checkbox").check()
    visit.tool.get_by_role("button", name="Confirm").click()
    visit.heading("You have confirmed that you read the policy")


def test_a_pass_and_an_acknowledgement_bring_a_certificate_to_keep_and_to_show(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    staff = new_visit()
    staff.open()
    staff.tool.get_by_role("link", name="Your certificates", exact=True).click()
    staff.heading("Your certificates")
    expect(staff.tool.get_by_text("You do not have any certificates yet")).to_be_visible()
    staff.look("certificates-none")
    somebody_plays()
    staff.go("/attempts/1/result")
    staff.heading("You have passed")
    staff.tool.get_by_role("link", name="Confirm that you have read the policy").click()
    confirm(staff)
    staff.tool.get_by_role("link", name="Your certificates", exact=True).last.click()
    staff.heading("Your certificates")
    staff.tool.get_by_text("Open Badge").first.click()
    staff.look("certificates")
    for link, begins in (("Download the certificate (PDF)", b"%PDF"), ("picture (PNG)", b"\x89PNG"), ("JWT", b"eyJ")):
        with staff.page.expect_download() as download:
            staff.tool.get_by_role("link", name=link).click()
        assert download.value.path().read_bytes().startswith(begins)
    with staff.page.context.expect_page() as opened:
        staff.tool.get_by_role("link", name="See what people see").click()
    others = Visit(opened.value, staff.practice_url)
    others.heading("This certificate is valid")
    assert "/visits/" not in opened.value.url
    others.look("certificate-valid")


def test_anyone_who_gets_a_certificate_can_check_it_without_a_log_in(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays()
    staff = new_visit()
    staff.open()
    staff.tool.get_by_role("link", name="Confirm that you have read the policy", exact=True).click()
    confirm(staff)
    staff.tool.get_by_role("link", name="your certificates", exact=True).click()
    staff.heading("Your certificates")
    with staff.page.expect_download() as download:
        staff.tool.get_by_role("link", name="Download the certificate (PDF)").click()
    (page,) = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
    address = page["/Annots"][0].get_object()["/A"]["/URI"]
    stranger = new_visit(size=PHONE)
    stranger.page.goto(address)
    stranger.heading("This certificate is valid")
    stranger.look("check-valid")
    stranger.tool.get_by_label("Check code").fill(urlsplit(address).path.rpartition("/")[2].lower().replace("-", " "))
    stranger.tool.get_by_role("button", name="Check another").click()
    stranger.heading("This certificate is valid")
    assert stranger.page.url == address


def test_a_stranger_types_a_code(new_visit: Callable[..., Visit], tool: Running) -> None:
    stranger = new_visit()
    stranger.page.goto(f"{tool.url}/verify")
    stranger.look("check")
    stranger.tool.get_by_role("button", name="Check").click()
    expect(stranger.tool.get_by_role("alert")).to_contain_text("Enter the 16 letters and digits")
    expect(stranger.tool.locator(".govuk-error-summary")).to_be_focused()
    stranger.look("check-without-a-code")
    stranger.tool.get_by_label("Check code").fill("7k3m 9qxt 2hvb w4nd")
    stranger.page.keyboard.press("Enter")
    stranger.heading("We have no certificate with this code")
    assert stranger.page.url.endswith("/verify/7K3M-9QXT-2HVB-W4ND")
    stranger.look("check-unknown")


def test_all_of_it_works_without_javascript(new_visit: Callable[..., Visit], tool: Running) -> None:
    stranger = new_visit(java_script_enabled=False)
    stranger.page.goto(f"{tool.url}/verify")
    stranger.tool.get_by_label("Check code").fill("7k3m9qxt2hvbw4nd")
    stranger.tool.get_by_role("button", name="Check").click()
    stranger.heading("We have no certificate with this code")
