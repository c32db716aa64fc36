"""Feeds killed at every stage, cut off, full, poisoned, fed with spoiled and hostile things."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns import campaign

KILLS = 200
PARTS = 8
"""Into how many parts the kills of each door are dealt."""
DAMAGES = 300
RESTARTS = 10
ORDERS, ORDER_PARTS = 50, 5
ORDERED_FILES = 45
FUZZED = 20_000
LARGE_MB = 2_000
_SIBLINGS = "tests/rooms/feeds/core/test_faults.py::"


def _kill_stages(part: int) -> None:
    @campaign(
        f"feeds.kill_stages_{part + 1}",
        sibling=_SIBLINGS
        + "test_killed_while_it_receives_or_reads_it_ends_as_if_it_had_never_been",
    )
    def kill_stages(seed: int) -> str:
        """Kill receiving, reading and linking of files at random points; nothing may differ."""
        from tests.campaigns import feeds_kills
        from tests.campaigns.feeds_campaigns import house_of
        from tests.rooms.feeds.core.test_intake import STATE

        kills, own = KILLS // PARTS, seed * 100 + part
        asked = (STATE, feeds_kills.PEOPLE, feeds_kills.UNFINISHED)
        with TemporaryDirectory() as folder:
            files = feeds_kills.mixed_files(Path(folder), kills * 2, seed=own)
            with house_of("calm") as calm:
                feeds_kills.add_sources(calm)
                feeds_kills.run(calm, files=files, kills=0, seed=own)
                expected = [calm.ask(question) for question in asked]
            with house_of("killed") as house:
                feeds_kills.add_sources(house)
                met = feeds_kills.run(house, files=files, kills=kills, seed=own)["met"]
                found = [house.ask(question) for question in asked]
        if found != expected or any(found[-1][0]):
            differing = [
                name
                for name, one, other in zip(
                    ("state", "people", "unfinished"), found, expected, strict=True
                )
                if one != other
            ]
            raise AssertionError(f"seed {own}: after {met} {differing} differ, {found[-1]}")
        said = ", ".join(f"{met[stage]} while it would {stage}" for stage in feeds_kills.STAGES)
        return (
            f"{kills} kills at work on {len(files)} files ({said}): 0 lost, 0 doubled, 0 half there"
        )


def _kill_fhir(part: int) -> None:
    @campaign(
        f"feeds.kill_fhir_{part + 1}",
        sibling=_SIBLINGS + "test_a_server_killed_while_it_takes_fhir_keeps_what_it_answered",
    )
    def kill_fhir(seed: int) -> str:
        """Kill the web server while FHIR comes; what was answered is there, once and whole."""
        from tests.campaigns import feeds_http, feeds_kills
        from tests.campaigns.feeds_campaigns import house_of
        from tests.campaigns.inside import inside

        kills, own = KILLS // PARTS, seed * 100 + part
        with house_of("fhir") as house:
            feeds_kills.add_sources(house)
            sent = feeds_http.kill_again_and_again(house, kills=kills, seed=own)
            inside(house, "tests.campaigns.feeds_kills:read_waiting")
            waiting = house.ask(feeds_kills.UNFINISHED)
        if any(waiting[0]):
            raise AssertionError(f"seed {own}: left unfinished: {waiting}")
        return (
            f"{kills} kills of the web server, {sent.answers:,} requests answered,"
            f" {len(sent.together):,} transactions: 0 acknowledged lost, 0 doubled, 0 half visible"
        )


for _part in range(PARTS):
    _kill_stages(_part)
    _kill_fhir(_part)


@campaign(
    "feeds.units_at_the_door",
    sibling=_SIBLINGS + "test_damaged_units_of_every_kind_are_all_or_nothing",
)
def units_at_the_door(seed: int) -> str:
    """Cut, miscounted, of a wrong checksum, with a part missing: nothing, and whole again all."""
    from tests.campaigns import feeds_kills
    from tests.campaigns.feeds_campaigns import house_of
    from tests.campaigns.inside import inside

    with TemporaryDirectory() as folder, house_of("units") as house:
        feeds_kills.add_sources(house)
        met = inside(
            house, "tests.campaigns.feeds_units:damage_units",
            damages=DAMAGES, seed=seed, folder=folder,
        )  # fmt: skip
    said = ", ".join(f"{count} {kind}" for kind, count in met.items())
    return f"{sum(met.values())} of {DAMAGES} damaged units all or nothing ({said})"


def _mixed_order(part: int) -> None:
    @campaign(
        f"feeds.mixed_order_{part + 1}",
        sibling=_SIBLINGS + "test_any_order_of_every_kind_ends_in_one_state",
    )
    def mixed_order(seed: int) -> str:
        """Messages, bundles and rows in random orders, each one to three times: one state."""
        import random

        from tests.campaigns import feeds_kills
        from tests.campaigns.feeds_campaigns import house_of
        from tests.campaigns.inside import inside

        orders = ORDERS // ORDER_PARTS
        chance = random.Random(seed * 100 + part)
        take, states = "tests.campaigns.feeds_kills:in_portions", []
        with TemporaryDirectory() as folder:
            files = feeds_kills.mixed_files(Path(folder), ORDERED_FILES, seed=seed)
            for number in range(orders + 1):
                calm = [[str(each) for each in sorted(files)]]
                portions = feeds_kills.any_order(files, chance) if number else calm
                with house_of("mixed") as house:
                    feeds_kills.add_sources(house)
                    states.append(inside(house, take, portions=portions))
        if wrong := [number for number, state in enumerate(states) if state != states[0]]:
            raise AssertionError(f"seed {seed}: orders {wrong} end otherwise")
        return f"{orders} orders of {len(files)} files of messages, bundles and rows: one state"


for _part in range(ORDER_PARTS):
    _mixed_order(_part)


@campaign("feeds.poison", sibling=_SIBLINGS + "test_poison_is_kept_aside_and_costs_little")
def poison(seed: int) -> str:
    """One poison message in a thousand costs at most two in a hundred of the throughput."""
    from tests.campaigns import feeds_trouble
    from tests.campaigns.feeds_campaigns import house_of
    from tests.campaigns.inside import inside

    messages, pairs = 10_000, 15
    with house_of("poison") as house:
        found = inside(
            house, "tests.campaigns.feeds_trouble:poison",
            messages=messages, pairs=pairs, seed=seed,
        )  # fmt: skip
    said = (
        f"{found['aside']} poison messages in {pairs} times {messages:,}: "
        f"{100 * found['lost']:.1f} % of the throughput lost (median of {pairs} pairs)"
    )
    if found["lost"] > feeds_trouble.MOST_LOST:
        raise AssertionError(f"{said}; at most {100 * feeds_trouble.MOST_LOST:.0f} % may be")
    return said


@campaign(
    "feeds.database_restart", sibling=_SIBLINGS + "test_cut_off_from_its_database_it_loses_nothing"
)
def database_restart(seed: int) -> str:
    """End the database under load, again and again: doors and reader go on by themselves."""
    import random

    from tests import database
    from tests.campaigns import feeds_kills
    from tests.campaigns.feeds_campaigns import house_of
    from tests.campaigns.feeds_trouble import Load, faults_of, own_cluster, restart_database

    chance = random.Random(seed)
    with own_cluster(), house_of("restarted") as house:
        feeds_kills.add_sources(house)
        with database.admin() as connection:
            # What is acknowledged has left the server; a power cut is no part of this.
            connection.execute(f'alter database "{house.name}" set synchronous_commit = on')
        load = Load(house, seed=seed)
        load.begin()
        try:
            for _ in range(RESTARTS):
                time.sleep(3 + chance.random() * 4)
                restart_database()
            time.sleep(8)
        finally:
            load.end()
        wrong = faults_of(load)
    if wrong:
        raise AssertionError(f"seed {seed}: {'; '.join(wrong[:5])}")
    return (
        f"{RESTARTS} restarts of the database under load, {len(load.messages):,} messages and"
        f" {load.sent.answers:,} FHIR requests accepted, {load.refused:,} refused meanwhile:"
        " 0 lost, 0 doubled, 0 half there, no part had to be started again"
    )


@campaign("feeds.disk_full", sibling=_SIBLINGS + "test_a_full_disk_of_the_database_is_told")
def disk_full(seed: int) -> str:
    """Fill the disk of large files, then the database's: refused in words, nothing in part."""
    from tests.campaigns import feeds_kills
    from tests.campaigns.feeds_campaigns import house_of
    from tests.campaigns.feeds_trouble import enlarge, small_disk
    from tests.campaigns.inside import inside

    bring, said = "tests.campaigns.feeds_trouble:bring_until_full", []
    with house_of("full") as house:
        feeds_kills.add_sources(house)
        large = Path(house.environment["ONEPLACE_DATA"]) / "received"
        with small_disk(large, megabytes=16) as is_mounted:
            if not is_mounted:
                return "not run: this machine lets nobody mount a small disk (the sibling injects)"
            full = inside(house, bring, count=40, bytes_each=1_000_000, seed=seed)
            enlarge(large, megabytes=100)
            freed = inside(house, bring, count=40, bytes_each=1_000_000, seed=seed)
        said.append(_refused("large files", full, freed, 40))
    with house_of("full_database") as house, TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        feeds_kills.add_sources(house)
        small = Path(folder) / "small"
        with small_disk(small, megabytes=24):
            _move_raw(house.name, small)
            full = inside(house, bring, count=200, bytes_each=200_000, seed=seed)
            enlarge(small, megabytes=200)
            freed = inside(house, bring, count=200, bytes_each=200_000, seed=seed)
            _move_raw(house.name, None)
        said.append(_refused("the database", full, freed, 200))
    return f"on small disks (tmpfs): {'; '.join(said)}; 0 in part, 0 without a sentence"


