"""A close look at pages in a real browser; and pictures of them, where PICTURES names a folder to put them in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
PICTURES = os.environ.get("PICTURES")

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
WHOLE_HEIGHT = "document.documentElement.scrollHeight"
AS_HIGH_AS = """(frame, height) => {
  const before = frame.style.cssText;
  frame.style.cssText += `; flex: none; height: ${height}px`;
  return before;
}"""
# A colour that is still changing into another would be measured on its way.
AT_REST = """Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
  .map((one) => one.finished.catch(() => null)))"""
# What axe finds out about colours, and about places and sizes: all else of a page is the same in every window.
COLOURS, SIZES = ["color-contrast"], ["target-size"]


def look(page: Page, document: Page | Frame, name: str) -> list[str]:
    """List what is wrong with a page by WCAG, as axe knows it, and by its width; take pictures if they are wanted.

    In a window of the usual size, the page is also looked at as on a phone, and in the other colour scheme.
    """
    document.evaluate(Axe().axe_script)
    found = [*_violations(document), *_too_wide(document)]
    _take_picture(page, document, f"{name}-{_size(page)}-{_scheme(document)}")
    if page.viewport_size == DESKTOP:
        with _other_scheme(page, document) as scheme:
            found += [f"{problem} ({scheme})" for problem in _violations(document, COLOURS)]
            _take_picture(page, document, f"{name}-desktop-{scheme}")
            if PICTURES:
                with _on_a_phone(page, document):
                    _take_picture(page, document, f"{name}-phone-{scheme}")
        with _on_a_phone(page, document):
            found += [f"{problem} (on a phone)" for problem in (*_violations(document, SIZES), *_too_wide(document))]
            _take_picture(page, document, f"{name}-phone-{_scheme(document)}")
    return found


def _violations(document: Page | Frame, rules: list[str] | None = None) -> list[str]:
    """Hold a page against WCAG: against everything that axe knows unless only some rules are wanted."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = document.evaluate("(options) => axe.run(options).then((results) => results.violations)", options)
    return [f"{one['id']}: {one['help']}: {', '.join(node['html'] for node in one['nodes'])}" for one in found]


def _too_wide(document: Page | Frame) -> list[str]:
    overflow = document.evaluate(SIDEWAYS)
    return [f"scrolls sideways by {overflow} px"] if overflow > 0 else []


def _scheme(document: Page | Frame) -> str:
    return "dark" if document.evaluate(IS_DARK) else "light"


def _size(page: Page) -> str:
    named = {1280: "desktop", 360: "phone"}
    width = page.viewport_size["width"] if page.viewport_size else 0
    return named.get(width, str(width))


@contextmanager
def _other_scheme(page: Page, document: Page | Frame) -> Iterator[str]:
    """Show the page in the other of its two colour schemes."""
    now = _scheme(document)
    other = "light" if now == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    document.evaluate(AT_REST)
    yield other
    page.emulate_media(color_scheme=now)


@contextmanager
def _on_a_phone(page: Page, document: Page | Frame) -> Iterator[None]:
    """Show the page as wide as a phone: in its frame, if it has one, since the LMS would not show that on a phone."""
    if isinstance(document, Frame):
        frame = document.frame_element()
        frame.evaluate("(frame, width) => { frame.style.width = `${width}px` }", PHONE["width"])
        yield
        frame.evaluate("(frame) => { frame.style.width = '' }")
    else:
        page.set_viewport_size(PHONE)
        yield
        page.set_viewport_size(DESKTOP)


def _take_picture(page: Page, document: Page | Frame, name: str) -> None:
    if not PICTURES:
        return
    path = Path(PICTURES) / f"{name}.png"
    if isinstance(document, Page):
        page.screenshot(path=path, full_page=True)
        return
    frame = document.frame_element()
    before = frame.evaluate(AS_HIGH_AS, document.evaluate(WHOLE_HEIGHT))
    frame.screenshot(path=path)
    frame.evaluate("(frame, before) => { frame.style.cssText = before }", before)
