"""Keeps personal data out of logs: query strings, typed values and database parameters are cut."""

import logging
import re

_NHS_NUMBER = re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_QUERY = re.compile(r"\?[^\s\"']*")
_DETAIL = re.compile(r"(DETAIL|CONTEXT|HINT|QUERY):.*", re.DOTALL)


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
        message = _EMAIL.sub("(email)", message)
        record.msg = _NHS_NUMBER.sub("(number)", message)
        record.args = None
        return True
