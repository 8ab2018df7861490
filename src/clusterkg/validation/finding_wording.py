"""What a finding in tables and mappings says in a report: heading, message, hint; de, en, ru.

A finding names its sentence and what stands in it (:class:`clusterkg.findings.Words`). A finding
without a sentence, or with one that is not here, speaks English in every report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clusterkg.findings import Words
from clusterkg.validation.lint_wording import LINT_HEADINGS, LINT_SENTENCES
from clusterkg.validation.sentence import LANGUAGES, Sentence, Texts

if TYPE_CHECKING:
    from clusterkg.findings import Finding, Place

__all__ = [
    "HEADINGS",
    "LANGUAGES",
    "PHRASES",
    "SENTENCES",
    "Sentence",
    "column_text",
    "finding_heading",
    "finding_hint",
    "finding_hints",
    "finding_message",
    "finding_messages",
    "place_text",
    "placed_message",
]

HEADINGS: Final[dict[str, Texts]] = {
    "row-count": ("Unerwartete Zeilenzahl", "row-count", "Неожиданное число строк"),
    "duplicate-key": ("Doppelter Schlüssel", "duplicate-key", "Повторяющийся ключ"),
    "missing-key": ("Fehlender Schlüssel", "missing-key", "Нет ключа"),
    "missing-value": ("Fehlende Angabe", "missing-value", "Нет обязательного значения"),
    "lost-value": ("Verlorener Wert", "lost-value", "Потерянное значение"),
    "not-a-number": ("Keine Zahl", "not-a-number", "Не число"),
    "not-a-date": ("Kein Datum", "not-a-date", "Не дата"),
    "not-a-year": ("Keine Jahreszahl", "not-a-year", "Не год"),
    "not-a-period": ("Kein Jahr, Monat oder Tag", "not-a-period", "Не год, месяц или день"),
    "not-an-iri": ("Keine Webadresse (IRI)", "not-an-iri", "Не веб-адрес (IRI)"),
    "not-the-pattern": ("Nicht in der verlangten Form", "not-the-pattern", "Не того вида"),
    "not-in-datatype": ("Falscher Datentyp", "not-in-datatype", "Неверный тип данных"),
    "not-a-language": ("Kein Sprachkürzel", "not-a-language", "Не код языка"),
    "not-a-single-value": ("Kein einzelner Wert", "not-a-single-value", "Не одно значение"),
    "template-on-null": (
        "Kein Wert für eine Vorlage",
        "template-on-null",
        "Нет значения для шаблона",
    ),
    "empty-join": ("Verknüpfung ohne Gegenstück", "empty-join", "Связь без соответствия"),
    "unknown-term": ("Unbekannter Begriff", "unknown-term", "Неизвестный термин"),
    "left-out": ("Zeile nicht im Release", "left-out", "Строки нет в выпуске"),
    "password-in-mapping": (
        "Passwort im Mapping",
        "password-in-mapping",
        "Пароль в отображении",
    ),
}
"""Rule → what stands above its findings; in English that is its name."""

_KEY_TAKEN: Final = (
    "Nehmen Sie eine der Zeilen heraus oder nennen Sie in 'key' weitere Spalten.",
    "Take one of the rows out, or name more columns in 'key'.",
    "Удалите одну из строк или укажите в 'key' дополнительные столбцы.",
)
_MAPPED: Final = (
    "{remedy} oder ändern Sie das Mapping ({where}); das Tripel entfällt.",
    "{remedy}, or change the mapping ({where}); the triple is left out.",
    "{remedy} или измените отображение ({where}); триплет пропущен.",
)

SENTENCES: Final[dict[str, Sentence]] = {
    "row-count": Sentence(
        (
            "Zahl der Zeilen: {n}, erwartet: {expected}",
            "{n} rows, expected {expected}",
            "число строк: {n}, ожидается: {expected}",
        ),
        (
            "Prüfen Sie, ob die Tabelle vollständig ist; wenn ja, ändern Sie 'rows' in {declared}.",
            "Check that the table is whole; if it is, change 'rows' in {declared}.",
            "Проверьте, что таблица полная; если это так, измените 'rows' в {declared}.",
        ),
    ),
    "missing-key": Sentence(
        (
            "{missing}: Diese Zeile lässt sich von anderen nicht unterscheiden",
            "{missing}: nothing tells this row apart",
            "{missing}: эту строку не отличить от других",
        ),
        (
            "Füllen Sie die Zelle aus oder nennen Sie in 'key' andere Spalten.",
            "Fill the cell in, or name other columns in 'key'.",
            "Заполните ячейку или укажите в 'key' другие столбцы.",
        ),
    ),
    "missing-value": Sentence(
        (
            "{missing}: Jede Zeile braucht hier eine Angabe",
            "{missing}: every row needs one",
            "{missing}: здесь в каждой строке нужно значение",
        ),
        (
            "Füllen Sie die Zelle aus; dass sie nötig ist, steht in {declared}.",
            "Fill the cell in; that it is required stands in {declared}.",
            "Заполните ячейку; что она обязательна, указано в {declared}.",
        ),
    ),
    "unsaved-formula": Sentence(
        (
            "Eine Formel ohne gespeicherten Wert zählt als leer",
            "a formula without a saved value counts as empty",
            "формула без сохранённого значения считается пустой",
        ),
        (
            "Öffnen Sie die Mappe in einem Tabellenprogramm und speichern Sie sie neu.",
            "Open the workbook in a spreadsheet program and save it again.",
            "Откройте книгу в табличном редакторе и сохраните её заново.",
        ),
    ),
    "spreadsheet-error": Sentence(
        (
            "„{value}“ ist ein Fehler der Tabelle und zählt als leer",
            "'{value}' is an error of the spreadsheet and counts as empty",
            "«{value}» — ошибка таблицы и считается пустой ячейкой",
        ),
        (
            "Berichtigen Sie die Formel oder leeren Sie die Zelle.",
            "Correct the formula, or empty the cell.",
            "Исправьте формулу или очистите ячейку.",
        ),
    ),
    "duplicate-key": Sentence(
        (
            "{rows} haben alle {shared}",
            "{rows} all have {shared}",
            "{rows} совпадают: {shared}",
        ),
        _KEY_TAKEN,
    ),
    "duplicate-key-of-two": Sentence(
        (
            "{rows} haben beide {shared}",
            "{rows} both have {shared}",
            "{rows} совпадают: {shared}",
        ),
        _KEY_TAKEN,
    ),
    "not-a-number": Sentence(
        ("„{value}“ ist keine Zahl", "'{value}' is not a number", "«{value}» — не число"),
        (
            "Schreiben Sie sie mit Dezimalpunkt, ohne Tausendertrennzeichen und Einheit: 1234.5.",
            "Write it with a decimal point, without thousands separators and units: 1234.5.",
            "Напишите число с десятичной точкой, без разделителей тысяч и единиц: 1234.5.",
        ),
    ),
    "whole-number": Sentence(
        (
            "„{value}“ ist keine ganze Zahl",
            "'{value}' is not a whole number",
            "«{value}» — не целое число",
        ),
        (
            "Schreiben Sie nur Ziffern, ohne Trennzeichen, Einheit oder Bemerkung.",
            "Write digits only, without separators, units or remarks.",
            "Пишите только цифры, без разделителей, единиц и примечаний.",
        ),
    ),
    "not-a-date": Sentence(
        ("„{value}“ ist kein Datum", "'{value}' is not a date", "«{value}» — не дата"),
        (
            "Schreiben Sie Jahr, Monat und Tag: 2014-03-18.",
            "Write year, month and day: 2014-03-18.",
            "Напишите год, месяц и день: 2014-03-18.",
        ),
    ),
    "not-a-year": Sentence(
        ("„{value}“ ist keine Jahreszahl", "'{value}' is not a year", "«{value}» — не год"),
        (
            "Schreiben Sie vier Ziffern: 2014.",
            "Write four digits: 2014.",
            "Напишите четыре цифры: 2014.",
        ),
    ),
    "not-a-period": Sentence(
        (
            "„{value}“ ist kein Jahr, Monat oder Tag",
            "'{value}' is not a year, month or day",
            "«{value}» — не год, не месяц и не день",
        ),
        (
            "Schreiben Sie 2014, 2014-03 oder 2014-03-18.",
            "Write 2014, 2014-03 or 2014-03-18.",
            "Напишите 2014, 2014-03 или 2014-03-18.",
        ),
    ),
    "not-an-iri": Sentence(
        (
            "„{value}“ ist keine vollständige Webadresse (IRI)",
            "'{value}' is not an IRI",
            "«{value}» — не полный веб-адрес (IRI)",
        ),
        (
            "Schreiben Sie die ganze Adresse ohne Leerzeichen: https://www.example.org/.",
            "Write the whole address, without blanks: https://www.example.org/.",
            "Напишите адрес целиком, без пробелов: https://www.example.org/.",
        ),
    ),
    "not-the-pattern": Sentence(
        (
            "„{value}“ hat nicht die verlangte Form ({means})",
            "'{value}' is not {means}",
            "«{value}» не имеет требуемого вида ({means})",
        ),
        (
            "Erwartet ist: {means}; das Muster steht in {declared}.",
            "Expected is {means}; the pattern is in {declared}.",
            "Ожидается: {means}; образец указан в {declared}.",
        ),
    ),
    "more-cells": Sentence(
        (
            "weitere Fälle wie die {most} aufgeführten: {n}",
            "{n} more like the {most} listed",
            "ещё таких случаев, помимо {most} перечисленных: {n}",
        ),
    ),
    "not-in-datatype": Sentence(
        (
            "„{value}“ ist kein gültiger Wert vom Typ {datatype} ({expected})",
            "'{value}' is not an {datatype} ({expected})",
            "«{value}» не является допустимым значением типа {datatype} ({expected})",
        ),
        _MAPPED,
    ),
    "not-in-datatype-of-row": Sentence(
        (
            "„{value}“ ist kein gültiger Wert des Datentyps, den die Zeile nennt",
            "'{value}' is not of the datatype that its row names",
            "«{value}» не является допустимым значением типа, указанного в строке",
        ),
        _MAPPED,
    ),
    "not-a-language": Sentence(
        (
            "„{value}“ ist kein Sprachkürzel wie de oder en-GB",
            "'{value}' is not a language tag such as de or en-GB",
            "«{value}» — не код языка вида de или en-GB",
        ),
        _MAPPED,
    ),
    "not-a-single-value": Sentence(
        (
            "„{value}“ ist eine Liste oder ein Objekt, kein einzelner Wert",
            "'{value}' is a list or an object, not a single value",
            "«{value}» — список или объект, а не одно значение",
        ),
        _MAPPED,
    ),
    "not-a-web-address": Sentence(
        (
            "„{value}“ ist keine Webadresse (IRI): {why}",
            "'{value}' is not a web address (IRI): {why}",
            "«{value}» — не веб-адрес (IRI): {why}",
        ),
        _MAPPED,
    ),
    "template-on-null": Sentence(
        (
            "hier steht kein Wert, daher macht „{template}“ keinen Term",
            "no value here, so '{template}' makes no term",
            "здесь нет значения, поэтому «{template}» не даёт терма",
        ),
        _MAPPED,
    ),
    "empty-join": Sentence(
        (
            "keine Zeile der Triples Map „{parent}“ hat „{value}“",
            "no row of triples map '{parent}' has '{value}'",
            "ни в одной строке triples map «{parent}» нет «{value}»",
        ),
        _MAPPED,
    ),
    "password-in-mapping": Sentence(
        (
            "das Mapping enthält ein Passwort für {address}, das nicht verwendet wird",
            "the mapping holds a password for {address}, which is not used",
            "отображение содержит пароль для {address}, который не используется",
        ),
        (
            "Entfernen Sie es und setzen Sie die Variable CLUSTERKG_DB_PASSWORD.",
            "Remove it, and set the variable CLUSTERKG_DB_PASSWORD.",
            "Удалите его и задайте переменную CLUSTERKG_DB_PASSWORD.",
        ),
    ),
    "more-values": Sentence(
        (
            "weitere Werte dieser Art ({kind}): {n}",
            "{n} more values that are {kind}",
            "ещё таких значений ({kind}): {n}",
        ),
        _MAPPED,
    ),
    "unknown-term": Sentence(
        (
            "„{term}“ steht in keiner Ontologie ({n} Tripel)",
            "'{term}' is a term of no ontology ({n} triples)",
            "«{term}» нет ни в одной онтологии (триплетов: {n})",
        ),
        ("{repair}", "{repair}", "{repair}"),
    ),
    "left-out": Sentence(
        (
            "Die Zeile ist nicht im Release; Verstöße: {n}",
            "the row is not in the release; violations: {n}",
            "строки нет в выпуске; нарушений: {n}",
        ),
        (
            "Berichtigen Sie sie; was falsch ist, steht im Ordner build, in {file}.",
            "Repair it; what is wrong stands in the build folder, in {file}.",
            "Исправьте её; что неверно, указано в папке build, в файле {file}.",
        ),
    ),
}

_FLOAT: Final = (
    "eine Zahl wie 1.5 oder 2E3",
    "a number such as 1.5 or 2E3",
    "число, например 1.5 или 2E3",
)
_NAME: Final = ("ein Name ohne Leerzeichen", "a name without blanks", "имя без пробелов")

PHRASES: Final[dict[str, Texts]] = {
    "and": ("{first} und {last}", "{first} and {last}", "{first} и {last}"),
    "span": ("{least} bis {most}", "{least} to {most}", "от {least} до {most}"),
    "rows": ("Zeilen {listed}", "rows {listed}", "строки {listed}"),
    "records": ("Datensätze {listed}", "records {listed}", "записи {listed}"),
    "further": ("{n} weitere", "{n} more", "ещё {n}"),
    "no-value": ("keine Angabe bei {column}", "no {column}", "нет значения {column}"),
    "has-value": ("{column} „{value}“", "{column} '{value}'", "{column} «{value}»"),
    "correct-value": ("Berichtigen Sie den Wert", "Correct the value", "Исправьте значение"),
    "write-all": (
        "Schreiben Sie die Referenz mit [*]",
        "Write the reference with [*]",
        "Напишите ссылку с [*]",
    ),
    "line": ("{file}, Zeile {line}", "{file}, line {line}", "{file}, строка {line}"),
    "triples-map": (
        "{where}, Triples Map „{name}“",
        "{where}, triples map '{name}'",
        "{where}, triples map «{name}»",
    ),
    "blanks-around": (
        "davor oder danach stehen Leerzeichen",
        "there are blanks around it",
        "до или после него стоят пробелы",
    ),
    "holds-blank": ("sie enthält ein Leerzeichen", "it holds a blank", "в нём есть пробел"),
    "holds-character": (
        "sie enthält das Zeichen {character}",
        "it holds the character {character}",
        "в нём есть символ {character}",
    ),
    "no-scheme": (
        "der Anfang mit https:// oder Ähnlichem fehlt",
        "it does not start with https:// or the like",
        "в начале нет https:// или подобного",
    ),
    "not-well-formed": (
        "sie ist nicht richtig gebildet",
        "it is not well-formed",
        "он составлен неверно",
    ),
    "fill-in": (
        "Füllen Sie die Zelle aus, wenn es einen Wert gibt,",
        "Fill the cell in if there is a value",
        "Заполните ячейку, если значение есть,",
    ),
    "add-row": (
        "Berichtigen Sie den Wert, ergänzen Sie die Zeile, die er nennt,",
        "Correct the value, or add the row that it names",
        "Исправьте значение, добавьте строку, которую оно называет,",
    ),
    "joined to no row": ("ohne Gegenstück", "joined to no row", "без соответствия"),
    "missing": ("fehlend", "missing", "отсутствует"),
    "not in datatype": ("falscher Datentyp", "not in datatype", "неверный тип данных"),
    "not a language": ("kein Sprachkürzel", "not a language", "не код языка"),
    "not a single value": ("kein einzelner Wert", "not a single value", "не одно значение"),
    "not an iri": ("keine Webadresse", "not an iri", "не веб-адрес"),
    "near-term": ("Meinten Sie „{term}“?", "Did you mean '{term}'?", "Возможно, «{term}»?"),
    "known-terms": ("Bekannt sind: {terms}.", "Known here: {terms}.", "Известны: {terms}."),
    "xsd:string": ("ein Text", "a text", "текст"),
    "xsd:boolean": ("true oder false", "true or false", "true или false"),
    "xsd:integer": ("eine ganze Zahl", "a whole number", "целое число"),
    "xsd:decimal": (
        "eine Zahl wie 12.5, ohne Einheit und Trennzeichen",
        "a number such as 12.5, without unit or separator",
        "число, например 12.5, без единиц и разделителей",
    ),
    "xsd:double": _FLOAT,
    "xsd:float": _FLOAT,
    "xsd:date": ("ein Datum JJJJ-MM-TT", "a date YYYY-MM-DD", "дата ГГГГ-ММ-ДД"),
    "xsd:time": ("eine Uhrzeit hh:mm:ss", "a time hh:mm:ss", "время чч:мм:сс"),
    "xsd:dateTime": (
        "ein Zeitpunkt JJJJ-MM-TTThh:mm:ss",
        "a time YYYY-MM-DDThh:mm:ss",
        "момент времени ГГГГ-ММ-ДДTчч:мм:сс",
    ),
    "xsd:dateTimeStamp": (
        "ein Zeitpunkt JJJJ-MM-TTThh:mm:ssZ mit Zeitzone",
        "a time YYYY-MM-DDThh:mm:ssZ with its zone",
        "момент времени ГГГГ-ММ-ДДTчч:мм:ссZ с часовым поясом",
    ),
    "xsd:gYear": ("ein Jahr JJJJ", "a year YYYY", "год ГГГГ"),
    "xsd:gYearMonth": ("ein Monat JJJJ-MM", "a month YYYY-MM", "месяц ГГГГ-ММ"),
    "xsd:gMonth": ("ein Monat --MM", "a month --MM", "месяц --ММ"),
    "xsd:gDay": ("ein Tag ---TT", "a day ---DD", "день ---ДД"),
    "xsd:gMonthDay": (
        "ein Tag des Jahres --MM-TT",
        "a day of the year --MM-DD",
        "день года --ММ-ДД",
    ),
    "xsd:duration": (
        "eine Dauer wie P1Y6M",
        "a duration such as P1Y6M",
        "длительность, например P1Y6M",
    ),
    "xsd:yearMonthDuration": (
        "eine Dauer wie P1Y6M",
        "a duration such as P1Y6M",
        "длительность, например P1Y6M",
    ),
    "xsd:dayTimeDuration": (
        "eine Dauer wie P1DT12H",
        "a duration such as P1DT12H",
        "длительность, например P1DT12H",
    ),
    "xsd:byte": (
        "eine ganze Zahl von -128 bis 127",
        "a whole number from -128 to 127",
        "целое число от -128 до 127",
    ),
    "xsd:short": (
        "eine ganze Zahl von -32768 bis 32767",
        "a whole number from -32768 to 32767",
        "целое число от -32768 до 32767",
    ),
    "xsd:int": (
        "eine ganze Zahl von -2147483648 bis 2147483647",
        "a whole number from -2147483648 to 2147483647",
        "целое число от -2147483648 до 2147483647",
    ),
    "xsd:long": (
        "eine ganze Zahl mit höchstens 64 Bit",
        "a whole number of at most 64 bits",
        "целое число не длиннее 64 бит",
    ),
    "xsd:unsignedByte": (
        "eine ganze Zahl von 0 bis 255",
        "a whole number from 0 to 255",
        "целое число от 0 до 255",
    ),
    "xsd:unsignedShort": (
        "eine ganze Zahl von 0 bis 65535",
        "a whole number from 0 to 65535",
        "целое число от 0 до 65535",
    ),
    "xsd:unsignedInt": (
        "eine ganze Zahl von 0 bis 4294967295",
        "a whole number from 0 to 4294967295",
        "целое число от 0 до 4294967295",
    ),
    "xsd:unsignedLong": (
        "eine ganze Zahl ab 0 mit höchstens 64 Bit",
        "a whole number from 0 of at most 64 bits",
        "целое число от 0 не длиннее 64 бит",
    ),
    "xsd:nonNegativeInteger": (
        "eine ganze Zahl ab 0",
        "a whole number from 0",
        "целое число от 0",
    ),
    "xsd:positiveInteger": ("eine ganze Zahl ab 1", "a whole number from 1", "целое число от 1"),
    "xsd:nonPositiveInteger": (
        "eine ganze Zahl bis 0",
        "a whole number up to 0",
        "целое число не больше 0",
    ),
    "xsd:negativeInteger": (
        "eine ganze Zahl unter 0",
        "a whole number below 0",
        "целое число меньше 0",
    ),
    "xsd:hexBinary": (
        "Bytes als hexadezimale Ziffern",
        "bytes in hexadecimal digits",
        "байты шестнадцатеричными цифрами",
    ),
    "xsd:base64Binary": ("Bytes in Base64", "bytes in base 64", "байты в Base64"),
    "xsd:anyURI": (
        "eine Webadresse ohne Leerzeichen",
        "a web address without blanks",
        "веб-адрес без пробелов",
    ),
    "xsd:language": (
        "ein Sprachkürzel wie de",
        "a language tag such as de",
        "код языка, например de",
    ),
    "xsd:normalizedString": (
        "ein Text ohne Zeilenumbrüche und Tabulatoren",
        "a text without line ends and tabs",
        "текст без переводов строки и табуляций",
    ),
    "xsd:token": (
        "ein Text ohne überflüssige Leerzeichen",
        "a text without needless blanks",
        "текст без лишних пробелов",
    ),
    "xsd:NMTOKEN": _NAME,
    "xsd:Name": _NAME,
    "xsd:NCName": (
        "ein Name ohne Leerzeichen und Doppelpunkte",
        "a name without blanks and colons",
        "имя без пробелов и двоеточий",
    ),
}
"""Parts of sentences."""

_SHEET: Final = ("Blatt {}", "sheet {}", "лист {}")
_ROW: Final = ("Zeile {}", "row {}", "строка {}")
_RECORD: Final = ("Datensatz {}", "record {}", "запись {}")
_RECORDS: Final = (".json", ".jsonl", ".ndjson")
_LINE: Final = ("Zeile {}", "line {}", "строка {}")
_COLUMN: Final = ("Spalte {}", "column {}", "столбец {}")


def place_text(place: Place, language: str) -> str:
    """``organisations.csv, Zeile 17, Spalte plz``."""
    at = LANGUAGES.index(language)
    parts = [place.file]
    if place.sheet:
        parts.append(_SHEET[at].format(place.sheet))
    if place.row is not None:
        counted = _RECORD if place.file.lower().endswith(_RECORDS) else _ROW
        parts.append(counted[at].format(place.row))
    if place.line is not None:
        parts.append(_LINE[at].format(place.line))
    if place.column:
        parts.append(column_text(place.column, language))
    return ", ".join(parts)


def column_text(column: str, language: str) -> str:
    """``Spalte plz``."""
    return _COLUMN[LANGUAGES.index(language)].format(column)


def finding_heading(rule: str, language: str) -> str:
    """What people call the rule; a rule without words, and every rule in English, is its name."""
    heading = HEADINGS.get(rule) or LINT_HEADINGS.get(rule)
    return heading[LANGUAGES.index(language)] if heading else rule


def finding_message(finding: Finding, language: str) -> str:
    """What is wrong, without the place."""
    sentence = _sentence(finding)
    return finding.message if sentence is None else _filled(sentence.message, finding, language)


def finding_hint(finding: Finding, language: str) -> str | None:
    """How to repair it."""
    sentence = _sentence(finding)
    if sentence is None or finding.hint is None:
        return finding.hint
    return _filled(sentence.hint, finding, language)


def finding_messages(finding: Finding) -> dict[str, str]:
    """The message in every language that has it."""
    return {language: finding_message(finding, language) for language in _spoken(finding)}


def finding_hints(finding: Finding) -> dict[str, str]:
    """The hint in every language that has it."""
    hints = {language: finding_hint(finding, language) for language in _spoken(finding)}
    return {language: hint for language, hint in hints.items() if hint}


def placed_message(finding: Finding, language: str) -> str:
    """Place and message: ``organisations.csv, Zeile 17, Spalte lat: „51,3“ ist keine Zahl``."""
    message = finding_message(finding, language)
    return f"{place_text(finding.place, language)}: {message}" if finding.place else message


def _spoken(finding: Finding) -> tuple[str, ...]:
    return ("en",) if _sentence(finding) is None else LANGUAGES


def _sentence(finding: Finding) -> Sentence | None:
    said = finding.said
    if said is None or not all(_is_known(part) for _, part in said.given):
        return None
    return SENTENCES.get(said.name) or LINT_SENTENCES.get(said.name)


def _is_known(part: str | Words) -> bool:
    if isinstance(part, str):
        return True
    return part.name in PHRASES and all(_is_known(inner) for _, inner in part.given)


def _filled(texts: Texts, finding: Finding, language: str) -> str:
    return _said(texts, finding.said or Words(""), LANGUAGES.index(language))


def _said(texts: Texts, words: Words, at: int) -> str:
    given = {
        name: part if isinstance(part, str) else _said(PHRASES[part.name], part, at)
        for name, part in words.given
    }
    return texts[at].format(**given)
