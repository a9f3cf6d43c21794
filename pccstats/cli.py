"""The command line: reads what was typed, hands it down, and turns the answer into an exit code.

0 all is well; 1 something in the pack failed, the rest is there and says so; 2 the request or the data are wrong, the
disk refuses or the program itself fails, and nothing was written; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import signal
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pccstats.terms.errors import PccStatsError, why_in_words
from pccstats.terms.memory import collect_seldom

if TYPE_CHECKING:
    from pccstats.batch.national import PacksMade
    from pccstats.batch.pack import PackMade
    from pccstats.batch.request import Request

PACK_FAILED, NOTHING_WRITTEN = 1, 2
EVERY_AREA = "all"
SLOW_CHECKERS = ("rfc3987_syntax", "rfc3986_validator")  # of web addresses, which the command never asks: decision 0158

app = typer.Typer(
    help="Quarterly performance packs from police figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Quarter = Annotated[str, typer.Argument(help="The quarter to report, such as 2015/16-Q1.")]
Data = Annotated[Path, typer.Option(help="The data folder.")]
SourceDir = Annotated[
    Path | None, typer.Option(help="Where the files named in sources.toml lie, when not in the data folder.")
]
Out = Annotated[Path, typer.Option(help="The folder for packs; each quarter has its own inside.")]
Only = Annotated[str | None, typer.Option(metavar="NOTEBOOK", help="Make this one page anew and keep the rest.")]
Audience = Annotated[str, typer.Option(metavar="internal|public", help="Who the pack is for.")]
Workers = Annotated[
    int | None, typer.Option(help="How many notebooks run at once; without, as cores and free memory allow.")
]
Force = Annotated[bool, typer.Option("--force", help="Make the pack again though nothing has changed.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say which pages would be made, and why; make none.")]
Docx = Annotated[bool, typer.Option("--docx", help="Make a Word document of the briefing and the themes too.")]
Notebooks = Annotated[Path | None, typer.Option(help="Take the notebooks from this folder.", hidden=True)]
Limit = Annotated[float, typer.Option(help="Seconds one notebook may take.")]
Area = Annotated[str, typer.Option(metavar="NAME|all", help="Make the pack of this area of the plan, or of each.")]
Memory = Annotated[float, typer.Option(help="GB of memory one notebook may take, where the system can limit it.")]


@app.command()
def report(
    quarter: Quarter,
    data: Data = Path("data"),
    source_dir: SourceDir = None,
    out: Out = Path("outputs"),
    only: Only = None,
    audience: Audience = "internal",
    workers: Workers = None,
    force: Force = False,
    docx: Docx = False,
    explain: Explain = False,
    notebooks: Notebooks = None,
    limit: Limit = 900.0,
    memory: Memory = 6.0,
    area: Area = "",
) -> None:
    """Make the pack of a quarter: a folder of pages that open without a network."""
    from pccstats.batch.request import Request  # noqa: PLC0415 `pccstats --help` need not wait for what reads data
    from pccstats.batch.unchanged import told_of_unchanged  # noqa: PLC0415
    from pccstats.sources.plan import begin_years_of  # noqa: PLC0415

    begin_years_of(data)
    request = Request.read(
        quarter,
        data,
        out,
        source_dir=source_dir,
        notebooks=notebooks,
        only=only,
        audience=audience,
        workers=workers,
        force=force,
        docx=docx,
        limit_seconds=limit,
        memory=memory,
        area="" if area == EVERY_AREA else area,
    )
    told = told_of_unchanged(request, of_every_area=area == EVERY_AREA)
    if told is not None:
        typer.echo("\n".join(told))
        return
    if explain:
        _explain(request, of_every_area=area == EVERY_AREA)
        return
    made: PackMade | PacksMade
    if area == EVERY_AREA:
        made = _all_made(request)
    else:
        made = _made(request)
    for line in made.in_words():
        typer.echo(line)
    if not made.is_complete:
        raise typer.Exit(PACK_FAILED)


def _all_made(request: Request) -> PacksMade:
    """The packs of all areas, with their progress shown."""
    from pccstats.batch.national import make_packs  # noqa: PLC0415 its tools take seconds to load
    from pccstats.batch.terminal import shown  # noqa: PLC0415
    from pccstats.sources.scratch import own_temporary_folder  # noqa: PLC0415

    with own_temporary_folder(), shown(is_long=True) as progress:
        return make_packs(request, progress)


def _explain(request: Request, *, of_every_area: bool) -> None:
    """Say which pages would be made."""
    from pccstats.batch.national import explain_packs  # noqa: PLC0415
    from pccstats.batch.pack import explain_pack  # noqa: PLC0415
    from pccstats.batch.terminal import shown  # noqa: PLC0415
    from pccstats.sources.scratch import own_temporary_folder  # noqa: PLC0415

    with own_temporary_folder(), shown() as progress:
        told = explain_packs(request, progress) if of_every_area else explain_pack(request, progress)
    for line in told:
        typer.echo(line)


def _made(request: Request) -> PackMade:
    """One pack, with its progress shown."""
    from pccstats.batch.pack import make_pack  # noqa: PLC0415
    from pccstats.batch.terminal import shown  # noqa: PLC0415
    from pccstats.sources.scratch import own_temporary_folder  # noqa: PLC0415

    with own_temporary_folder(), _told_if_stopped(request.pack), shown() as progress:
        return make_pack(request, progress)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("pccstats-demo"),
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the pack in the browser when it is made.")
    ] = True,
) -> None:
    """Make the pack that ships, in a folder of your own, and open it: a first look, in about a minute."""
    from pccstats.batch.demo import begin_demo, open_in_browser  # noqa: PLC0415
    from pccstats.batch.request import Request  # noqa: PLC0415
    from pccstats.sources.plan import begin_years_of  # noqa: PLC0415

    begun = begin_demo(folder)
    begin_years_of(begun.data)
    made = _made(Request.read(begun.quarter, begun.data, begun.out))
    for line in (*made.in_words(), *begun.in_words()):
        typer.echo(line)
    if is_opened:
        open_in_browser(made.front_page)
    if not made.is_complete:
        raise typer.Exit(PACK_FAILED)


@contextmanager
def _told_if_stopped(pack: Path) -> Iterator[None]:
    """Say what became of the pack when it is stopped: the folder that stands there tells, whenever that was."""
    from pccstats.sources.disk import identity  # noqa: PLC0415

    before = identity(pack)
    try:
        yield
    except KeyboardInterrupt:
        is_new = identity(pack) != before
        words = "The new pack was complete by then and is in place" if is_new else "No pack was written"
        rest = "" if is_new else "; the earlier one, if there was one, is as it was"
        with suppress(OSError):  # the terminal may be what went away
            typer.echo(f"Stopped. {words}{rest}.", err=True)
        raise


@app.command("next")
def prepare(
    quarter: Quarter,
    data: Data = Path("data"),
    source_dir: SourceDir = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the figures a quarter waits for and which are late, and write the files for its commentary."""
    from pccstats.batch.next_quarter import prepare_quarter  # noqa: PLC0415
    from pccstats.batch.request import check_folders  # noqa: PLC0415
    from pccstats.sources.plan import begin_years_of  # noqa: PLC0415
    from pccstats.terms.periods import Quarter as OfYear  # noqa: PLC0415

    check_folders(data, source_dir)
    begin_years_of(data)
    found = prepare_quarter(OfYear.parse(quarter), data, source_dir)
    for line in [found.as_json()] if json else found.in_words():
        typer.echo(line)


