"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class TransferAgreed:
    """Both partners have agreed that money moves between them."""

    transfer_id: uuid.UUID
    at: datetime
    by: Any = None


@dataclass(frozen=True)
class ReportSent:
    """A fund's report was frozen and sent to the partners who put money in."""

    report_id: uuid.UUID
    at: datetime
    by: Any = None
