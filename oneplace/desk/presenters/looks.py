"""Who looked at a record, and why, in plain words: for officers, and for the person themself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.access.models import LookQuestion
from oneplace.access.queries.looks import MOST, Look
from oneplace.desk.queries.officer import Named
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.vocabulary.terms import AccountKind, AuditOutcome, RelationshipKind, Role

ITSELF: Final = "oneplace itself"

# What was done, after a name: "Nia Nurse opened the record". Others are said by their own name.
_DONE: Final = {
    "see_record": "opened {the} record",
    "see_timeline": "opened {the} record",
    "open_page": "opened a page about {them}",
    "find_people": "saw {the} name in a search",
    "look_up_person": "looked {them} up by number, or name and birth date",
    "take_referral": "took a referral",
    "take_call": "took a referral",
    "make_referral": "referred {them} to a service",
    "see_referral": "read a referral of {them}",
    "list_referrals": "saw {the} name in a list of referrals",
    "open_passed_on": "saw {the} name and number after saying yes to help",
    "see_plan": "read {the} plan",
    "write_words": "wrote in {the} plan",
    "set_goal": "wrote down a goal of {them}",
    "review_goal": "wrote down how a goal went",
    "see_plans_due": "saw on My day that {the} plan is to be looked at again",
    "open_plan": "began {the} plan",
    "take_out_words": "took a line out of {the} plan",
    "agree_plan": "wrote down that {they} agreed to {the} plan",
    "plan_review": "set a day to look at {the} plan again",
    "add_support": "wrote down in {the} plan who helps",
    "end_support": "wrote down in {the} plan that somebody no longer helps",
    "start_goal": "wrote down that a goal is under way",
    "add_step": "wrote down a step towards a goal",
    "finish_step": "wrote down that a step is done",
    "record_income": "wrote down money gained",
    "record_measure": "wrote down how {they} are doing",
    "write_carer_needs": "wrote down what somebody close to {them} needs",
    "open_work": "asked a coordinator to help {them}",
    "allocate_work": "gave {the} coordinator’s work to somebody",
    "try_contact": "tried to reach {them}",
    "note_work": "wrote down how {the} coordinator’s work stands",
    "give_copy": "noted who has a copy of {the} plan",
    "book_visit": "booked a visit to {them}",
    "move_visit": "moved a visit to {them}",
    "cancel_visit": "cancelled a visit to {them}",
    "set_out": "set out to visit {them}",
    "arrive": "arrived for a visit to {them}",
    "finish_visit": "finished a visit to {them}",
    "write_note": "wrote a note after a visit",
    "note_no_answer": "noted that nobody answered at the door",
    "take_pack": "took along what a visit to {them} needs",
    "see_life_desk": "saw {the} name on the list of the team that helps at home",
    "see_desk_case": "read what the team that helps at home does for {them}",
    "see_desk_clock": "looked how long {they} had waited for help at home",
    "see_discharges": "saw {the} name in a list of people in hospital",
    "see_journey": "read how {they} come home from hospital",
    "see_episode": "read how help at home goes",
    "ask_life": "asked for help to bring {them} home",
    "take_up": "asked the team that helps at home",
    "accept_case": "said yes to helping {them} at home",
    "reject_case": "said that the team that helps at home could not help",
    "redirect_case": "sent on what was asked for {them}",
    "allocate_case": "sent somebody to {the} home",
    "close_case_at_desk": "ended the help at home",
    "follow_left": "heard that {they} had left hospital",
    "follow_not_left": "heard that {they} had not left hospital after all",
    "follow_arrival": "noted that somebody had come to {them}",
    "plan_discharge": "began to plan how {they} come home from hospital",
    "open_blocker": "wrote down what {they} wait for in hospital",
    "close_blocker": "wrote down that {they} no longer wait for something",
    "write_transfer": "wrote what others must know when {they} come home",
    "tell_family": "wrote down what somebody close to {them} says",
    "open_episode": "wrote down how help at home began",
    "review_week": "wrote down how help at home goes",
    "end_episode": "wrote down how help at home ended",
    "list_case": "put {them} on the list of a weekly meeting",
    "close_case": "took {them} off the list of a weekly meeting",
    "bring_to_huddle": "brought {them} to a weekly meeting",
    "turn_to": "turned to {them} in a weekly meeting",
    "write_line": "wrote something in a weekly meeting about {them}",
    "write_part": "wrote something in a weekly meeting about {them}",
    "conclude_item": "wrote down what a weekly meeting decided for {them}",
    "build_agenda": "had {the} name on the agenda of a weekly meeting",
    "check_paragraph": "checked what a weekly meeting tells {the} GP",
    "raise_worry": "asked whether {they} need more help",
    "suggest": "suggested {them} for more help",
    "suggest_who_asked": "told {the} practice that {they} asked to be looked at",
    "see_own_page": "read {the} own page",
    "add_own_words": "added words to {the} plan",
    "set_own_goal": "wrote down what {they} would like to do",
    "say_my_plan": "said of {the} plan that it is theirs",
    "ask_on_own_page": "asked for a change on {the} own page",
    "tell_person": "wrote on {the} own page what others will do",
    "open_own_record": "let somebody come to {the} own page",
    "suspend_own_record": "closed {the} own page to somebody",
    "resume_own_record": "let somebody come to {the} own page again",
    "send_own_link": "made a link to {the} own page",
    "open_emergency": "opened {the} record in an emergency",
    "wear_safeguarding": "opened {the} record to look into a safeguarding concern",
    "take_off_safeguarding": "ended a look into a safeguarding concern",
    "see_own_emergencies": "saw {the} name among what they had opened in an emergency",
    "end_emergency": "ended an emergency access",
    "review_emergency": "reviewed an emergency access",
    "see_looks": "looked up who had opened {the} record",
    "ask_about_look": "asked about a look at {the} record",
    "answer_look_question": "answered a question about a look",
    "explain_access": "looked up who may see {the} record",
    "export_subject": "took a copy of {the} record",
    "enter_by_hand": "wrote in {the} record",
    "cancel_by_hand": "took back something written in {the} record",
    "write_message": "wrote a message or letter about {them}",
    "mark_read": "read a notice about {them}",
    "mark_not_this_person": "doubted an entry",
    "record_death": "recorded a death",
    "undo_death": "took back a death",
    "open_file": "opened a file about {them}",
    "export_record": "took a copy of {the} record",
    "record_choice": "wrote down {a} choice about sharing",
    "end_choice": "ended {a} choice about sharing",
    "record_told": "wrote down that {they} had been told about sharing",
    "keep_coded_choices": "brought in or ended {a} choice about sharing that was coded elsewhere",
    "open_barrier": "closed {the} record, or a part of it, to somebody",
    "open_permit": "wrote down {a} yes to sharing",
    "open_relationship": "was connected with {them}",
    "end_relationship": "ended a connection with {them}",
    "keep_relationships": "brought connections up to date",
    "merge": "put two records of one person together",
    "undo_merge": "took two records apart again",
    "separate": "took a number away from {the} record",
    "settle_match": "decided whether two records are one person’s",
    "see_actions": "saw {the} name in a list of what people asked of each other",
    "see_owed_actions": "saw on My day what they were asked to do for {them}",
    "see_promised_actions": "saw on My day what they had promised for {them}",
    "see_answered_actions": "saw on My day what came of something they had asked for {them}",
    "open_action": "read something that was asked for {them}",
    "ask_action": "asked somebody to do something for {them}",
    "take_back_action": "took back something asked for {them}",
    "accept_action": "promised to do something for {them}",
    "decline_action": "said that they could not do something for {them}",
    "pass_on_action": "asked somebody else to do something for {them}",
    "take_on_action": "took on something for {them}",
    "finish_action": "did something for {them}",
    "action_no_longer_needed": "said that something for {them} is no longer needed",
    "could_not_reach_for_action": "tried to reach {them}",
    "undo_answer": "took back an answer about something for {them}",
    "reassign_action": "asked a colleague’s team to do something for {them}",
    "start_clock": "started a clock for {them}",
    "stop_clock": "stopped a clock for {them}",
    "pause_clock": "let a clock for {them} stand still",
    "resume_clock": "let a clock for {them} run on",
    "give_breach_reason": "said why something for {them} took longer",
    "settle_unusual": "looked into looks that stood out",
    "keep_unusual": "searched for looks that stand out",
}
_PAGE: Final = "open_page"
_RANK: Final = {action: place for place, action in enumerate(_DONE)}
_OF_OTHERS: Final = {"the": "the", "them": "the person", "they": "the person", "a": "a"}
_OF_YOURSELF: Final = {"the": "your", "them": "you", "they": "you", "a": "your"}

_BECAUSE: Final = {
    RelationshipKind.REGISTERED_PRACTICE: "{they} are registered with this practice",
    RelationshipKind.NETWORK: "{they} live in the area this team looks after",
    RelationshipKind.CASELOAD: "{they} are on their caseload",
    RelationshipKind.HUDDLE_LIST: "{they} are on the list of their weekly meeting",
    RelationshipKind.OPEN_REFERRAL: "{they} were referred to them",
    RelationshipKind.STAY: "{they} were in this hospital, or due home from it",
    RelationshipKind.CARE_HOME: "{they} live in this care home",
    RelationshipKind.ACTION_OWNER: "they were asked to do something for {them}",
    RelationshipKind.ON_CALL: "they were on duty for the area",
    RelationshipKind.SAFEGUARDING_ENQUIRY: "they were looking into a safeguarding concern",
    RelationshipKind.RECORD_STEWARDSHIP: "they put records together correctly",
    RelationshipKind.EMERGENCY: "they opened it in an emergency, which is always reviewed",
    RelationshipKind.OWN_RECORD: "it is their own record",
    RelationshipKind.SUPPORTER: "{they} chose them to help",
    RelationshipKind.ATTORNEY: "they hold authority to decide for {them}",
}
_OFFICERS: Final = ("see_looks", "review_emergency", "ask_about_look", "explain_access")


_LOOKING_AFTER: Final = "Looking after who may see what"


def _is_officers(look: Look) -> bool:
    """Whether an officer looked up who looked, and nothing of the record."""
    done = set(look.actions) - {_PAGE}
    return bool(done) and done <= set(_OFFICERS)


def _is_of_somebody(look: Look) -> bool:
    """Whether it tells that there is such a person: an address typed, and who asked, do not."""
    return not set(look.actions) <= {_PAGE, *_OFFICERS}


@dataclass(frozen=True)
class LookLine:
    """One line: who, as what and where, what they did, when, and why they could."""

    entry_id: int
    who: str
    post: str
    did: str
    when: str
    times: str
    why: str
    purpose: str
    reason: str
    is_refused: bool
    is_emergency: bool
    is_by_itself: bool
    """oneplace itself, or a partner's system: nobody can be asked."""
    asked: LookQuestion | None = None

    @property
    def sentence(self) -> str:
        """The whole line as one sentence, as it is read aloud."""
        post = f", {self.post}," if self.post else ""
        because = f" They could because {self.why}." if self.why else ""
        return f"{self.who}{post} {self.did} {self.when}{self.times}.{because}"


