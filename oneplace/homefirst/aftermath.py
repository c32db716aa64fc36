"""What follows here at once when earlier rooms announce something; wired in `config.wiring`."""

from oneplace.homefirst import verbs
from oneplace.homefirst.announcements import (
    DischargeFailed,
    FirstSeen,
    PromiseRuns,
    VisitInVain,
)
from oneplace.people.announcements import DeathsUndone, PeopleDied, SayingsFollowed
from oneplace.referrals import queries as referrals
from oneplace.referrals.announcements import ReferralMade, ReferralMoved
from oneplace.visits.announcements import (
    NobodyAnswered,
    PersonFound,
    VisitArrived,
    VisitCancelled,
    VisitRunsLate,
    VisitSetOut,
)


def take_up_referral(made: ReferralMade) -> None:
    """Put whatever is asked of a desk's services in its queue."""
    if made.by is None:
        return
    referral = referrals.referral(made.referral_id, viewer=made.by)
    if referral is not None:
        verbs.take_up(referral=referral, by=made.by, at=made.at)


def follow_stays(followed: SayingsFollowed) -> None:
    """The ward's message starts the promise, takes it back, or says who is in a bed again."""
    verbs.follow_stays(person_ids=followed.person_ids, by=followed.by, at=followed.at)


def follow_set_out(gone: VisitSetOut) -> None:
    """Somebody is on the way: the screens of the desk say so at once."""
    verbs.follow_set_out(visit_id=gone.visit_id)


def notice_failed_discharges(followed: SayingsFollowed) -> None:
    """Whoever is in a bed again within 72 hours: the desk is asked why."""
    verbs.notice_failed_discharges(person_ids=followed.person_ids, by=followed.by, at=followed.at)


def follow_arrival(arrived: VisitArrived) -> None:
    """Somebody stands before the person: the promise is kept or broken at this moment."""
    verbs.follow_arrival(
        visit_id=arrived.visit_id, origin_id=arrived.origin_id, by=verbs.keeper(), at=arrived.at
    )


def follow_late(late: VisitRunsLate) -> None:
    """Whoever goes runs late: the desk sees it beside the promise."""
    verbs.follow_late(
        visit_id=late.visit_id,
        origin_id=late.origin_id,
        expected_at=late.expected_at,
        by=verbs.keeper(),
        at=late.at,
    )


def follow_no_answer(unanswered: NobodyAnswered) -> None:
    """Nobody opened: the desk sees it before everything else."""
    verbs.follow_no_answer(visit_id=unanswered.visit_id, by=verbs.keeper(), at=unanswered.at)


def follow_found(found: PersonFound) -> None:
    """Whoever did not answer has been found."""
    verbs.follow_found(visit_id=found.visit_id, words=found.words, by=verbs.keeper(), at=found.at)


def follow_cancelled(cancelled: VisitCancelled) -> None:
    """A visit will not happen, or another stands in its place."""
    verbs.follow_cancelled(
        visit_id=cancelled.visit_id,
        moved_to_id=cancelled.moved_to_id,
        by=verbs.keeper(),
        at=cancelled.at,
    )


def follow_referral(moved: ReferralMoved) -> None:
    """A referral was answered or taken back on its own page."""
    verbs.follow_referral(
        referral_id=moved.referral_id, after=moved.after, by=verbs.keeper(), at=moved.at
    )


def close_for_death(died: PeopleDied) -> None:
    """Nobody stands at the door of somebody who has died."""
    verbs.close_for_deaths(person_ids=died.person_ids, by=died.by, at=died.at)


START_AGAIN = "oneplace.homefirst.jobs.start_again"


def start_again_after_mistake(undone: DeathsUndone) -> None:
    """Ask that what a death closed stands before the desk again; a job does it, as the loader."""
    from procrastinate.contrib.django import app

    app.configure_task(START_AGAIN).defer(person_ids=[str(each) for each in undone.person_ids])


TELL_STARTED = "oneplace.homefirst.jobs.tell_started"
ASK_WHY_BACK = "oneplace.homefirst.jobs.ask_why_back"
PLAN_AROUND = "oneplace.homefirst.jobs.plan_around"
TELL_IN_VAIN = "oneplace.homefirst.jobs.tell_in_vain"


def tell_started(seen: FirstSeen) -> None:
    """Whoever asked hears that somebody has been there; a job, for the visitor is not the desk."""
    from procrastinate.contrib.django import app

    app.configure_task(TELL_STARTED, lock=f"started-{seen.case_id}").defer(
        case_id=str(seen.case_id)
    )


def tell_in_vain(sent: VisitInVain) -> None:
    """Whoever is to go, and the desk, hear at once that nobody is at home."""
    from procrastinate.contrib.django import app

    app.configure_task(TELL_IN_VAIN, lock=f"in-vain-{sent.case_id}").defer(
        case_id=str(sent.case_id), why=sent.why
    )


def ask_why_back(failed: DischargeFailed) -> None:
    """The desk is asked for the reason; a job, for the loader writes to nobody."""
    from procrastinate.contrib.django import app

    app.configure_task(ASK_WHY_BACK, lock=f"why-back-{failed.failed_id}").defer(
        case_id=str(failed.case_id)
    )


def plan_around(running: PromiseRuns) -> None:
    """The day is planned anew around whoever must be seen within two hours, by a job."""
    from procrastinate.contrib.django import app

    app.configure_task(PLAN_AROUND, lock=f"around-{running.case_id}").defer(
        case_id=str(running.case_id)
    )
