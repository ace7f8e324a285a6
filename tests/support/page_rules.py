"""What holds for every page: ``problems_of(html)`` lists what a page breaks; any test that gets a page may ask."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str | None]
# Before a visit begins there is nothing to derive a token from, and forms carry a launch's ticket, good once.
TOKENS = ("csrf_token", "ticket")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


@dataclass
class Page(HTMLParser):
    """A page as it is read: its elements, and the words of its title."""

    elements: list[tuple[str, Attributes]] = field(default_factory=list)
    title: str = ""
    _in_title: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_title = self._in_title or (tag == "title" and not self.title)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def each(self, *tags: str) -> list[Attributes]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def problems_of(html: str) -> list[str]:
    """List what a page breaks of the rules for all pages; an empty list when it keeps them."""
    page = Page()
    page.feed(html)
    page.close()
    rules = (of_title, of_headings, of_language, of_ids, of_references, of_scripts, of_styles, of_images, of_forms)
    return [problem for rule in rules for problem in rule(page)]


def of_title(page: Page) -> list[str]:
    words = page.title.replace("– Fit to Post", "").strip()
    return [] if words else ["the page has no title of its own"]


def of_headings(page: Page) -> list[str]:
    count = len(page.each("h1"))
    return [] if count == 1 else [f"the page has {count} h1 headings"]


def of_language(page: Page) -> list[str]:
    return [] if any(html.get("lang") for html in page.each("html")) else ["the page names no language"]


def of_ids(page: Page) -> list[str]:
    counts = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    return [f"the id {name} stands {count} times" for name, count in counts.items() if count > 1]


def of_references(page: Page) -> list[str]:
    ids = {attributes.get("id") for _, attributes in page.elements}
    named = {
        name
        for _, attributes in page.elements
        for reference in REFERENCES
        for name in (attributes.get(reference) or "").split()
    }
    return [f"nothing has the id {name} that is referred to" for name in sorted(named - ids)]


def of_scripts(page: Page) -> list[str]:
    handlers = {name for _, attributes in page.elements for name in attributes if name.startswith("on")}
    bare = ["a script has no nonce" for script in page.each("script") if not script.get("nonce")]
    return bare + [f"the attribute {name} holds a script" for name in sorted(handlers)]


def of_styles(page: Page) -> list[str]:
    bare = ["a style has no nonce" for style in page.each("style") if not style.get("nonce")]
    return bare + [f"a {tag} has a style attribute" for tag, attributes in page.elements if "style" in attributes]


def of_images(page: Page) -> list[str]:
    return [f"the image {image.get('src')} has no alt" for image in page.each("img") if "alt" not in image]


def of_forms(page: Page) -> list[str]:
    own = [form for form in page.each("form") if "//" not in (form.get("action") or "")]
    posts = sum((form.get("method") or "").lower() == "post" for form in own)
    tokens = sum(field.get("name") in TOKENS for field in page.each("input"))
    return ["a form that posts to us has no csrf_token"] if tokens < posts else []
