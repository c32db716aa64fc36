"""Who may be sent to somebody's door."""

from django.db.models import Q

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer


def who_may_go(*, viewer: Viewer) -> list[Hat]:
    """The viewer first, then whoever works in the viewer's teams, by name."""
    if viewer.account_id is None:
        return []
    near = Hat.objects.select_related("account", "post").filter(
        Q(pk=viewer.hat_id) | Q(post__teams__in=viewer.team_ids),
        ended_at__isnull=True,
        account__is_active=True,
    )
    kept = {hat.pk: hat for hat in near}
    return sorted(kept.values(), key=lambda hat: (hat.pk != viewer.hat_id, hat.account.name))
