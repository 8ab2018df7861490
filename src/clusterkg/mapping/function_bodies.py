"""What every function of a mapping computes, as SQL over the names of its parameters.

A row is a name, its parameters (``?`` behind an optional one; ``functions`` says what each word
means), the type of what it gives, the body, and words for the docs. NULL gives NULL unless the
words say otherwise. Bodies are read in DuckDB's dialect and written in that of the engine.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ROWS"]

_REGEX = "length({0}) > 2 AND starts_with({0}, '/') AND ends_with({0}, '/')"
_INNER = "substr({0}, 2, length({0}) - 2)"
_FIND_REGEX, _FIND_INNER = _REGEX.format("find"), _INNER.format("find")
_SEP_REGEX, _SEP_INNER = _REGEX.format("sep"), _INNER.format("sep")
_START = "(CASE WHEN start < 0 THEN length(value) + start ELSE start END)"
_STOP = "(CASE WHEN stop < 0 THEN length(value) + stop ELSE coalesce(stop, length(value)) END)"
_MARKUP = "replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
_QUOTED = f"replace(replace({_MARKUP}, '\"', '&quot;'), '''', '&#39;')"
_UNMARKED = (
    "replace(replace(replace(replace(replace(replace(value, '&lt;', '<'), '&gt;', '>'), "
    "'&quot;', '\"'), '&#39;', ''''), '&apos;', ''''), '&amp;', '&')"
)
_SCRIPT = (
    "replace(replace(replace(replace(replace(replace(value, '\\', '\\\\'), '\"', '\\\"'), "
    "'''', '\\'''), chr(10), '\\n'), chr(13), '\\r'), chr(9), '\\t')"
)
# the letters of Java's patterns → those of strptime; %~ stands for minutes until months are done
_STRPTIME = (
    "replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace("
    "regexp_replace(regexp_replace(replace(pattern, '''', ''), 'mm?', '%~', 'g'), "
    "'MM?', '%m', 'g'), 'ss?', '%S', 'g'), 'HH?', '%H', 'g'), 'dd?', '%d', 'g'), "
    "'[yu]{3,4}', '%Y', 'g'), '[yu]{2}', '%y', 'g'), '%~', '%M')"
)
_NONE = "array_length(list_filter(list, lambda x: x IS NULL)) > 0"
_TRUE = "array_length(list_filter(list, lambda x: x IN ('true', '1')))"
_FALSE = "array_length(list_filter(list, lambda x: x IN ('false', '0')))"

ROWS: Final = (
    # -- GREL: texts -----------------------------------------------------------------------
    ("grel:toUpperCase", "value", "text", "upper(value)", "upper case"),
    ("grel:toLowerCase", "value", "text", "lower(value)", "lower case"),
    (
        "grel:string_toTitlecase",
        "value",
        "text",
        r"""array_to_string(list_transform(regexp_extract_all(lower(value), '\s+|\S+'),
            lambda x: upper(substr(x, 1, 1)) || substr(x, 2)), '')""",
        "every word with a capital, the rest of it in lower case",
    ),
    (
        "grel:string_trim",
        "value",
        "text",
        r"regexp_replace(value, '^\s+|\s+$', '', 'g')",
        "without white space around it",
    ),
    (
        "grel:string_chomp",
        "value sep",
        "text",
        (
            "CASE WHEN ends_with(value, sep) THEN left(value, length(value) - length(sep)) "
            "WHEN sep IS NOT NULL THEN value END"
        ),
        "without that ending",
    ),
    ("grel:string_length", "value", "integer", "length(value)", "number of characters"),
    ("grel:string_toString", "any", "text", "value", "the value as a text"),
    (
        "grel:string_toNumber",
        "any",
        "decimal",
        "TRY_CAST(value AS DECIMAL(30, 12))",
        "the number that a text states; a text that states none gives nothing",
    ),
    (
        "grel:string_replace",
        "value find replace",
        "text",
        f"""CASE WHEN {_FIND_REGEX} THEN regexp_replace(value, {_FIND_INNER},
            regexp_replace(put, '[$]([0-9])', '\\\\\\1', 'g'), 'g')
            ELSE replace(value, find, put) END""",
        "every occurrence replaced; `/…/` is a regular expression, `$1` its first group",
    ),
    (
        "grel:string_replaceChars",
        "value find replace",
        "text",
        "translate(value, find, put)",
        "every character of the second by the one at the same place of the third",
    ),
    (
        "grel:string_substring",
        "value from to?",
        "text",
        (
            f"CASE WHEN {_START} BETWEEN 0 AND length(value) "
            f"THEN substr(value, CAST({_START} + 1 AS BIGINT), "
            f"CAST(greatest({_STOP} - {_START}, 0) AS BIGINT)) END"
        ),
        (
            "from a position (from 0; negative: from the end) to before another; "
            "a position behind the end gives nothing"
        ),
    ),
    (
        "grel:string_split",
        "value sep",
        "list",
        f"""list_filter(CASE WHEN {_SEP_REGEX} THEN string_split_regex(value, {_SEP_INNER})
            WHEN sep IS NOT NULL THEN string_split(value, sep) END, lambda x: x <> '')""",
        "the parts between separators that are not empty; `/…/` is a regular expression",
    ),
    ("grel:string_contains", "value sub", "boolean", "contains(value, sub)", "whether"),
    ("grel:string_startsWith", "value sub", "boolean", "starts_with(value, sub)", "whether"),
    ("grel:string_endsWith", "value sub", "boolean", "ends_with(value, sub)", "whether"),
    (
        "grel:string_indexOf",
        "value sub",
        "integer",
        "strpos(value, sub) - 1",
        "the first position, from 0; -1 for none",
    ),
    (
        "grel:string_lastIndexOf",
        "value sub",
        "integer",
        (
            "CASE WHEN contains(value, sub) THEN length(value) - length(sub) + 1 "
            "- strpos(reverse(value), reverse(sub)) WHEN NOT contains(value, sub) THEN -1 END"
        ),
        "the last position, from 0; -1 for none",
    ),
    (
        "grel:escape",
        "value mode",
        "text",
        f"""CASE lower(mode) WHEN 'html' THEN {_QUOTED}
            WHEN 'xml' THEN replace({_QUOTED}, '&#39;', '&apos;')
            WHEN 'url' THEN url_encode(value) WHEN 'javascript' THEN {_SCRIPT}
            WHEN 'csv' THEN CASE WHEN regexp_matches(value, '[",\\r\\n]')
                THEN '"' || replace(value, '"', '""') || '"' ELSE value END END""",
        "escaped for `html`, `xml`, `url`, `javascript` or `csv`",
    ),
    (
        "grel:string_unescape",
        "value mode",
        "text",
        f"CASE lower(mode) WHEN 'url' THEN url_decode(value) ELSE {_UNMARKED} END",
        "the text that was escaped for `html`, `xml` or `url`",
    ),
    ("grel:string_md5", "value", "text", "md5(value)", "the MD5 digest"),
    ("grel:string_sha1", "value", "text", "sha1(value)", "the SHA-1 digest"),
    # -- GREL: lists -----------------------------------------------------------------------
    (
        "grel:array_join",
        "list sep",
        "text",
        "CASE WHEN list IS NOT NULL THEN coalesce(array_to_string(list, sep), '') END",
        "one text of all values; those that are null are left out",
    ),
    ("grel:array_length", "list", "integer", "array_length(list)", "how many"),
    ("grel:array_reverse", "list", "list", "list_reverse(list)", "backwards"),
    ("grel:array_sort", "list", "list", "list_sort(list)", "by code point"),
    ("grel:array_uniques", "list", "list", "list_sort(list_distinct(list))", "each once, sorted"),
    (
        "grel:array_slice",
        "list from to?",
        "list",
        "list_slice(list, start + 1, coalesce(stop, array_length(list)))",
        "from a position to before another",
    ),
    (
        "grel:array_sum",
        "list",
        "decimal",
        "list_sum(list_transform(list, lambda x: TRY_CAST(x AS DECIMAL(30, 12))))",
        "the sum; what is no number counts nothing",
    ),
    # -- GREL: conditions ------------------------------------------------------------------
    (
        "grel:boolean_and",
        "bools",
        "boolean",
        (
            f"CASE WHEN {_FALSE} > 0 THEN false WHEN {_NONE} THEN NULL "
            f"ELSE {_TRUE} = array_length(list) END"
        ),
        "whether all are true",
    ),
    (
        "grel:boolean_or",
        "bools",
        "boolean",
        (
            f"CASE WHEN {_TRUE} > 0 THEN true WHEN {_NONE} THEN NULL "
            "WHEN list IS NOT NULL THEN false END"
        ),
        "whether one is true",
    ),
    (
        "grel:boolean_xor",
        "bools",
        "boolean",
        f"CASE WHEN NOT ({_NONE}) THEN {_TRUE} % 2 = 1 END",
        "whether an odd number is true",
    ),
    ("grel:boolean_not", "bool", "boolean", "NOT b", "the contrary"),
    (
        "grel:controls_if",
        "bool then else?",
        "text",
        "CASE WHEN b THEN yes WHEN NOT b THEN otherwise END",
        "the second if the first is true, else the third (nothing without one)",
    ),
    (
        "grel:other_coalesce",
        "anys",
        "text",
        "list_filter(list, lambda x: x IS NOT NULL)[1]",
        "the first that is not null",
    ),
    # -- GREL: numbers ---------------------------------------------------------------------
    ("grel:math_floor", "n", "integer", "CAST(floor(n) AS BIGINT)", "rounded down"),
    ("grel:math_ceil", "n", "integer", "CAST(ceil(n) AS BIGINT)", "rounded up"),
    ("grel:math_round", "n", "integer", "CAST(round(n) AS BIGINT)", "rounded, 2.5 to 3"),
    ("grel:math_abs", "n", "decimal", "abs(n)", "without its sign"),
    (
        "grel:math_min",
        "n n2",
        "decimal",
        "CASE WHEN n <= n2 THEN n WHEN n2 IS NOT NULL AND n IS NOT NULL THEN n2 END",
        "the less of two",
    ),
    (
        "grel:math_max",
        "n n2",
        "decimal",
        "CASE WHEN n >= n2 THEN n WHEN n2 IS NOT NULL AND n IS NOT NULL THEN n2 END",
        "the greater of two",
    ),
    ("grel:math_mod", "i i2", "integer", "i % nullif(i2, 0)", "the remainder"),
    (
        "grel:math_quotient",
        "n n2",
        "double",
        "CAST(n AS DOUBLE) / nullif(CAST(n2 AS DOUBLE), 0)",
        "the first divided by the second",
    ),
    ("grel:math_pow", "x exp", "double", "pow(n, e)", "raised to a power"),
    ("grel:math_exp", "x", "double", "exp(n)", "e raised to it"),
    ("grel:math_ln", "x", "double", "CASE WHEN n > 0 THEN ln(n) END", "natural logarithm"),
    ("grel:math_log", "x", "double", "CASE WHEN n > 0 THEN log(10, n) END", "decimal logarithm"),
    ("grel:math_gcd", "i i2", "integer", "gcd(i, i2)", "greatest common divisor"),
    ("grel:math_lcm", "i i2", "integer", "lcm(i, i2)", "least common multiple"),
    # -- GREL: dates -----------------------------------------------------------------------
    (
        "grel:date_toDate",
        "value pattern",
        "date",
        f"CAST(try_strptime(value, {_STRPTIME}) AS DATE)",
        "the date that a text states in a pattern such as `dd.MM.yyyy`",
    ),
    (
        "grel:date_inc",
        "date amount unit",
        "date",
        """CAST(d + CASE unit WHEN 'years' THEN to_years(CAST(n AS INTEGER))
            WHEN 'months' THEN to_months(CAST(n AS INTEGER))
            WHEN 'weeks' THEN to_weeks(CAST(n AS INTEGER))
            ELSE to_days(CAST(n AS INTEGER)) END AS DATE)""",
        "that many `years`, `months`, `weeks` or `days` later",
    ),
    (
        "grel:date_datePart",
        "date unit",
        "integer",
        """CASE unit WHEN 'year' THEN year(d) WHEN 'month' THEN month(d) WHEN 'day' THEN day(d)
            WHEN 'week' THEN weekofyear(d) ELSE isodow(d) END""",
        "its `year`, `month`, `day`, `week` or `weekday` (Monday is 1)",
    ),
    # -- IDLab -----------------------------------------------------------------------------
    ("idlab-fn:equal", "value value2", "boolean", "value = value2", "whether"),
    ("idlab-fn:notEqual", "value value2", "boolean", "value <> value2", "whether"),
    ("idlab-fn:isNull", "str", "boolean", "value IS NULL", "whether there is no value"),
    ("idlab-fn:isNotNull", "str", "boolean", "NOT value IS NULL", "whether there is one"),
    (
        "idlab-fn:trueCondition",
        "strbool str",
        "text",
        "CASE WHEN b THEN value END",
        "the second if the first is true, else nothing",
    ),
    (
        "idlab-fn:decide",
        "str expected result",
        "text",
        "CASE WHEN value = expected THEN result END",
        "the third if the first two are equal, else nothing",
    ),
    (
        "idlab-fn:stringContainsOtherString",
        "str other delimiter",
        "boolean",
        "CASE WHEN sep IS NOT NULL THEN list_contains(string_split(value, sep), other) END",
        "whether the second is one of the first's parts",
    ),
    (
        "idlab-fn:listContainsElement",
        "strlist str",
        "boolean",
        "CASE WHEN value IS NOT NULL THEN list_contains(list, value) END",
        "whether the second is one of the first's values",
    ),
    (
        "idlab-fn:inRange",
        "test low? high?",
        "boolean",
        "test >= coalesce(low, test) AND (high IS NULL OR test < high)",
        "whether a number is at least the second and less than the third",
    ),
    (
        "idlab-fn:concat",
        "str other delimiter?",
        "text",
        "value || coalesce(sep, '') || other",
        "both, with the third between them",
    ),
    (
        "idlab-fn:slugify",
        "str",
        "text",
        """trim(regexp_replace(lower(strip_accents(replace(value, 'ß', 'ss'))),
            '[^a-z0-9]+', '-', 'g'), '-')""",
        "as the last part of an address: `Bäcker & Süß` is `backer-suss`",
    ),
    (
        "idlab-fn:toUpperCaseURL",
        "str",
        "text",
        (
            "CASE WHEN regexp_matches(upper(value), '^HTTPS?://') THEN upper(value) "
            "ELSE 'http://' || upper(value) END"
        ),
        "a web address in upper case",
    ),
    (
        "idlab-fn:normalizeDate",
        "strdate strpattern",
        "text",
        f"CAST(CAST(try_strptime(value, {_STRPTIME}) AS DATE) AS VARCHAR)",
        "the date that a text states in a pattern, as `YYYY-MM-DD`",
    ),
    (
        "idlab-fn:normalizeDateTime",
        "strdate strpattern",
        "text",
        f"replace(CAST(try_strptime(value, {_STRPTIME}) AS VARCHAR), ' ', 'T')",
        "the time that a text states in a pattern, as `YYYY-MM-DDThh:mm:ss`",
    ),
    ("idlab-fn:alwaysReturnsABC", "", "text", "'ABC'", "`ABC`"),
    # -- the macros that queries of a mapping may call ----------------------------------------
    ("clk-fn:slug", "text", "text", "slug(value)", "as in SQL: `baecker-suess`"),
    ("clk-fn:addresses", "text", "list", "addresses(value)", "the web addresses in it"),
    (
        "clk-fn:parts",
        "text separator",
        "list",
        "CASE WHEN sep IS NOT NULL THEN parts(value, sep) END",
        "the parts of a list",
    ),
)
