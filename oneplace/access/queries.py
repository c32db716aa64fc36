"""What the room answers: which hats an account may wear, where its sessions are."""

import uuid
from datetime import date

from django.db.models import Q, QuerySet

from oneplace.access.models import Hat


def hats(account_id: uuid.UUID, *, on: date) -> QuerySet[Hat]:
    """The hats an account may wear on a day."""
    return (
        Hat.objects.filter(account_id=account_id, ended_at__isnull=True, starts_on__lte=on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
        .select_related("post__organisation", "post__network", "employer")
    )
