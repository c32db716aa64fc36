"""The lives laid out in DuckDB, with the small words (macros) the writers speak in.

Inside the store every moment is a plain timestamp in UTC; `uk` turns it into UK local time, the
hour forward between the last Sundays of March and October at 01:00 UTC (Summer Time Order 2002).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from oneplace.borough.tables import Lives

THREADS = 2
MEMORY_LIMIT = "2500MB"
ROWS_PER_BATCH = 65_536

SEVEN_DIGIT_PRIME = 9_999_991
EIGHT_DIGIT_PRIME = 99_999_989
_STEP = 48_271_661
"""Has no factor in common with the primes nor with ten: multiplying by it, turning the digits round
and multiplying again gives each number below the prime another, that says nothing of its order."""

_MACROS = """
CREATE MACRO uk(x) AS x + CASE
    WHEN month(x) BETWEEN 4 AND 9 THEN INTERVAL 1 HOUR
    WHEN month(x) NOT IN (3, 10) THEN INTERVAL 0 HOUR
    WHEN month(x) = 3 THEN CASE WHEN x >= make_timestamp(year(x), 3, 31, 1, 0, 0)
        - to_days(dayofweek(make_date(year(x), 3, 31))::INTEGER)
        THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END
    ELSE CASE WHEN x < make_timestamp(year(x), 10, 31, 1, 0, 0)
        - to_days(dayofweek(make_date(year(x), 10, 31))::INTEGER)
        THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END
    END;
CREATE MACRO uk_day(x) AS uk(x)::DATE;
CREATE MACRO iso(x) AS strftime(uk(x), '%Y-%m-%dT%H:%M:%S')
    || CASE WHEN uk(x) = x THEN '+00:00' ELSE '+01:00' END;
CREATE MACRO iso_day(d) AS strftime(d, '%Y-%m-%d');
CREATE MACRO slashed(d) AS strftime(d, '%d/%m/%Y');
CREATE MACRO slashed_time(x) AS strftime(uk(x), '%d/%m/%Y %H:%M');
CREATE MACRO dashed_month(d) AS strftime(d, '%d-%b-%Y');
CREATE MACRO dashed_month_time(x) AS strftime(uk(x), '%d-%b-%Y %H:%M');
CREATE MACRO short_day(d) AS ltrim(strftime(d, '%d %b %y'), '0');
CREATE MACRO short_time(x) AS ltrim(strftime(uk(x), '%d %b %y %H:%M'), '0');
CREATE MACRO spaced_time(x) AS strftime(uk(x), '%Y-%m-%d %H:%M');
CREATE MACRO hl7_time(x) AS strftime(uk(x), '%Y%m%d%H%M%S');
CREATE MACRO hl7_day(d) AS strftime(d, '%Y%m%d');
CREATE MACRO csv(x) AS CASE
    WHEN x IS NULL THEN ''
    WHEN contains(x, ',') OR contains(x, '"') OR contains(x, chr(10)) OR contains(x, chr(13))
        THEN '"' || replace(x, '"', '""') || '"'
    ELSE x END;
CREATE MACRO plain(x) AS coalesce(x::VARCHAR, '');
CREATE MACRO yes_no(x) AS CASE WHEN x THEN 'Y' ELSE 'N' END;
CREATE MACRO hl7(x) AS CASE
    WHEN x IS NULL THEN ''
    WHEN contains(x, '\\') OR contains(x, '|') OR contains(x, '^') OR contains(x, '&')
        OR contains(x, '~') OR contains(x, chr(13)) OR contains(x, chr(10))
        THEN replace(replace(replace(replace(replace(replace(replace(x,
            '\\', '\\E\\'), '|', '\\F\\'), '^', '\\S\\'), '&', '\\T\\'), '~', '\\R\\'),
            chr(13), '\\.br\\'), chr(10), '\\.br\\')
    ELSE x END;
CREATE MACRO as_read(postcode, is_misread) AS
    CASE WHEN is_misread THEN replace(postcode, '0', 'O') ELSE postcode END;