def _refused(what: str, full: dict[str, object], freed: dict[str, object], count: int) -> str:
    words = " ".join(map(str, full["words"]))  # type: ignore[call-overload]
    if not full["refused"] or "is full, so nothing was saved" not in words:
        raise AssertionError(f"{what}: {full}")
    if freed["refused"] or freed["kept"] != count:
        raise AssertionError(f"{what}, once there was room: {freed}")
    return f"{what}: {full['kept']} kept, {full['refused']} refused, all {count} once there is room"


def _move_raw(name: str, folder: Path | None) -> None:
    """Put the bytes of small deliveries on a disk of their own, or back."""
    import shutil

    from oneplace.config.embedded import _server_account
    from tests import database

    if folder is not None:
        account = _server_account()
        inner = folder / "space"
        inner.mkdir(mode=0o700)
        if account is not None:
            shutil.chown(inner, *account)
        with database.admin() as connection:
            connection.execute(f"create tablespace campaign_small location '{inner}'")
    with database.admin(name) as connection:
        space = "campaign_small" if folder is not None else "pg_default"
        connection.execute(f"alter table feeds_raw set tablespace {space}")
    if folder is None:
        with database.admin() as connection:
            connection.execute("drop tablespace campaign_small")


def _fuzz(kind: str) -> None:
    @campaign(f"feeds.fuzz_{kind}", sibling=_SIBLINGS + "test_spoiled_input_is_answered_by_place")
    def fuzz(seed: int) -> str:
        """Spoiled input: no undeclared exception, none over a second, each refusal by its place."""
        from tests.campaigns import feeds_input
        from tests.campaigns.feeds_campaigns import house_of

        with house_of("fuzz"):
            wrong = feeds_input.fuzz(kind, examples=FUZZED, seed=seed)
        if wrong:
            raise AssertionError(f"seed {seed}: {len(wrong)} faults: {'; '.join(wrong[:5])}")
        return f"{FUZZED:,} spoiled inputs: 0 exceptions, 0 over a second, each refusal by place"


