"""Models of admission risk trained here: which is on, how each does; never anything of a person."""

from oneplace.access.viewer import Viewer
from oneplace.casefinding.models import LocalModel, ModelState
from oneplace.casefinding.permissions import SEE_LOCAL_MODEL
from oneplace.casefinding.rules import why_not_clinical_lead
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import OrganisationKind


def local_models(*, viewer: Viewer) -> list[LocalModel]:
    """Every training, the newest first."""
    return list(LocalModel.objects.all()) if viewer.may(SEE_LOCAL_MODEL) else []


def local_model(version: int, *, viewer: Viewer) -> LocalModel | None:
    """One training by its version."""
    found = LocalModel.objects.filter(version=version)
    return found.first() if viewer.may(SEE_LOCAL_MODEL) else None


def judged_before(model: LocalModel, *, viewer: Viewer) -> LocalModel | None:
    """With which a model is compared: the one signed last before it, or else trained last."""
    if not viewer.may(SEE_LOCAL_MODEL):
        return None
    earlier = LocalModel.objects.filter(version__lt=model.version).exclude(card={})
    return earlier.filter(signed_at__isnull=False).first() or earlier.first()


def model_in_use(*, viewer: Viewer) -> LocalModel | None:
    """The model that is on: signed, and not withdrawn. None while there is none."""
    found = LocalModel.objects.filter(state=ModelState.SIGNED)
    return found.first() if viewer.account_id else None


def why_not_lead(*, viewer: Viewer) -> str | None:
    """Why this viewer is not the clinical lead, who signs and withdraws."""
    own = Organisation.objects.filter(pk__in=[viewer.organisation_id]).first()
    return why_not_clinical_lead(
        viewer, is_practice=own is None or own.kind is OrganisationKind.GP_PRACTICE
    )
