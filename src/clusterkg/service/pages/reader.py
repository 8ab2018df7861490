"""A request → the Reader: language, type size, and where every link of the page leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from markupsafe import Markup

from clusterkg.service.pages.texts import Texts, texts_of
from clusterkg.service.site import link

if TYPE_CHECKING:
    from clusterkg.service.site import PageRequest, Site

__all__ = ["Reader"]

_TELLING: Final = {"about": "iri", "query": "example"}


@dataclass(frozen=True)
class Reader:
    """Who reads which page; knows how the reader's choices travel along in the links."""

    site: Site
    request: PageRequest

    @property
    def language(self) -> str:
        """Language of the page."""
        return self.request.language

    @property
    def text(self) -> Texts:
        """The texts in that language."""
        return texts_of(self.language)

    def to(self, iri: str) -> str:
        """Address of the page about ``iri``; a foreign IRI is its own address, if it is http(s)."""
        if self.site.path(iri) is None:
            return iri if iri.startswith(("http://", "https://")) else ""
        return self._chosen(link(self.site, self.request, iri))

    def at(self, path: str, **parameters: str) -> str:
        """Address of a page by its path: ``at("organisations", kind="Company")``."""
        address = f"{self.request.prefix}/{quote(path, safe='/.-_~')}"
        return self._chosen(address, **parameters)

    def file(self, path: str) -> str:
        """Address of something that has no language: a dump, a style sheet, an endpoint."""
        return f"{self.request.prefix}/{quote(path, safe='/.-_~')}"

    @property
    def endpoint(self) -> str:
        """Where this service answers SPARQL: by the host that the reader has reached it at."""
        if not self.request.origin:
            return f"{self.site.settings.base_iri}sparql"
        return f"{self.request.origin}{self.file('sparql')}"

    def here(self, **changes: str) -> str:
        """This page with other parameters; an empty value takes a parameter away."""
        kept = dict(self.request.parameters) | changes
        chosen = {name: value for name, value in kept.items() if value}
        return self._chosen(f"{self.request.prefix}/{self._quoted()}", **chosen)

    def to_description(self, iri: str) -> str:
        """Address of what this graph says about any IRI, foreign ones too."""
        return self.at("about", iri=iri)

    def hidden_fields(self) -> Markup:
        """The reader's choices as fields of a form, so that its answer keeps them."""
        fields = {}
        if self.request.language_in_url:
            fields["lang"] = self.language
        if self.request.text_size != "normal":
            fields["size"] = self.request.text_size
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join(field.format(*pair) for pair in fields.items())

    @property
    def remembering(self) -> str:
        """Address that keeps the reader's choices in cookies; empty if nothing was chosen."""
        if not self.request.language_in_url and self.request.text_size == "normal":
            return ""
        back = f"{self.request.prefix}/{self._quoted()}"
        chosen = {"lang": self.language, "size": self.request.text_size, "back": back}
        return f"{self.file('preferences')}?{urlencode(chosen)}"

    def in_language(self, language: str) -> str:
        """This page in another language."""
        return self.here(lang=language)

    def in_size(self, size: str) -> str:
        """This page in another type size."""
        return self.here(size=size)

    def canonical(self, language: str | None = None) -> str:
        """The one address of this page in a language, below the publisher's base IRI."""
        chosen = {"lang": language or self.language}
        return f"{self.site.iri(self._quoted())}?{urlencode(self._telling() | chosen)}"

    @property
    def neutral(self) -> str:
        """The address of this page that leaves the language to the reader's browser."""
        telling = self._telling()
        if telling:
            return f"{self.site.iri(self._quoted())}?{urlencode(telling)}"
        return self.permanent

    @property
    def permanent(self) -> str:
        """The address to cite: the IRI of what the page is about."""
        if self.request.path == "about":
            return self.request.parameter("iri")
        if telling := self._telling():
            return f"{self.site.iri(self._quoted())}?{urlencode(telling)}"
        return self.request.iri or self.site.settings.base_iri

    def _telling(self) -> dict[str, str]:
        """The parameter without which the address would be that of another page."""
        name = _TELLING.get(self.request.path, "")
        value = self.request.parameter(name)
        return {name: value} if value else {}

    def is_local(self, iri: str) -> bool:
        """Whether ``iri`` has a page on this site."""
        return self.site.path(iri) is not None

    def _quoted(self) -> str:
        return quote(self.request.path, safe="/.-_~!$&'()*+,;=:@%")

    def _chosen(self, address: str, **parameters: str) -> str:
        kept = dict(parameters)
        if self.request.language_in_url:
            kept.setdefault("lang", self.language)
        if self.request.text_size != "normal":
            kept.setdefault("size", self.request.text_size)
        if not kept:
            return address
        before, mark, anchor = address.partition("#")
        return f"{before}?{urlencode(kept)}{mark}{anchor}"
