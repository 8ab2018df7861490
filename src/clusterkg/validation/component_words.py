"""The constraint components of SHACL Core in words: what is wrong, expected and to do; de, en, ru.

``{at}`` is the property with its preposition, nothing for a node shape; ``{path}`` the property
itself; ``{expected}`` what the shape asks for; ``{value}`` what is there.
https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["COMPONENTS", "LANGUAGES", "Component"]

LANGUAGES: Final = ("de", "en", "ru")

Texts = tuple[str, str, str]


class Component(NamedTuple):
    """The parameters that say what is expected, what stands above its results, the sentence."""

    parameters: tuple[str, ...]
    heading: Texts
    sentence: Texts


_SMALL: Final = ("zu klein", "too small", "слишком мало")
_LARGE: Final = ("zu groß", "too large", "слишком велико")
_ORDER: Final = ("falsche Reihenfolge", "wrong order", "неверный порядок")

COMPONENTS: Final[dict[str, Component]] = {
    "Class": Component(
        ("class",),
        ("falsche Klasse", "wrong class", "неверный класс"),
        (
            (
                "{value}{at} ist von keiner oder anderer Klasse; erwartet: {expected}. Berichtigen "
                "Sie die Angabe, oder geben Sie {value} diesen Typ."
            ),
            (
                "{value}{at} is of no or another class; expected: {expected}. Correct the "
                "reference, or give {value} this type."
            ),
            (
                "{value}{at} не относится к нужному классу; ожидается: {expected}. Исправьте "
                "ссылку или укажите для {value} этот тип."
            ),
        ),
    ),
    "Datatype": Component(
        ("datatype",),
        (
            "falscher Datentyp",
            "wrong datatype",
            "неверный тип данных",
        ),
        (
            (
                "{value}{at} ist kein gültiger Wert; erwartet: {expected}. Berichtigen Sie den "
                "Wert oder seinen Datentyp."
            ),
            (
                "{value}{at} is no valid value; expected: {expected}. Correct the value or its "
                "datatype."
            ),
            (
                "{value}{at} — недопустимое значение; ожидается: {expected}. Исправьте значение "
                "или его тип."
            ),
        ),
    ),
    "NodeKind": Component(
        ("nodeKind",),
        (
            "falsche Art von Angabe",
            "wrong kind of value",
            "неверный вид значения",
        ),
        (
            "{value}{at} ist von falscher Art; erwartet: {expected}. Ersetzen Sie die Angabe.",
            "{value}{at} is of the wrong kind; expected: {expected}. Replace it by one.",
            "{value}{at} — значение неверного вида; ожидается: {expected}. Замените его.",
        ),
    ),
    "MinCount": Component(
        ("minCount",),
        (
            "Angabe fehlt",
            "value missing",
            "нет значения",
        ),
        (
            (
                "Bei {path} stehen zu wenige Angaben; erwartet: mindestens {expected}. Tragen Sie"
                " nach, was fehlt."
            ),
            "{path} has too few values; expected: at least {expected}. Add what is missing.",
            "В {path} слишком мало значений; ожидается: не менее {expected}. Добавьте недостающее.",
        ),
    ),
    "MaxCount": Component(
        ("maxCount",),
        (
            "zu viele Angaben",
            "too many values",
            "слишком много значений",
        ),
        (
            (
                "Bei {path} stehen zu viele Angaben; erwartet: höchstens {expected}. Klären Sie, "
                "was gilt, und entfernen Sie das Übrige."
            ),
            (
                "{path} has too many values; expected: at most {expected}. Decide what holds, and"
                " remove the rest."
            ),
            (
                "В {path} слишком много значений; ожидается: не более {expected}. Решите, что "
                "верно, и удалите остальное."
            ),
        ),
    ),
    "MinExclusive": Component(
        ("minExclusive",),
        _SMALL,
        (
            (
                "{value}{at} ist zu klein oder nicht vergleichbar; erwartet: größer als "
                "{expected}. Berichtigen Sie den Wert."
            ),
            (
                "{value}{at} is too small or cannot be compared; expected: greater than "
                "{expected}. Correct the value."
            ),
            (
                "{value}{at} слишком мало или несравнимо; ожидается: больше {expected}. Исправьте"
                " значение."
            ),
        ),
    ),
    "MinInclusive": Component(
        ("minInclusive",),
        _SMALL,
        (
            (
                "{value}{at} ist zu klein oder nicht vergleichbar; erwartet: mindestens "
                "{expected}. Berichtigen Sie den Wert."
            ),
            (
                "{value}{at} is too small or cannot be compared; expected: at least {expected}. "
                "Correct the value."
            ),
            (
                "{value}{at} слишком мало или несравнимо; ожидается: не меньше {expected}. "
                "Исправьте значение."
            ),
        ),
    ),
    "MaxExclusive": Component(
        ("maxExclusive",),
        _LARGE,
        (
            (
                "{value}{at} ist zu groß oder nicht vergleichbar; erwartet: kleiner als "
                "{expected}. Berichtigen Sie den Wert."
            ),
            (
                "{value}{at} is too large or cannot be compared; expected: less than {expected}. "
                "Correct the value."
            ),
            (
                "{value}{at} слишком велико или несравнимо; ожидается: меньше {expected}. "
                "Исправьте значение."
            ),
        ),
    ),
    "MaxInclusive": Component(
        ("maxInclusive",),
        _LARGE,
        (
            (
                "{value}{at} ist zu groß oder nicht vergleichbar; erwartet: höchstens {expected}."
                " Berichtigen Sie den Wert."
            ),
            (
                "{value}{at} is too large or cannot be compared; expected: at most {expected}. "
                "Correct the value."
            ),
            (
                "{value}{at} слишком велико или несравнимо; ожидается: не больше {expected}. "
                "Исправьте значение."
            ),
        ),
    ),
    "MinLength": Component(
        ("minLength",),
        (
            "zu kurz",
            "too short",
            "слишком коротко",
        ),
        (
            (
                "{value}{at} ist zu kurz; erwartet: mindestens {expected} Zeichen. Schreiben Sie "
                "den Wert aus."
            ),
            (
                "{value}{at} is too short; expected: at least {expected} characters. Write the "
                "value out."
            ),
            (
                "{value}{at} слишком коротко; ожидается символов: не менее {expected}. Напишите "
                "значение полностью."
            ),
        ),
    ),
    "MaxLength": Component(
        ("maxLength",),
        (
            "zu lang",
            "too long",
            "слишком длинно",
        ),
        (
            "{value}{at} ist zu lang; erwartet: höchstens {expected} Zeichen. Kürzen Sie den Wert.",
            "{value}{at} is too long; expected: at most {expected} characters. Shorten the value.",
            (
                "{value}{at} слишком длинно; ожидается символов: не более {expected}. Сократите "
                "значение."
            ),
        ),
    ),
    "Pattern": Component(
        ("pattern",),
        (
            "falsche Form",
            "wrong form",
            "неверный вид",
        ),
        (
            (
                "{value}{at} hat nicht die verlangte Form; erwartet: {expected}. Berichtigen Sie "
                "die Schreibweise."
            ),
            (
                "{value}{at} does not have the required form; expected: {expected}. Correct how "
                "it is written."
            ),
            "{value}{at} не имеет требуемого вида; ожидается: {expected}. Исправьте написание.",
        ),
    ),
    "LanguageIn": Component(
        ("languageIn",),
        (
            "andere Sprache",
            "other language",
            "другой язык",
        ),
        (
            (
                "{value}{at} ist in keiner der verlangten Sprachen; erwartet: {expected}. "
                "Berichtigen Sie das Sprachkürzel, oder übersetzen Sie den Text."
            ),
            (
                "{value}{at} is in none of the required languages; expected: {expected}. Correct "
                "the language tag, or translate the text."
            ),
            (
                "{value}{at} не на требуемом языке; ожидается: {expected}. Исправьте код языка "
                "или переведите текст."
            ),
        ),
    ),
    "UniqueLang": Component(
        (),
        (
            "mehrere Texte in einer Sprache",
            "several texts in one language",
            "несколько текстов на одном языке",
        ),
        (
            (
                "Bei {path} stehen mehrere Texte in derselben Sprache; erwartet: einer je "
                "Sprache. Behalten Sie einen, oder berichtigen Sie die Sprachkürzel."
            ),
            (
                "{path} has several texts in one language; expected: one for each language. Keep "
                "one, or correct the language tags."
            ),
            (
                "В {path} несколько текстов на одном языке; ожидается: один на язык. Оставьте "
                "один или исправьте коды языков."
            ),
        ),
    ),
    "Equals": Component(
        ("equals",),
        (
            "ungleiche Angaben",
            "values differ",
            "значения различаются",
        ),
        (
            (
                "{value} steht nicht sowohl bei {path} als auch bei {expected}; erwartet: bei "
                "beiden dasselbe. Tragen Sie es nach, wo es fehlt, oder entfernen Sie es."
            ),
            (
                "{value} is not a value of both {path} and {expected}; expected: the same of "
                "both. Add it where it is missing, or remove it."
            ),
            (
                "{value} стоит не в обоих: {path} и {expected}; ожидается: одно и то же. Добавьте"
                " его там, где его нет, или удалите."
            ),
        ),
    ),
    "Disjoint": Component(
        ("disjoint",),
        (
            "dieselbe Angabe zweimal",
            "same value twice",
            "одно значение дважды",
        ),
        (
            (
                "{value} steht sowohl bei {path} als auch bei {expected}; erwartet: "
                "Verschiedenes. Berichtigen Sie eines von beiden."
            ),
            (
                "{value} is a value of both {path} and {expected}; expected: different values. "
                "Correct one of the two."
            ),
            "{value} стоит и в {path}, и в {expected}; ожидается: разное. Исправьте одно из двух.",
        ),
    ),
    "LessThan": Component(
        ("lessThan",),
        _ORDER,
        (
            (
                "{value}{at} ist nicht kleiner als die Angabe bei {expected}, oder beide sind "
                "nicht vergleichbar; erwartet: kleiner. Vielleicht sind beide vertauscht: "
                "berichtigen Sie eine."
            ),
            (
                "{value}{at} is not less than the value of {expected}, or they cannot be "
                "compared; expected: less. Perhaps the two are swapped: correct one."
            ),
            (
                "{value}{at} не меньше значения {expected} или несравнимо с ним; ожидается: "
                "меньше. Возможно, они перепутаны: исправьте одно."
            ),
        ),
    ),
    "LessThanOrEquals": Component(
        ("lessThanOrEquals",),
        _ORDER,
        (
            (
                "{value}{at} ist größer als die Angabe bei {expected}, oder beide sind nicht "
                "vergleichbar; erwartet: höchstens so groß. Vielleicht sind beide vertauscht: "
                "berichtigen Sie eine."
            ),
            (
                "{value}{at} is greater than the value of {expected}, or they cannot be compared;"
                " expected: at most as great. Perhaps the two are swapped: correct one."
            ),
            (
                "{value}{at} больше значения {expected} или несравнимо с ним; ожидается: не "
                "больше. Возможно, они перепутаны: исправьте одно."
            ),
        ),
    ),
    "Not": Component(
        ("not",),
        (
            "ausgeschlossen",
            "excluded",
            "исключено",
        ),
        (
            (
                "{value}{at} erfüllt, was hier ausgeschlossen ist: {expected}. Ändern Sie die "
                "Angabe so, dass es nicht mehr zutrifft."
            ),
            (
                "{value}{at} meets what is excluded here: {expected}. Change it so that this no "
                "longer holds."
            ),
            (
                "{value}{at} выполняет то, что здесь исключено: {expected}. Измените данные, "
                "чтобы это больше не выполнялось."
            ),
        ),
    ),
    "And": Component(
        ("and",),
        (
            "nicht alle Bedingungen",
            "not all conditions",
            "не все условия",
        ),
        (
            (
                "{value}{at} erfüllt nicht alle Bedingungen; erwartet: {expected}. Berichtigen "
                "Sie, was nicht erfüllt ist."
            ),
            (
                "{value}{at} does not meet all conditions; expected: {expected}. Correct what is "
                "not met."
            ),
            (
                "{value}{at} выполняет не все условия; ожидается: {expected}. Исправьте то, что "
                "не выполнено."
            ),
        ),
    ),
    "Or": Component(
        ("or",),
        (
            "keine der Bedingungen",
            "none of the conditions",
            "ни одно из условий",
        ),
        (
            (
                "{value}{at} erfüllt keine der Bedingungen; erwartet: {expected}. Berichtigen Sie"
                " die Angabe so, dass eine davon erfüllt ist."
            ),
            (
                "{value}{at} meets none of the conditions; expected: {expected}. Correct it so "
                "that one of them is met."
            ),
            (
                "{value}{at} не выполняет ни одного из условий; ожидается: {expected}. Исправьте "
                "так, чтобы одно из них выполнялось."
            ),
        ),
    ),
    "Xone": Component(
        ("xone",),
        (
            "nicht genau eine Bedingung",
            "not exactly one condition",
            "не ровно одно условие",
        ),
        (
            (
                "{value}{at} erfüllt keine oder mehrere der Bedingungen; erwartet: genau eine von"
                " {expected}. Berichtigen Sie die Angabe so, dass genau eine erfüllt ist."
            ),
            (
                "{value}{at} meets none or several of the conditions; expected: exactly one of "
                "{expected}. Correct it so that exactly one is met."
            ),
            (
                "{value}{at} не выполняет ни одного условия или выполняет несколько; ожидается: "
                "ровно одно из {expected}. Исправьте так, чтобы выполнялось ровно одно."
            ),
        ),
    ),
    "Node": Component(
        ("node",),
        (
            "andere Form",
            "other shape",
            "другая форма",
        ),
        (
            (
                "{value}{at} hat nicht die verlangte Form; erwartet: {expected}. Berichtigen Sie,"
                " was diese Form verlangt."
            ),
            (
                "{value}{at} does not have the required shape; expected: {expected}. Correct what"
                " that shape asks for."
            ),
            (
                "{value}{at} не имеет требуемой формы; ожидается: {expected}. Исправьте то, чего "
                "эта форма требует."
            ),
        ),
    ),
    "QualifiedMinCount": Component(
        ("qualifiedMinCount", "qualifiedValueShape"),
        (
            "Angabe dieser Art fehlt",
            "value of this kind missing",
            "нет значения этого вида",
        ),
        (
            (
                "Bei {path} stehen zu wenige Angaben der verlangten Art; erwartet: mindestens "
                "{expected}. Tragen Sie nach, was fehlt, oder berichtigen Sie, was dasteht."
            ),
            (
                "{path} has too few values of the required kind; expected: at least {expected}. "
                "Add what is missing, or correct what is there."
            ),
            (
                "В {path} слишком мало значений нужного вида; ожидается: не менее {expected}. "
                "Добавьте недостающее или исправьте имеющееся."
            ),
        ),
    ),
    "QualifiedMaxCount": Component(
        ("qualifiedMaxCount", "qualifiedValueShape"),
        (
            "zu viele Angaben dieser Art",
            "too many values of this kind",
            "слишком много значений этого вида",
        ),
        (
            (
                "Bei {path} stehen zu viele Angaben dieser Art; erwartet: höchstens {expected}. "
                "Klären Sie, was gilt, und entfernen Sie das Übrige."
            ),
            (
                "{path} has too many values of this kind; expected: at most {expected}. Decide "
                "what holds, and remove the rest."
            ),
            (
                "В {path} слишком много значений этого вида; ожидается: не более {expected}. "
                "Решите, что верно, и удалите остальное."
            ),
        ),
    ),
    "Closed": Component(
        (),
        (
            "nicht vorgesehene Eigenschaft",
            "property not provided for",
            "лишнее свойство",
        ),
        (
            (
                "{path} ist hier nicht vorgesehen: {value}; erwartet: nur Eigenschaften, die die "
                "Form nennt. Prüfen Sie die Schreibweise, oder entfernen Sie die Angabe."
            ),
            (
                "{path} is not provided for here: {value}; expected: only properties that the "
                "shape names. Check how it is written, or remove the statement."
            ),
            (
                "{path} здесь не предусмотрено: {value}; ожидается: только свойства, названные в "
                "форме. Проверьте написание или удалите утверждение."
            ),
        ),
    ),
    "HasValue": Component(
        ("hasValue",),
        (
            "verlangte Angabe fehlt",
            "required value missing",
            "нет требуемого значения",
        ),
        (
            "Bei {path} fehlt die verlangte Angabe; erwartet: {expected}. Tragen Sie sie nach.",
            "{path} lacks the required value; expected: {expected}. Add it.",
            "В {path} нет требуемого значения; ожидается: {expected}. Добавьте его.",
        ),
    ),
    "In": Component(
        ("in",),
        (
            "kein möglicher Wert",
            "no possible value",
            "недопустимое значение",
        ),
        (
            (
                "{value}{at} gehört nicht zu den möglichen Werten; erwartet: {expected}. Wählen "
                "Sie einen davon."
            ),
            "{value}{at} is none of the possible values; expected: {expected}. Choose one of them.",
            (
                "{value}{at} не входит в число возможных значений; ожидается: {expected}. "
                "Выберите одно из них."
            ),
        ),
    ),
    "SPARQL": Component(
        (),
        (
            "Bedingung in SPARQL",
            "condition in SPARQL",
            "условие на SPARQL",
        ),
        (
            (
                "{value}{at} erfüllt die in SPARQL geschriebene Bedingung nicht. Lesen Sie in der"
                " Regel, was sie erwartet, und berichtigen Sie die Daten."
            ),
            (
                "{value}{at} does not meet the condition written in SPARQL. Read in the rule what"
                " it expects, and correct the data."
            ),
            (
                "{value}{at} не выполняет условие, записанное на SPARQL. Прочтите в правиле, чего"
                " оно требует, и исправьте данные."
            ),
        ),
    ),
}