CREATE MACRO js(x) AS to_json(x::VARCHAR)::VARCHAR;
CREATE MACRO one_place(x) AS printf('%.1f', round(x::DOUBLE, 1));
CREATE MACRO pounds(pence) AS printf('%.2f', pence / 100.0);
CREATE MACRO chance(thing, what) AS hash(thing, what, {seed}::BIGINT) / 18446744073709551616.0;
CREATE MACRO scattered(x, digits, prime, scale) AS
    lpad(((reverse(lpad(((x * {step}) % prime)::BIGINT::VARCHAR, digits, '0'))::BIGINT * {step}
        + {seed} * 7919) % scale)::BIGINT::VARCHAR, digits, '0');
CREATE MACRO reference(i, what) AS
    scattered(i::BIGINT + 1 + (hash(what, {seed}::BIGINT) % 40000000)::BIGINT, 8, {eight},
        100000000);
CREATE MACRO own_number(i) AS scattered(i::BIGINT + 1, 7, {seven}, 10000000);
CREATE MACRO dashed(m) AS substr(m, 1, 8) || '-' || substr(m, 9, 4) || '-8' || substr(m, 14, 3)
    || '-a' || substr(m, 18, 3) || '-' || substr(m, 21);
CREATE MACRO id_of(kind, key) AS dashed(md5('{seed}:' || kind || ':' || key));
"""


class Store:
    """One DuckDB connection that knows the lives."""

    def __init__(self, lives: Lives, spill: Path) -> None:
        """Register every table; `spill` is a folder DuckDB may use when memory is short."""
        self.lives = lives
        self.settings = lives.settings
        self.connection = duckdb.connect(":memory:")
        self.run(f"SET threads = {THREADS}")
        self.run(f"SET memory_limit = '{MEMORY_LIMIT}'")
        self.run(f"SET temp_directory = '{spill.as_posix()}'")
        self.run("SET preserve_insertion_order = true")
        self.run("SET TimeZone = 'UTC'")
        self.run("SET enable_progress_bar = false")
        for name, table in lives.tables.items():
            self.register(name, table)
        macros = _MACROS.format(
            seed=self.settings.seed % 2**31,
            step=_STEP,
            seven=SEVEN_DIGIT_PRIME,
            eight=EIGHT_DIGIT_PRIME,
        )
        self.run(macros)

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()

    def register(self, name: str, table: Any) -> None:
        """Lay an Arrow table out under a name; moments lose their zone, which is UTC."""
        plain = pa.schema(
            [
                pa.field(field.name, pa.timestamp("us"), field.nullable)
                if pa.types.is_timestamp(field.type)
                else field
                for field in table.schema
            ]
        )
        self.connection.register(name, table.cast(plain))

    def run(self, sql: str) -> None:
        """Do something and forget the answer."""
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A small answer, as tuples."""
        return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The first value of the first row."""
        return self.rows(sql)[0][0]

    def arrow(self, sql: str) -> Any:
        """An answer as an Arrow table."""
        return self.connection.sql(sql).to_arrow_table()

    def batches(self, sql: str) -> Iterable[Any]:
        """A large answer, as Arrow batches in order."""
        return self.connection.sql(sql).to_arrow_reader(ROWS_PER_BATCH)  # type: ignore[no-any-return]

    def make(self, name: str, sql: str) -> None:
        """Keep an answer as a table."""
        self.run(f"CREATE OR REPLACE TABLE {name} AS {sql}")


def moment(value: dt.datetime) -> str:
    """A moment as the store writes it: UTC, without zone."""
    return f"TIMESTAMP '{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}'"


def day(value: dt.date) -> str:
    """A date as the store writes it."""
    return f"DATE '{value:%Y-%m-%d}'"


def words(values: Sequence[str]) -> str:
    """A list of words, quoted for the store."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def mapped(column: str, pairs: dict[str, str], otherwise: str = "''") -> str:
    """A CASE that puts a partner's word in the place of ours; `otherwise` is an expression."""
    cases = " ".join(
        f"WHEN {words([ours])} THEN {words([theirs])}" for ours, theirs in pairs.items()
    )
    return f"CASE {column} {cases} ELSE {otherwise} END"
