"""XML → records: the nodes that an XPath finds, and what further XPaths give for each of them.

A document is read as a stream where the paths allow it: the iterator names elements from the root
down, and no reference looks beside or behind the record. Else the whole document is in memory.
Entities that a document declares itself are refused, nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from clusterkg.errors import SourceError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["LARGEST_TREE", "XmlSource", "check_iterator", "record_names", "xml_records"]

LARGEST_TREE = 256 * 1024 * 1024
"""Bytes a document may have that has to be in memory as a whole."""

Record = list[list[str]]

_MOST_NAMES = 50
_MOST_ELEMENTS = 100_000
_CHUNK = 1 << 18
_LONGEST_PROLOG = 1 << 20

_NAME = r"(?:[\w.-]+:)?[\w.-]+"
_PLAIN = re.compile(rf"(?:/{_NAME})+")
_ASIDE = re.compile(r"\.\.|^\s*/|[(|,\[=]\s*/|ancestor|preceding|following|parent\s*::|\bid\(")
_ABOVE = re.compile(rf"(?:\.\./)+@{_NAME}")


@dataclass(frozen=True)
class XmlSource:
    """An XML document; ``encoding`` None: the one it states. ``at`` is how errors name it."""

    path: Path
    iterator: str
    namespaces: tuple[tuple[str, str], ...]
    encoding: str | None
    at: str

    @property
    def prefixes(self) -> dict[str, str]:
        """The namespaces by their prefixes."""
        return dict(self.namespaces)


def check_iterator(source: XmlSource, references: Sequence[str]) -> None:
    """Raise SourceError for an iterator or a reference that is no XPath 1.0."""
    from lxml import etree

    for kind, path in (("iterator", source.iterator), *(("reference", one) for one in references)):
        try:
            etree.XPath(path, namespaces=source.prefixes)(etree.Element("none"))
        except etree.XPathError as error:
            prefix = re.search(r"([\w.-]+):[\w.*-]+", path)
            if "prefix" in str(error) and prefix:
                raise SourceError(
                    f"the {kind} '{path}' uses the prefix '{prefix[1]}', which is not declared",
                    at=source.at,
                    hint="Declare it: rml:referenceFormulation [ a rml:XPathReferenceFormulation; "
                    'rml:namespace [ rml:namespacePrefix "…"; rml:namespaceURL "…" ] ].',
                ) from error
            raise SourceError(
                f"the {kind} '{path}' is no XPath 1.0: {error}", at=source.at
            ) from error


def xml_records(source: XmlSource, references: Sequence[str]) -> Iterator[Record]:
    """The texts of each reference, record by record, in the order of the document.

    Raises SourceError if the document is not well-formed, declares entities, or is too large
    for paths that need the whole of it.
    """
    from lxml import etree

    evaluate = [_evaluator(one, source.prefixes) for one in references]
    try:
        nodes = _streamed(source) if _streams(source.iterator, references) else _found(source)
        found = False
        for node in nodes:
            found = True
            yield [one(node) for one in evaluate]
    except etree.XMLSyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise SourceError(
            f"not well-formed XML: {error.msg}",
            at=f"{source.at}{line}",
            hint="Repair the document there, or write it again with a program that checks XML.",
        ) from error
    except LookupError as error:
        raise SourceError(f"unknown encoding: {error}", at=source.at) from error
    if not found:
        _check_nothing(source)


def _evaluator(reference: str, namespaces: Mapping[str, str]) -> Callable[[Any], list[str]]:
    """What gives the texts of a reference; plain names and attributes need no XPath."""
    from lxml import etree

    plain = reference.strip()
    if re.fullmatch(r"@[^\W\d][\w.-]*", plain):
        name = plain[1:]

        def attribute(node: Any) -> list[str]:
            value = node.get(name)
            return [] if value is None else [value]

        return attribute
    if re.fullmatch(r"[^\W\d][\w.-]*", plain):
        return lambda node: [_string_value(child) for child in node.iterchildren(plain)]
    xpath = etree.XPath(reference, namespaces=dict(namespaces))
    return lambda node: _texts(xpath(node))


def _streams(iterator: str, references: Sequence[str]) -> bool:
    return _PLAIN.fullmatch(iterator.strip()) is not None and all(
        _ABOVE.fullmatch(one.strip()) or not _ASIDE.search(one) for one in references
    )


def _texts(found: Any) -> list[str]:
    """The string values of an XPath's result (XPath 1.0, section 5)."""
    if isinstance(found, bool):
        return ["true" if found else "false"]
    if isinstance(found, float):
        return [str(int(found)) if found.is_integer() else repr(found)]
    if isinstance(found, str):
        return [str(found)]
    return [one if isinstance(one, str) else _string_value(one) for one in found]


