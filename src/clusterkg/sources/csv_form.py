"""How a CSV file is written: the parts of a CSVW dialect that say where cells begin and end."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CsvForm"]


@dataclass(frozen=True)
class CsvForm:
    """A dialect of CSV (Metadata Vocabulary for Tabular Data, section 5.9).

    ``delimiter`` None: a tab in a file named .tsv, else a comma. ``quote`` None: cells are not
    quoted. ``escape`` None: a quote inside a quoted cell is written twice. ``names`` take the
    place of the header's; without both a column is called by its number or ``_col.1``.
    ``trim`` is none, both, start or end.
    """

    delimiter: str | None = None
    quote: str | None = '"'
    escape: str | None = None
    header_rows: int = 1
    names: tuple[str, ...] = ()
    skip_rows: int = 0
    skip_columns: int = 0
    comment: str | None = None
    trim: str = "none"
    line_ends: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB's reader can take a file of this form as it is."""
        return (
            self.header_rows <= 1
            and not (self.skip_rows or self.skip_columns or self.comment)
            and self.trim == "none"
            and set(self.line_ends) <= {"\n", "\r\n", "\r"}
        )
