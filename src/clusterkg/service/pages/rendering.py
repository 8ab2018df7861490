"""A template, a Reader and values → HTML. Everything is escaped; a missing value is an error."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clusterkg.service.pages import locale
from clusterkg.service.pages.facts import curie, local_name
from clusterkg.service.site import TEXT_SIZES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.service.pages.reader import Reader

__all__ = ["bare", "environment", "render"]

_LONGEST_ADDRESS = 60


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    env = Environment(
        loader=PackageLoader("clusterkg.service", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["curie"] = curie
    env.filters["local_name"] = local_name
    env.filters["json_in_html"] = _json_in_html
    env.filters["px"] = _px
    env.filters["bare"] = bare
    env.filters["in_language"] = _in_language
    env.globals["text_sizes"] = TEXT_SIZES
    return env


def render(template: str, reader: Reader, **values: object) -> str:
    """The HTML of ``templates/<template>`` with the reader's texts and formats."""
    language = reader.language
    return (
        environment()
        .get_template(template)
        .render(
            reader=reader,
            site=reader.site,
            settings=reader.site.settings,
            language=language,
            t=reader.text,
            n=reader.text.count,
            number=lambda value: locale.integer(int(value), language),
            decimal=lambda value, places=1: locale.decimal(value, language, places=places),
            percent=lambda part, whole: locale.percent(part, whole, language),
            date=lambda value: locale.date(str(value), language),
            **values,
        )
    )


def _px(length: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{length:.1f}".removesuffix(".0")


def bare(address: str) -> str:
    """An address as people write it: without scheme, www and closing slash."""
    text = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
    return text if len(text) <= _LONGEST_ADDRESS else f"{text[: _LONGEST_ADDRESS - 1]}…"


def _in_language(texts: Mapping[str, str], language: str) -> str:
    """One of the publisher's texts: in the reader's language, else the first there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def _json_in_html(value: object) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704  # the three signs that HTML knows are gone
