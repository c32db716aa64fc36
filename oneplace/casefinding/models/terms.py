"""Words of this room alone: why somebody was not chosen, which step was taken, how blocks read."""

from typing import Final

from oneplace.vocabulary.terms import Term, Transitions


class NotChosen(Term):
    """Why somebody eligible was not suggested in a run; kept for an honest comparison later."""

    NOT_NEW = "not_new", "Nothing new since they were last looked at"
    ON_THE_LIST = "on_the_list", "On the list already"
    WAITING = "waiting", "Already waits for the practice"
    BELOW_RULE = "below_rule", "Meets no rule in full"
    BEYOND_PLACES = "beyond_places", "The practice's list for this run was full"
    OBJECTED = "objected", "Their choice about sharing keeps them off lists"
    NOT_NOW = "not_now", "The practice said not now"
    UNKNOWN = "unknown", "Registered with no practice here"


class StepTaken(Term):
    """One thing done with a suggestion."""

    SUGGESTED = "suggested", "Suggested"
    SCREENED = "screened", "Looked at"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    NOT_NOW = "not_now", "Put off to a later day"
    TOLD = "told", "Told"
    LISTED = "listed", "Put on the list"
    LEFT = "left", "Left the list"
    LAPSED = "lapsed", "Left the suggestions: the reasons are too old"
    TAKEN_BACK = "taken_back", "Taken back"


class ModelState(Term):
    """Where a local model of admission risk stands. Nothing but a signed one is ever used."""

    TRAINED = "trained", "Trained"
    REFUSED = "refused", "Refused"
    SIGNED = "signed", "Signed"
    WITHDRAWN = "withdrawn", "Withdrawn"


MODEL: Final = Transitions(
    start=ModelState.TRAINED,
    allowed={
        ModelState.TRAINED: (ModelState.SIGNED, ModelState.WITHDRAWN),
        ModelState.SIGNED: (ModelState.WITHDRAWN,),
    },
    with_reason=frozenset({ModelState.WITHDRAWN}),
)