def line_of(
    look: Look,
    *,
    yourself: uuid.UUID | None = None,
    is_own: bool = False,
    asked: LookQuestion | None = None,
) -> LookLine:
    """One look in plain words; `is_own` speaks to the person whose record it is."""
    whose = _OF_YOURSELF if is_own else _OF_OTHERS
    is_refused = look.outcome is not AuditOutcome.DONE
    # What matters most first, as the table above has it; that a page was opened is said where it is
    # all there is to say, such as a form nobody sent.
    told = [action for action in look.actions if action != _PAGE] or list(look.actions)
    ranked = sorted(told, key=lambda action: _RANK.get(action, len(_RANK)))
    did = formats.sentence_list(list(dict.fromkeys(_did(action, whose) for action in ranked)))
    return LookLine(
        entry_id=look.entry_id,
        who="You" if look.account_id and look.account_id == yourself else look.name or ITSELF,
        post=", ".join(filter(None, (look.title, look.organisation))),
        did=f"tried and was refused: {did}" if is_refused else did,
        when=_when(look),
        times=f", {look.times:,} times" if look.times > 1 else "",
        why="" if is_refused else _why(look, whose),
        purpose=_LOOKING_AFTER
        if _is_officers(look)
        else look.purpose.label
        if look.purpose
        else "",
        reason=look.reason,
        is_refused=is_refused,
        is_emergency=RelationshipKind.EMERGENCY in look.connected
        or "open_emergency" in look.actions,
        is_by_itself=look.account_kind
        in (AccountKind.BACKGROUND_JOB, AccountKind.CLIENT_SYSTEM, None)
        or not look.name,
        asked=asked,
    )


