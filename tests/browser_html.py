"""A page as its elements, so that tests ask what stands in it and not how it is spelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())

    def __getitem__(self, name: str) -> str:
        return self.attrs[name]


class Page(HTMLParser):
    """Every element of a page in order, each with all the text inside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, tag: str, **attrs: str) -> list[Element]:
        """Elements by tag and attributes; ``class_`` looks for one class among several."""
        wanted = attrs.pop("class_", None)
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attrs.get(name) == value for name, value in attrs.items())
            and (wanted is None or wanted in element.attrs.get("class", "").split())
        ]

    def one(self, tag: str, **attrs: str) -> Element:
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} of <{tag} {attrs}>"
        return found[0]

    def marks(self) -> list[str]:
        return [mark.text for mark in self.all("mark")]

    def link(self, text: str) -> str:
        """Where the link whose text contains ``text`` leads."""
        found = [a["href"] for a in self.all("a") if text in a.text]
        assert found, f"no link says {text!r}"
        return found[0]


def page(client: FlaskClient, path: str, status: int = 200, language: str = "vi") -> Page:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return Page(response.text)


def arguments(href: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


def titles(shown: Page) -> list[str]:
    return [heading.text for heading in shown.all("h2")]