for _kind in ("fhir", "hl7", "csv"):
    _fuzz(_kind)


@campaign("feeds.hostile", sibling=_SIBLINGS + "test_a_few_of_every_hostile_kind_do_no_harm")
def hostile(seed: int) -> str:
    """Depth, entity and zip bombs, formulas and path tricks: refused, or taken as plain text."""
    from tests.campaigns import feeds_input
    from tests.campaigns.feeds_campaigns import house_of

    with house_of("hostile"), TemporaryDirectory() as folder:
        contents = list(feeds_input.hostile())
        harms = [feeds_input.harm_of(each) for each in contents]
        packed = list(feeds_input.packed(Path(folder)))
        harms += [feeds_input.harm_of_packed(each) for each in packed]
    if wrong := [harm for harm in harms if harm]:
        raise AssertionError(f"{len(wrong)} did harm: {'; '.join(wrong[:5])}")
    return f"{len(contents)} hostile contents and {len(packed)} zips and folders: 0 did harm"


@campaign(
    "feeds.large_table",
    sibling="tests/rooms/feeds/tables/test_opening.py::test_memory_does_not_grow_with_the_file",
)
def large_table(seed: int) -> str:
    """A table of two gigabytes from the file into the record, in memory that does not grow."""
    from tests.campaigns import feeds_kills
    from tests.campaigns.feeds_campaigns import house_of
    from tests.campaigns.feeds_input import MOST_GROWN_KB
    from tests.campaigns.inside import inside

    with TemporaryDirectory() as folder, house_of("large") as house:
        feeds_kills.add_sources(house)
        found = inside(
            house, "tests.campaigns.feeds_input:large_table", folder=folder, megabytes=LARGE_MB
        )
    grown = found["after_kb"] - found["before_kb"]
    said = (
        f"{LARGE_MB / 1000:.0f} GB of {found['rows']:,} rows in {found['seconds']:.0f} s:"
        f" {found['after_kb'] / 1000:.0f} MB of memory at most, {grown / 1000:.0f} MB more than"
        " for 40 MB"
    )
    if grown > MOST_GROWN_KB:
        raise AssertionError(said)
    return said
