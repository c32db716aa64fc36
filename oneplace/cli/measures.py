"""`oneplace measures`: which measures this place may ask, and whether its own words are right."""

import click

from oneplace.cli.console import Console, Stop, speaks


@click.group()
def measures() -> None:
    """List wellbeing measures, and check the place's own words for them."""


def _begin() -> None:
    from oneplace.cli.audit import become_loader_unless_told
    from oneplace.config.database import Role
    from oneplace.config.installation import join

    become_loader_unless_told(join, Role.LOADER)


@measures.command(name="list")
@speaks
def list_measures(*, console: Console) -> None:
    """List every measure: whether it may be asked here, and by what licence."""
    _begin()
    from oneplace.plans import wording

    found = wording.all_asked()
    for one in found:
        told = one.instrument
        console.say(f"{told.code:<18} {told.name}: {'asked here' if not one.why_not else 'not'}")
        console.say(f"{'':<18} {one.why_not or told.licence}")
    console.result(measures={one.instrument.code: one.why_not for one in found})


@measures.command()
@speaks
def check(*, console: Console) -> None:
    """Check the place's wording files, of measures and of printed plans."""
    _begin()
    from oneplace.plans import print_words, wording
    from oneplace.science.instruments import WordingRefused, instruments

    faults = []
    for told in instruments().values():
        try:
            wording.words_of(told)
        except WordingRefused as wrong:
            faults.append(str(wrong))
    try:
        languages = print_words.languages()
    except print_words.WordsRefused as wrong:
        languages = {}
        faults.append(str(wrong))
    known = {f"{code}.toml" for code in instruments()}
    faults += [
        f"{path.name}: no measure is called {path.stem}. Mend its name."
        for path in sorted(wording.folder().glob("*.toml"))
        if path.name not in known and not path.name.startswith("plan.")
    ]
    if faults:
        raise Stop("\n".join(faults))
    console.say(f"Every wording file is right. Plans print in {', '.join(languages.values())}.")
    console.result(languages=languages)


@measures.command(hidden=True)
@speaks
def invent(*, console: Console) -> None:
    """Make a demonstration's caseload, by the verbs, with its own accounts."""
    _begin()
    from django.conf import settings

    from oneplace.kit import clock
    from oneplace.plans.demo import invent_caseload

    if not settings.IS_DEMO:
        raise Stop("Only a demonstration has an invented caseload.")
    count = invent_caseload(at=clock.now())
    console.say(f"{count:,} people are on the coordinator’s caseload.")
    console.result(done=True, people=count)