def _string_value(node: Any) -> str:
    if isinstance(node, tuple):  # a namespace node
        return str(node[1])
    if not len(node):
        return node.text or ""
    return str(node.xpath("string()"))


def _streamed(source: XmlSource) -> Iterator[Any]:
    """The elements of a plain path; what is behind is forgotten."""
    from lxml import etree

    steps = [_clark(step, source.prefixes) for step in source.iterator.strip().split("/")[1:]]
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(steps[0], steps[-1]),
        encoding=source.encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    top: Any = None
    with source.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            parser.feed(chunk)
            events: Iterator[tuple[str, Any]] = parser.read_events()
            for event, element in events:
                if event == "start":
                    if top is None:
                        top = element.getroottree().getroot()
                        _check_entities(top.getroottree(), source)
                elif _has_path(element, steps):
                    yield element
                    _forget(element)
            if top is not None:
                _prune(top, steps)
            elif file.tell() > _LONGEST_PROLOG:
                return  # the root has another name
    parser.close()


def _has_path(element: Any, steps: Sequence[str]) -> bool:
    """Whether an element and those around it have these names, up to the root."""
    for step in reversed(steps):
        if element is None or element.tag != step:
            return False
        element = element.getparent()
    return element is None


def _forget(element: Any) -> None:
    """Free a record that was read, and what stands before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        parent.remove(element.getprevious())


def _prune(element: Any, steps: Sequence[str]) -> None:
    """Free all that is behind and no part of the record that is being read."""
    depth = 0
    while len(element):
        if depth < len(steps) and element.tag == steps[depth]:
            depth += 1
            if depth == len(steps):
                return
        else:
            depth = len(steps) + 1
        del element[:-1]
        element = element[-1]


def _found(source: XmlSource) -> Iterator[Any]:
    """The nodes that any XPath finds in the whole document."""
    from lxml import etree

    size = source.path.stat().st_size
    if size > LARGEST_TREE:
        raise SourceError(
            f"the document has {size // 1024**2} MB, more than {LARGEST_TREE // 1024**2} MB "
            f"for '{source.iterator}' and its references",
            at=source.at,
            hint="Large documents are read record by record if the iterator is a plain path such "
            "as /list/item and references do not leave the record but for attributes above it.",
        )
    parser = etree.XMLParser(
        encoding=source.encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    tree = etree.parse(str(source.path), parser)
    _check_entities(tree, source)
    found = tree.xpath(source.iterator, namespaces=source.prefixes)
    if isinstance(found, list):
        yield from (node for node in found if etree.iselement(node))


def record_names(source: XmlSource) -> tuple[str, ...]:
    """The child elements and attributes of the first record, as references."""
    nodes = _streamed(source) if _streams(source.iterator, ()) else _found(source)
    for node in nodes:
        children = [_short(child.tag, source) for child in node if isinstance(child.tag, str)]
        return tuple(
            dict.fromkeys([*children, *(f"@{_short(name, source)}" for name in node.attrib)])
        )
    return ()


def _check_nothing(source: XmlSource) -> None:
    """SourceError if an iterator finds nothing, unless what it leads into is there and empty."""
    from lxml import etree

    names: dict[str, None] = {}
    with source.path.open("rb") as file:
        events = etree.iterparse(file, encoding=source.encoding, resolve_entities=False)
        for _, element in islice(events, _MOST_ELEMENTS):
            above = [each.tag for each in element.iterancestors()][::-1]
            names["/" + "/".join(_short(tag, source) for tag in [*above, element.tag])] = None
            element.clear()
            if len(names) > _MOST_NAMES:
                break
    inside = source.iterator.strip().rpartition("/")[0]
    if inside in names and not any(name.startswith(f"{inside}/") for name in names):
        return
    raise SourceError(
        f"the iterator '{source.iterator}' finds nothing",
        at=source.at,
        hint=did_you_mean(source.iterator, names),
    )


def _short(tag: str, source: XmlSource) -> str:
    """An element's name with the prefix that the mapping declares."""
    namespace, brace, local = tag.removeprefix("{").partition("}")
    known = {iri: prefix for prefix, iri in source.namespaces}
    return (f"{known[namespace]}:{local}" if namespace in known else local) if brace else tag


def _check_entities(tree: Any, source: XmlSource) -> None:
    declared = tree.docinfo.internalDTD
    entity = next(iter(declared.iterentities()), None) if declared is not None else None
    if entity is not None:
        raise SourceError(
            f"the document declares the entity '{entity.name}'",
            at=source.at,
            hint="Entities are not resolved, for they can read other files and grow without "
            "bounds. Write their text into the document.",
        )


def _clark(step: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, local = step.partition(":")
    return f"{{{namespaces[prefix]}}}{local}" if colon else step
