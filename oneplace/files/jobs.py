"""Background work on files: ask the virus scanner about what waits."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from oneplace.access.viewer import system_viewer, viewing
from oneplace.files import queries, verbs
from oneplace.files.models import Content, ScanState
from oneplace.files.scanning import scanner
from oneplace.files.store import store
from oneplace.kit import clock
from oneplace.vocabulary.terms import Purpose

# The scanner may be restarting with a new list of viruses: ask again, ever more slowly.
_AGAIN = RetryStrategy(max_attempts=12, exponential_wait=3)

SCANNER = system_viewer(
    "virus scanner", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"scan_files"})
)


@app.task(name="oneplace.files.jobs.scan", queue="files", retry=_AGAIN)
def scan(sha256: str) -> None:
    """Scan one content; `ScannerAway` lets the job be tried again."""
    at = clock.now()
    content = Content.objects.filter(pk=sha256, scan_state=ScanState.WAITING).first()
    asked = scanner()
    if content is None:
        return
    state = ScanState.NOT_SCANNED if asked is None else asked.scan(store().path_of(sha256))
    with viewing(SCANNER, at=at):
        verbs.record_scan(content=content, state=state, by=SCANNER, at=at)


@app.periodic(cron="*/15 * * * *")
@app.task(name="oneplace.files.jobs.scan_what_waits", queue="files", pass_context=False)
def scan_what_waits(timestamp: int) -> None:
    """Ask again about content whose job was lost."""
    for sha256 in queries.waiting_for_scan().values_list("sha256", flat=True)[:500]:
        app.configure_task(
            "oneplace.files.jobs.scan", lock=f"scan-{sha256}", queueing_lock=f"scan-{sha256}"
        ).defer(sha256=sha256)