def _did(action: str, whose: dict[str, str]) -> str:
    return _DONE.get(action, action.replace("_", " ").replace("{", "")).format(**whose)


def _when(look: Look) -> str:
    if look.first_at == look.last_at:
        return f"on {formats.moment(look.first_at)}"
    if local_day(look.first_at) == local_day(look.last_at):
        until = formats.clock_time(look.last_at)
        return f"on {formats.moment(look.first_at)} to {until}"
    return f"from {formats.moment(look.first_at)} to {formats.moment(look.last_at)}"


def _why(look: Look, whose: dict[str, str]) -> str:
    """Why they could: what connected them; else what their post answers for."""
    they = "you" if whose is _OF_YOURSELF else "the person"
    if _is_officers(look):
        return "they answer for who may see what"
    found = [_BECAUSE[kind] for kind in look.connected if kind in _BECAUSE]
    if look.role is Role.RECORD_STEWARD:
        # Connected with everybody by permission, whatever else connects the organisation.
        found = [_BECAUSE[RelationshipKind.RECORD_STEWARDSHIP]]
    if not found and look.is_list:
        found = ["whoever may search sees names to tell people apart, and nothing of the record"]
    words = formats.sentence_list([one.format(they=they, them=whose["them"]) for one in found])
    # "The person are": in the third person the verb has another ending.
    return (
        words.replace("the person are", "the person is")
        .replace("the person live", "the person lives")
        .replace("the person were", "the person was")
    )