@app.command("freeze")
def issue_pack(pack: Annotated[Path, typer.Argument(help="The folder of the pack.")]) -> None:
    """Mark a pack as issued: read-only, with its digest, never made over. The same again checks it."""
    from pccstats.batch import issued  # noqa: PLC0415

    for line in issued.in_words(pack, issued.issue(pack)):
        typer.echo(line)


@app.command()
def compare(
    earlier: Annotated[Path, typer.Argument(help="The folder of a pack.")],
    later: Annotated[Path, typer.Argument(help="The folder of another.")],
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Say what differs between two packs: verdicts, figures, pages, what they were made from."""
    from pccstats.batch.compare import compare_packs  # noqa: PLC0415

    found = compare_packs(earlier, later)
    for line in [found.as_json()] if json else found.in_words():
        typer.echo(line)


@app.command()
def check(
    data: Data = Path("data"),
    source_dir: SourceDir = None,
    brief: Annotated[bool, typer.Option("--brief", help="One line for each kind of finding.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest-corrections", help="Print what corrections.toml might say of known faults.")
    ] = False,
) -> None:
    """Read and check the plan and the data, and list everything found."""
    from rich.console import Console  # noqa: PLC0415

    from pccstats import data_quality, sources  # noqa: PLC0415
    from pccstats.batch import terminal  # noqa: PLC0415
    from pccstats.batch.request import check_folders  # noqa: PLC0415
    from pccstats.review.given_away import given_away  # noqa: PLC0415

    check_folders(data, source_dir)
    if suggest:
        entries = sources.suggested_corrections(data, source_dir)
        typer.echo(entries or "# No fault was found for which a correction is known.")
        return
    try:
        built = sources.build_data(data, source_dir)
    except PccStatsError as refused:
        if json:
            typer.echo(terminal.problems_as_json(refused))
            raise typer.Exit(NOTHING_WRITTEN) from None
        raise
    figures = sources.read_observations(built.processed)
    quality, told = data_quality(figures), given_away(figures, "public")
    if json:
        typer.echo(terminal.check_as_json(built, quality, [str(each.problem) for each in told]))
        return
    terminal.show_check(built, quality, Console(), brief=brief)
    for each in told:
        typer.echo(f"A public pack would be refused. {each.problem}")


@app.command()
def build(data: Data = Path("data"), source_dir: SourceDir = None) -> None:
    """Read and check the data, and write them to the folder `processed`."""
    from pccstats import sources  # noqa: PLC0415
    from pccstats.batch.request import check_folders  # noqa: PLC0415

    check_folders(data, source_dir)
    built = sources.build_data(data, source_dir, typer.echo)
    typer.echo(f"{built.observation_count:,} figures from {len(built.files)} files: {built.processed}")
    typer.echo(f"{len(built.findings)} findings; `pccstats check` lists them.")


@app.command("new-return")
def new_return(
    quarter: Quarter,
    area: Annotated[str, typer.Argument(help="The partnership's area, as the plan names it.")],
    file: Annotated[Path, typer.Argument(help="The spreadsheet to write, ending in .xlsx.")],
    data: Data = Path("data"),
) -> None:
    """Write the spreadsheet that a partnership fills in for a quarter."""
    from pccstats import sources  # noqa: PLC0415
    from pccstats.sources.return_form import write_return  # noqa: PLC0415

    written = write_return(sources.read_plan(data), quarter, area, file)
    typer.echo(f"Ready to be filled in: {written}")


@app.command("check-return")
def check_return(
    file: Annotated[Path, typer.Argument(help="The spreadsheet that came back.")], data: Data = Path("data")
) -> None:
    """Read a partnership's return and name every fault in it."""
    from pccstats import sources  # noqa: PLC0415

    found = sources.read_return(file, sources.read_plan(data))
    figures = int((found.observations["numerator"] != "").sum())
    typer.echo(
        f"{found.area}, {found.quarter}: {figures} figures, {len(found.judgements)} judgements, a summary of "
        f"{len(found.summary.split())} words. Nothing wrong with it."
    )


@app.command()
def forces(json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False) -> None:
    """List the police forces the package knows, with what it holds of each."""
    from rich.console import Console  # noqa: PLC0415

    from pccstats.batch.terminal import forces_as_json, show_forces  # noqa: PLC0415

    if json:
        typer.echo(forces_as_json())
    else:
        show_forces(Console())


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Further files after --from, as a shell writes *.xlsx."),
    ] = None,
    force: Annotated[str, typer.Option(metavar="NAME", help="The force whose plan is drafted from the files.")] = "",
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="PATH", help="A file as downloaded, or a folder of such files; repeatable."),
    ] = None,
    template: Annotated[
        str, typer.Option(metavar="NAME", help="What the draft proposes: national-measures, or a plan by default.")
    ] = "",
    example: Annotated[str, typer.Option(metavar="NAME", help="The example whose data folder is written.")] = "",
) -> None:
    """Make a data folder: a force's own, drafted from official files, or an example with every line explained."""
    from pccstats.batch.demo import write_example  # noqa: PLC0415
    from pccstats.batch.new import begin_data_folder, make_data_folder  # noqa: PLC0415
    from pccstats.terms.errors import Problem, RequestProblem  # noqa: PLC0415

    if more and not files:
        step = "Files are named after --from: `pccstats new kent --force Kent --from FILE`."
        raise RequestProblem(Problem("One folder is made at a time.", str(more[0]), next_step=step))
    files = [*(files or ()), *(more or ())]
    if example and (force or files or template):
        step = "Leave out --force, --from and --template."
        raise RequestProblem(Problem("An example has files of its own.", "--example", example, step))
    if example:
        for line in write_example(folder, example).in_words():
            typer.echo(line)
        return
    if bool(force) is not bool(files) or (template and not files):
        step = "Give both, `--force Kent --from FILE`, or neither for an example."
        raise RequestProblem(Problem("A draft needs the force and its files.", next_step=step))
    if files:
        begun = begin_data_folder(folder, force, files, lambda words: typer.echo(words, err=True), template=template)
        for line in begun.in_words():
            typer.echo(line)
        return
    made = make_data_folder(folder)
    typer.echo(
        f"A data folder: {made}. Change raw/plan.toml until it is your plan; the figures in it are Leicestershire's."
    )
    typer.echo(f"    pccstats check --data {made}")
    typer.echo(f"    pccstats report 2015/16-Q1 --data {made}")


def main() -> None:
    """Run the command line and leave with its exit code; typer itself gives 2 for a mistyped option, 130 for Ctrl-C."""
    collect_seldom()
    _listen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot write a sign is no reason to stop
    try:
        with _left_out(SLOW_CHECKERS):
            app()
    except Exception as error:  # noqa: BLE001 what no rule foresaw must not end as a pack with failed pages does
        if not isinstance(error, PccStatsError | OSError):
            traceback.print_exception(error)
        typer.echo(why_in_words(error), err=True)
        sys.exit(NOTHING_WRITTEN)


@contextmanager
def _left_out(names: Iterable[str]) -> Iterator[None]:
    """Have whoever would import one of these optional modules do without."""
    kept_out = [name for name in names if name not in sys.modules]
    for name in kept_out:
        sys.modules[name] = None  # type: ignore[assignment] # `import` then says that it is not there, as documented
    try:
        yield
    finally:
        for name in kept_out:
            del sys.modules[name]


def _listen() -> None:
    """Be stopped as by Ctrl-C, with kernels shut down, when a batch system ends us or the terminal is closed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks to be left alone
            signal.signal(number, _interrupt)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
