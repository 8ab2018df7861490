"""The words around a report in German, English and Russian, and numbers as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.validation.report import Report, ResultGroup
    from clusterkg.validation.rule import Rule

__all__ = [
    "WORDS",
    "checked",
    "counted",
    "group_name",
    "number",
    "rule_name",
    "severity_word",
    "summary",
    "times",
]

WORDS: Final[dict[str, dict[str, str]]] = {
    "de": {
        "title": "Prüfbericht",
        "tables": "Nach Tabelle",
        "rules": "Nach Regel",
        "table": "Tabelle",
        "show": "Zeigen:",
        "elsewhere": "keiner Tabelle zuzuordnen",
        "in": "In",
        "cells": "und {n} weitere Zellen",
        "causes": "und {n} weitere Gründe",
        "why": "Grund",
        "shape": "Regel",
        "severity": "Schwere",
        "rule": "Regel",
        "row": "Zeile",
        "record": "Datensatz",
        "column": "Spalte",
        "cell": "Zelle",
        "message": "Was falsch ist, erwartet wird und zu tun ist",
        "role": "Herkunft",
        "engine.for": "für",
        "others": "dazu",
        "rows": "… und {n} weitere Zeilen, die betroffen sind",
        "good": "Nichts zu beanstanden.",
        "nothing": "Kein Knoten der Daten gehört zu einer der Regeln: "
        "Das Ergebnis sagt nichts über die Daten.",
        "checked": "Geprüft: {triples} Tripel, {focus} Knoten, {shapes} Regeln; Prüfer: {engine}.",
        "more": "und {n} weitere",
        "value": "Wert",
        "place": "Stelle",
        "focus": "Betrifft",
        "path": "Eigenschaft",
        "hint": "Abhilfe",
        "violation.why": "Damit wäre die Veröffentlichung falsch: bitte zuerst beheben.",
        "warning.why": "Sollte berichtigt werden; die Veröffentlichung hält es nicht auf.",
        "info.why": "Hier wissen die Daten wenig; kein Fehler.",
        "decimal": ".",
    },
    "en": {
        "title": "Validation report",
        "tables": "By table",
        "rules": "By rule",
        "table": "table",
        "show": "Show:",
        "elsewhere": "from no table",
        "in": "in",
        "cells": "and {n} more cells",
        "causes": "and {n} more causes",
        "why": "cause",
        "shape": "rule",
        "severity": "severity",
        "rule": "rule",
        "row": "row",
        "record": "record",
        "column": "column",
        "cell": "cell",
        "message": "what is wrong, what is expected and what to do",
        "role": "origin",
        "engine.for": "for",
        "others": "with",
        "rows": "… and {n} more rows that are concerned",
        "good": "Nothing to complain about.",
        "nothing": "No node of the data belongs to any of the rules: "
        "the result says nothing about the data.",
        "checked": "Checked: {triples} triples, {focus} nodes, {shapes} rules; by {engine}.",
        "more": "and {n} more",
        "value": "value",
        "place": "place",
        "focus": "about",
        "path": "property",
        "hint": "remedy",
        "violation.why": "It would be wrong to publish this: please repair it first.",
        "warning.why": "Should be repaired; it does not hold the release back.",
        "info.why": "The data know little here; this is no error.",
        "decimal": ",",
    },
    "ru": {
        "title": "Отчёт о проверке",
        "tables": "По таблицам",
        "rules": "По правилам",
        "table": "таблица",
        "show": "Показать:",
        "elsewhere": "не из таблиц",
        "in": "где",
        "cells": "и ещё ячеек: {n}",
        "causes": "и ещё причин: {n}",
        "why": "причина",
        "shape": "правило",
        "severity": "важность",
        "rule": "правило",
        "row": "строка",
        "record": "запись",
        "column": "столбец",
        "cell": "ячейка",
        "message": "что неверно, что ожидается и что сделать",
        "role": "источник",
        "engine.for": "для",
        "others": "вместе с",
        "rows": "… и ещё затронутых строк: {n}",
        "good": "Замечаний нет.",
        "nothing": "Ни один узел данных не подпадает под правила: "
        "результат ничего не говорит о данных.",
        "checked": "Проверено: троек — {triples}, узлов — {focus}, правил — {shapes}; "
        "проверил {engine}.",
        "more": "и ещё {n}",
        "value": "значение",
        "place": "место",
        "focus": "относится к",
        "path": "свойство",
        "hint": "как исправить",
        "violation.why": "Публиковать это было бы неправильно: исправьте в первую очередь.",
        "warning.why": "Следует исправить; публикации это не мешает.",
        "info.why": "Здесь данных мало; это не ошибка.",
        "decimal": "\u00a0",
    },
}
_SEVERITIES: Final[dict[str, dict[Severity, tuple[str, ...]]]] = {
    "de": {
        Severity.VIOLATION: ("Verstoß", "Verstöße"),
        Severity.WARNING: ("Warnung", "Warnungen"),
        Severity.INFO: ("Hinweis", "Hinweise"),
    },
    "en": {
        Severity.VIOLATION: ("violation", "violations"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.INFO: ("info", "infos"),
    },
    "ru": {
        Severity.VIOLATION: ("нарушение", "нарушения", "нарушений"),
        Severity.WARNING: ("предупреждение", "предупреждения", "предупреждений"),
        Severity.INFO: ("примечание", "примечания", "примечаний"),
    },
}
_TIMES: Final[dict[str, tuple[str, ...]]] = {
    "de": ("einmal", "{n}-mal"),
    "en": ("once", "{n} times"),
    "ru": ("{n} раз", "{n} раза", "{n} раз"),
}
_TEENS: Final = range(11, 15)
_FEW: Final = range(2, 5)


def number(value: int, language: str) -> str:
    """A number with thousands separated as the language does it: 12.345, 12,345, 12 345."""
    return f"{value:,}".replace(",", WORDS[language]["decimal"])


def severity_word(severity: Severity, language: str) -> str:
    """The severity in the singular."""
    return _SEVERITIES[language][severity][0]


def counted(severity: Severity, count: int, language: str) -> str:
    """``3 violations``, ``1 Verstoß``, ``2 нарушения``."""
    form = _form(_SEVERITIES[language][severity], count, language)
    return f"{number(count, language)} {form}"


def times(count: int, language: str) -> str:
    """``once``, ``12 times``."""
    return _form(_TIMES[language], count, language).format(n=number(count, language))


def summary(report: Report, language: str) -> str:
    """The counts in one line, worst first."""
    return ", ".join(counted(s, n, language) for s, n in report.counts.items())


def checked(report: Report, language: str) -> str:
    """What was judged, and by whom; nothing if no shapes were."""
    if not report.engine:
        return ""
    line = WORDS[language]["checked"].format(
        triples=number(report.checked.triples, language),
        focus=number(report.checked.focus_nodes, language),
        shapes=number(report.checked.shapes, language),
        engine=report.engine.replace(" for ", f" {WORDS[language]['engine.for']} "),
    )
    empty = report.checked.shapes and not report.checked.focus_nodes
    return f"{line}\n{WORDS[language]['nothing']}" if empty else line


def group_name(group: ResultGroup, language: str, prefixes: Mapping[str, str]) -> str:
    """The rule's name, and what is wrong where its component has no message of its own."""
    from clusterkg.validation.wording import component_heading

    name = rule_name(group.rule, language, prefixes)
    if group.component is None:
        return name
    return f"{name}: {component_heading(group.component, language)}"


def rule_name(rule: Rule, language: str, prefixes: Mapping[str, str] | None = None) -> str:
    """What people call the rule: its ``sh:name``, else the last part of its IRI.

    A shape that has neither is called after its property and the shape it belongs to.
    """
    from clusterkg.validation.path import path_sparql
    from clusterkg.validation.report import in_language
    from clusterkg.validation.terms import is_blank

    if rule.names:
        return in_language(rule.names, language)
    if not is_blank(rule.shape):
        return _last_part(rule.shape)
    owner = _last_part(rule.owner) if rule.owner else ""
    path = path_sparql(rule.path, prefixes=prefixes) if rule.path else ""
    return " ".join(part for part in (owner, path) if part) or rule.shape


def _last_part(shape: str) -> str:
    from clusterkg.validation.terms import plain

    iri = plain(shape)
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _form(forms: tuple[str, ...], count: int, language: str) -> str:
    if language == "ru":
        if count % 10 == 1 and count % 100 not in _TEENS:
            return forms[0]
        few = count % 10 in _FEW and count % 100 not in _TEENS
        return forms[1] if few else forms[2]
    return forms[0] if count == 1 else forms[1]