@dataclass(frozen=True)
class LooksPage:
    """Who looked at one record: for officers."""

    title: str
    person_id: uuid.UUID
    who: str
    facts: str
    lines: tuple[LookLine, ...]
    opened: int
    people: int
    has_more: bool
    is_records_only: bool
    is_of_nobody: bool
    """Nobody known here, and nothing was ever looked at."""

    @classmethod
    def of(
        cls,
        person_id: uuid.UUID,
        named: Named | None,
        looks: Sequence[Look],
        questions: Sequence[LookQuestion],
        *,
        viewer_id: uuid.UUID | None,
        is_records_only: bool,
    ) -> "LooksPage":
        """The page; without a name where the person is nobody this officer may be told of."""
        asked = {question.entry_id: question for question in questions}
        shown = [one for one in looks if not (is_records_only and one.is_list)]
        return cls(
            title="Who looked at this record, and why",
            person_id=person_id,
            who=named.name if named else "A person whose name is protected",
            facts=facts_of(named),
            lines=tuple(
                line_of(one, yourself=viewer_id, asked=asked.get(one.entry_id)) for one in shown
            ),
            opened=sum(one.times for one in looks if "see_record" in one.actions),
            people=len({one.account_id for one in looks if "see_record" in one.actions}),
            has_more=len(looks) >= MOST,
            is_records_only=is_records_only,
            is_of_nobody=named is None and not any(_is_of_somebody(one) for one in looks),
        )


def facts_of(named: Named | None) -> str:
    """What tells this person from a namesake, in one line."""
    if named is None:
        return ""
    born = f"born {named.born_year}" if named.born_year else ""
    return " · ".join(filter(None, (born, named.part_of_address, named.practice)))


@dataclass(frozen=True)
class OwnLooksPage:
    """Who looked at my record: for the person whose record it is."""

    title: str
    lines: tuple[LookLine, ...]
    by_itself: int
    """How often oneplace itself or a partner's system did something: counted, not listed."""

    @classmethod
    def of(
        cls,
        looks: Sequence[Look],
        questions: Sequence[LookQuestion],
        *,
        account_id: uuid.UUID | None,
    ) -> "OwnLooksPage":
        """People who looked, in plain words, newest first, each with its question and answer."""
        asked = {question.entry_id: question for question in questions}
        lines = [
            line_of(one, yourself=account_id, is_own=True, asked=asked.get(one.entry_id))
            for one in looks
        ]
        return cls(
            title="Who looked at my record, and why",
            lines=tuple(line for line in lines if not line.is_by_itself),
            by_itself=sum(
                one.times for one, line in zip(looks, lines, strict=True) if line.is_by_itself
            ),
        )


def looked_words(look: Look) -> str:
    """What was done, for a question that names nobody."""
    line = line_of(look)
    return f"{line.did} {line.when}{line.times}"
