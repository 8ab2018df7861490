"""What a finding about shapes says: heading, message, hint; de, en, ru."""

from __future__ import annotations

from typing import Final

from clusterkg.validation.sentence import Sentence, Texts

__all__ = ["LINT_HEADINGS", "LINT_SENTENCES"]

LINT_HEADINGS: Final[dict[str, Texts]] = {
    "unknown-word": ("Kein Wort von SHACL", "unknown-word", "Не слово SHACL"),
    "later-word": ("Wort einer späteren Fassung", "later-word", "Слово более поздней версии"),
    "unknown-severity": ("Unbekannter Schweregrad", "unknown-severity", "Неизвестная серьёзность"),
    "ill-formed": ("Fehlerhafte Shape", "ill-formed", "Неправильная форма"),
    "misspelt-namespace": (
        "Verschriebener Namensraum",
        "misspelt-namespace",
        "Опечатка в пространстве имён",
    ),
    "unattached-shape": (
        "Shape ohne Ziel und Bezug",
        "unattached-shape",
        "Форма без цели и ссылок",
    ),
    "undefined-shape": ("Fehlende Shape", "undefined-shape", "Форма не определена"),
    "overlay-without-base": (
        "Ergänzung ohne Grundlage",
        "overlay-without-base",
        "Дополнение без основы",
    ),
    "import-not-loaded": ("Nicht geladener Import", "import-not-loaded", "Импорт не загружен"),
    "message-of-another": (
        "Meldung über eine andere Klasse",
        "message-of-another",
        "Сообщение о другом классе",
    ),
    "duplicate-shape": ("Doppelte Shape", "duplicate-shape", "Повторяющаяся форма"),
    "contradiction": ("Widerspruch", "contradiction", "Противоречие"),
    "no-effect": ("Ohne Wirkung", "no-effect", "Без действия"),
    "excluded-member": ("Ausgeschlossener Wert", "excluded-member", "Исключённое значение"),
    "bad-pattern": ("Kein regulärer Ausdruck", "bad-pattern", "Не регулярное выражение"),
    "dead-pattern": ("Muster ohne Treffer", "dead-pattern", "Шаблон без совпадений"),
    "not-in-data": ("Kommt nicht vor", "not-in-data", "Не встречается"),
}
"""Rule → what stands above its findings; in English that is its name."""

_SPELL: Final = ("Meinten Sie {near}?", "Did you mean {near}?", "Возможно, имелось в виду {near}?")
_CHANGE: Final = ("Ändern Sie eines von beiden.", "Change one of the two.", "Измените одно из них.")

