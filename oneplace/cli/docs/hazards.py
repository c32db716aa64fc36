"""The hazard log as a page, with its computed ratings."""

from pathlib import Path

from oneplace.cli.console import Stop
from oneplace.cli.docs.pages import written_from
from oneplace.config.safety import Hazard, HazardLogError, Risk, read_hazard_log


def hazards(project: Path) -> str:
    """The hazard log with its computed ratings, as a table and in full."""
    try:
        log = read_hazard_log(project / "safety")
    except HazardLogError as error:
        raise Stop(str(error)) from error
    highest = log.grid.highest_to_sign
    lines = [
        "# Hazard log",
        "",
        written_from("`safety/hazards.toml`"),
        "",
        f"{len(log.hazards)} hazards. Ratings go from 1 to 5 and are computed from the grid in the "
        f"log; above {highest} no signature may cover a hazard. *Now* counts the controls that "
        "exist, so a room that is not built keeps its hazard rated as if it were in use.",
        "",
        "| | Hazard | First | Now | Status | Tests |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {hazard.id} | {hazard.hazard} | {hazard.initial.rating} | {hazard.residual.rating} "
        f"| {hazard.status} | {len(hazard.tests) or 'open'} |"
        for hazard in log.hazards
    ]
    lines += ["", "| Rating | Means |", "|---|---|"]
    lines += [f"| {rating} | {text} |" for rating, text in sorted(log.grid.meanings.items())]
    lines.append("")
    for hazard in log.hazards:
        lines += _hazard(hazard)
    return "\n".join(lines)


def _hazard(hazard: Hazard) -> list[str]:
    def listed(texts: tuple[str, ...]) -> str:
        return "; ".join(texts) or "none yet"

    def rated(risk: Risk) -> str:
        return f"{risk.severity}, {risk.likelihood}: **{risk.rating}**"

    rows = (
        ("Could lead to", hazard.impact),
        ("Causes", listed(hazard.causes)),
        ("Controls now", listed(hazard.existing_controls)),
        ("First rating", rated(hazard.initial)),
        ("Controls to add", listed(hazard.additional_controls)),
        ("Rating now", rated(hazard.residual)),
        ("Why it stands", hazard.justification or "–"),
        ("Comes with", f"`{hazard.arises_with}` ({hazard.requirement})"),
        ("Owner", hazard.owner),
        ("Evidence", hazard.evidence),
        ("Control", f"`{hazard.control}`" if hazard.control != "open" else "open"),
        ("Tests", "<br>".join(f"`{test}`" for test in hazard.tests) or "open"),
    )
    return [
        f"## {hazard.id} {hazard.hazard}",
        "",
        hazard.description,
        "",
        "| | |",
        "|---|---|",
        *(f"| {title} | {text} |" for title, text in rows),
        "",
    ]
