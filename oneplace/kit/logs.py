"""Keeps personal data out of logs: query strings, typed values and database parameters are cut.

So is whatever follows in the path of a link that opens by its secret alone.
"""

import functools
import logging
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

# What a part of an address is called when whoever knows it may open the page: nothing else may
# keep it, no log and no audit. With `uidb36` goes the key of a forgotten password.
SECRET_PARTS = frozenset({"secret", "uidb36"})

_NHS_NUMBER = re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_QUERY = re.compile(r"\?[^\s\"']*")
_DETAIL = re.compile(r"(DETAIL|CONTEXT|HINT|QUERY):.*", re.DOTALL)


def secret_prefixes() -> tuple[str, ...]:
    """How the addresses begin that go on with a secret: ("answer/", "invitation/")."""
    return tuple(sorted(set(_secret_prefixes(get_resolver().url_patterns, ""))))


def _secret_prefixes(patterns: list[Any], before: str) -> Iterator[str]:
    for item in patterns:
        words = before + str(item.pattern).removeprefix("^")
        if isinstance(item, URLResolver):
            yield from _secret_prefixes(item.url_patterns, words)
        elif isinstance(item, URLPattern) and SECRET_PARTS & set(item.pattern.regex.groupindex):
            # Up to the first part that varies, in either way of writing one.
            yield re.split(r"[<(]", words, maxsplit=1)[0]


@functools.cache
def _secret_paths() -> re.Pattern[str] | None:
    begin = "|".join(re.escape(prefix) for prefix in secret_prefixes())
    return re.compile(rf"(/(?:{begin}))[^\s\"'<>]*") if begin else None


def _without_secrets(message: str) -> str:
    if "/" not in message or not apps.ready:
        return message
    try:
        paths = _secret_paths()
    except Exception:
        return message
    return paths.sub(r"\1…", message) if paths else message


class NoPersonalData(logging.Filter):
    """Rewrites a record to one plain message without anything that could name a person.

    Tracebacks keep their places (file, line, exception class), never the exception's own words,
    because a database error quotes the row it refused.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; every record is let through."""
        message = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _error, trace = record.exc_info
            places = []
            while trace is not None:
                code = trace.tb_frame.f_code
                places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
                trace = trace.tb_next
            message = f"{message} [{kind.__name__} at {' < '.join(reversed(places[-6:]))}]"
            record.exc_info = None
            record.exc_text = None
        message = _DETAIL.sub("(cut)", message)
        message = _QUERY.sub("?…", message)
        message = _without_secrets(message)
        message = _EMAIL.sub("(email)", message)
        record.msg = _NHS_NUMBER.sub("(number)", message)
        record.args = None
        return True