LINT_SENTENCES: Final[dict[str, Sentence]] = {
    "lint-unknown-word": Sentence(
        (
            "{word} ist kein Wort von SHACL: {shape} prüft damit nichts",
            "{word} is no word of SHACL: {shape} checks nothing by it",
            "{word} — не слово SHACL: {shape} ничего им не проверяет",
        ),
        (
            "Erwartet wird ein Wort aus https://www.w3.org/TR/shacl/#core-components.",
            "Expected is a word of https://www.w3.org/TR/shacl/#core-components.",
            "Ожидается слово из https://www.w3.org/TR/shacl/#core-components.",
        ),
    ),
    "lint-misspelt-word": Sentence(
        (
            "{word} ist kein Wort von SHACL: {shape} prüft damit nichts",
            "{word} is no word of SHACL: {shape} checks nothing by it",
            "{word} — не слово SHACL: {shape} ничего им не проверяет",
        ),
        _SPELL,
    ),
    "lint-later-word": Sentence(
        (
            "{word} ist von SHACL 1.2 und wird nicht geprüft ({shape})",
            "{word} is of SHACL 1.2 and is not judged ({shape})",
            "{word} относится к SHACL 1.2 и не проверяется ({shape})",
        ),
        (
            "Sagen Sie dasselbe mit Wörtern von SHACL 1.0.",
            "Say the same in words of SHACL 1.0.",
            "Выразите то же словами SHACL 1.0.",
        ),
    ),
    "lint-unknown-severity": Sentence(
        (
            "{value} ist kein Schweregrad von SHACL ({shape}); es zählt als Violation",
            "{value} is no severity of SHACL ({shape}); it counts as a Violation",
            "{value} — не степень серьёзности SHACL ({shape}); считается как Violation",
        ),
        (
            "Erwartet wird sh:Info, sh:Warning oder sh:Violation.",
            "Expected is sh:Info, sh:Warning or sh:Violation.",
            "Ожидается sh:Info, sh:Warning или sh:Violation.",
        ),
    ),
    "lint-ill-formed": Sentence(
        ("{problem}", "{problem}", "{problem}"),
        (
            "Die Regeln stehen in https://www.w3.org/TR/shacl/#syntax-rules.",
            "The rules are in https://www.w3.org/TR/shacl/#syntax-rules.",
            "Правила: https://www.w3.org/TR/shacl/#syntax-rules.",
        ),
    ),
    "lint-misspelt-namespace": Sentence(
        (
            "{shape} nennt <{iri}>; der Namensraum <{namespace}> ist sonst nicht in Gebrauch",
            "{shape} names <{iri}>; the namespace <{namespace}> is used nowhere else",
            "{shape} называет <{iri}>; пространства имён <{namespace}> больше нигде нет",
        ),
        ("Meinten Sie <{near}>?", "Did you mean <{near}>?", "Возможно, имелось в виду <{near}>?"),
    ),
    "lint-unknown-term": Sentence(
        (
            "{term} ({shape}) steht in keiner der Ontologien, die <{namespace}> beschreiben",
            "{term} ({shape}) is in no ontology that describes <{namespace}>",
            "{term} ({shape}) нет ни в одной онтологии, описывающей <{namespace}>",
        ),
        (
            "Erwartet wird ein Begriff der Ontologie; oder nehmen Sie ihn in sie auf.",
            "Expected is a term of the ontology; or add it to the ontology.",
            "Ожидается термин онтологии; или добавьте его в онтологию.",
        ),
    ),
    "lint-misspelt-term": Sentence(
        (
            "{term} ({shape}) steht in keiner der Ontologien, die <{namespace}> beschreiben",
            "{term} ({shape}) is in no ontology that describes <{namespace}>",
            "{term} ({shape}) нет ни в одной онтологии, описывающей <{namespace}>",
        ),
        _SPELL,
    ),
    "lint-unattached": Sentence(
        (
            "{shape} hat kein Ziel und gehört zu keiner Shape mit Ziel: damit wird nie geprüft",
            "{shape} has no target and belongs to no shape with a target: it is never checked",
            "У {shape} нет цели, и она не относится к форме с целью: она не проверяется",
        ),
        (
            "Nennen Sie sie bei einer Shape unter sh:property, oder geben Sie ihr ein Ziel.",
            "Name it at a shape under sh:property, or give it a target.",
            "Укажите её у другой формы в sh:property или задайте ей цель.",
        ),
    ),
    "lint-undefined": Sentence(
        (
            "{shape} nennt unter {word} die Shape {other}, die in keiner der Dateien steht",
            "{shape} names under {word} the shape {other}, which is in none of the files",
            "{shape} называет в {word} форму {other}, которой нет ни в одном файле",
        ),
        (
            "Laden Sie die Datei dazu, in der sie steht, oder berichtigen Sie den Namen.",
            "Load the file that holds it too, or correct the name.",
            "Загрузите и файл, в котором она описана, или исправьте имя.",
        ),
    ),
    "lint-overlay": Sentence(
        (
            "{shape} hat nur {words}: keine der Dateien sagt, was diese Shape prüft",
            "{shape} has {words} alone: none of the files says what this shape checks",
            "У {shape} есть только {words}: ни один файл не говорит, что проверяет эта форма",
        ),
        (
            "Laden Sie die ergänzten Shapes dazu, in der Fassung, deren IRIs hier stehen.",
            "Load the shapes that are added to, in the version whose IRIs stand here.",
            "Загрузите дополняемые формы в той версии, IRI которой здесь указаны.",
        ),
    ),
    "lint-import": Sentence(
        (
            "<{iri}> wird importiert und ist nicht geladen: aus dem Netz wird nichts geholt",
            "<{iri}> is imported and not loaded: nothing is fetched from the network",
            "<{iri}> импортируется и не загружено: импорт из сети не выполняется",
        ),
        (
            "Speichern Sie die Datei und nennen Sie sie bei den Daten oder bei --shapes.",
            "Save the file and name it among the data or with --shapes.",
            "Сохраните файл и укажите его среди данных или в --shapes.",
        ),
    ),
    "lint-message": Sentence(
        (
            "{shape} ist über {targets}, die Meldung spricht von {said}: „{text}“",
            "{shape} is about {targets}, its message speaks of {said}: '{text}'",
            "{shape} относится к {targets}, а сообщение говорит о {said}: «{text}»",
        ),
        (
            "Berichtigen Sie die Meldung; vielleicht ist sie von einer anderen Shape kopiert.",
            "Correct the message; perhaps it was copied from another shape.",
            "Исправьте сообщение; возможно, оно скопировано из другой формы.",
        ),
    ),
    "lint-duplicate": Sentence(
        (
            "{shape} verlangt dasselbe wie {other}: jeder Mangel wird zweimal gemeldet",
            "{shape} demands the same as {other}: each defect is told twice",
            "{shape} требует того же, что и {other}: каждый недостаток сообщается дважды",
        ),
        ("Nehmen Sie eine von beiden heraus.", "Take one of the two out.", "Уберите одну из них."),
    ),
    "lint-contradiction": Sentence(
        (
            "{shape}: {one} und {other} widersprechen sich",
            "{shape}: {one} and {other} contradict each other",
            "{shape}: {one} и {other} противоречат друг другу",
        ),
        _CHANGE,
    ),
    "lint-lone": Sentence(
        (
            "{shape}: {word} wirkt nur zusammen mit {other}",
            "{shape}: {word} has an effect only together with {other}",
            "{shape}: {word} действует только вместе с {other}",
        ),
        (
            "Fügen Sie {other} hinzu oder nehmen Sie {word} heraus.",
            "Add {other}, or take {word} out.",
            "Добавьте {other} или уберите {word}.",
        ),
    ),
    "lint-truth": Sentence(
        (
            "{shape}: {word} {value} ist weder true noch false und gilt als false",
            "{shape}: {word} {value} is neither true nor false, and counts as false",
            "{shape}: {word} {value} — не true и не false, считается как false",
        ),
        (
            "Schreiben Sie true oder false, ohne Anführungszeichen.",
            "Write true or false, without quotes.",
            "Напишите true или false без кавычек.",
        ),
    ),
    "lint-empty": Sentence(
        (
            "{shape}: {word} ist eine leere Liste: kein Wert kann richtig sein",
            "{shape}: {word} is an empty list: no value can be right",
            "{shape}: {word} — пустой список: ни одно значение не может быть верным",
        ),
        (
            "Nennen Sie, was erlaubt ist.",
            "Name what is allowed.",
            "Укажите, что допускается.",
        ),
    ),
    "lint-excluded": Sentence(
        (
            "{shape}: {member} in sh:in ist durch {other} ausgeschlossen",
            "{shape}: {member} in sh:in is excluded by {other}",
            "{shape}: {member} в sh:in исключено из-за {other}",
        ),
        (
            "Nehmen Sie den Wert heraus, oder ändern Sie {other}.",
            "Take the value out, or change {other}.",
            "Уберите значение или измените {other}.",
        ),
    ),
    "lint-bad-pattern": Sentence(
        (
            "{shape}: '{pattern}' ist kein regulärer Ausdruck: {problem}",
            "{shape}: '{pattern}' is no regular expression: {problem}",
            "{shape}: '{pattern}' — не регулярное выражение: {problem}",
        ),
        (
            "Die Schreibweise steht in https://www.w3.org/TR/xpath-functions/#regex-syntax.",
            "The syntax is in https://www.w3.org/TR/xpath-functions/#regex-syntax.",
            "Синтаксис: https://www.w3.org/TR/xpath-functions/#regex-syntax.",
        ),
    ),
    "lint-dead-pattern": Sentence(
        (
            "{shape}: auf '{pattern}' passt kein Text: vor ^ oder nach $ muss etwas stehen",
            "{shape}: no text matches '{pattern}': something has to stand before ^ or after $",
            "{shape}: под '{pattern}' не подходит ни один текст: до ^ или после $ что-то есть",
        ),
        (
            "Maskieren Sie das Zeichen mit \\, oder setzen Sie es an Anfang oder Ende.",
            "Escape the character with \\, or move it to the beginning or the end.",
            "Экранируйте символ с помощью \\ или перенесите его в начало или конец.",
        ),
    ),
    "lint-target-not-in-data": Sentence(
        (
            "{target}, das Ziel von {shape}, kommt in den Daten nicht vor: es prüft hier nichts",
            "{target}, the target of {shape}, is not in the data: it checks nothing here",
            "{target}, цель {shape}, в данных не встречается: здесь ничего не проверяется",
        ),
        (
            "Vergleichen Sie den Namen mit dem, was in den Daten steht.",
            "Compare the name with what is in the data.",
            "Сравните имя с тем, что есть в данных.",
        ),
    ),
    "lint-path-not-in-data": Sentence(
        (
            "{term}, der Pfad von {shape}, kommt in den Daten nicht vor",
            "{term}, the path of {shape}, is not in the data",
            "{term}, путь {shape}, в данных не встречается",
        ),
        (
            "Vergleichen Sie den Namen mit dem, was in den Daten steht.",
            "Compare the name with what is in the data.",
            "Сравните имя с тем, что есть в данных.",
        ),
    ),
}
"""The name of a finding's sentence → what it says."""
