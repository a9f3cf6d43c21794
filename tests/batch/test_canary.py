"""A number that occurs nowhere else is put in place of each withheld figure, and looked for in all that is published.

The numbers are millions where all others are thousands, so that neither they nor what is worked out from them can stand
there by chance. Each way of withholding, and each way a figure was once read in spite of it, is a case.
"""

from __future__ import annotations

import base64
import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pccstats import sources
from pccstats.batch.tables import write_observations
from pccstats.sources.folders import DataFolder
from pccstats.terms.periods import Quarter, month
from pccstats.terms.words import Audience
from tests.sources.conftest import HEADER, PLAN, SOURCES

FIRST, STEP = 7_310_117, 104_729  # both prime: sums and differences of few of them are all different
LEAST = 6_500_000  # what is worked out from a canary is more than this: its month made a standard one, a figure less
RESIDENTS = (1_017_697, 1_025_300, 1_033_300, 1_043_400, 1_100_306)  # of the force: 2011, 2012, 2013, 2014 and 2019
INTERNAL = 'release = "internal"\nrelease_note = "Until July."\n'
EMBARGOED = 'no_figure = "embargoed"\nreason = "Until July."\n'
WARNING = "A public pack would be refused. "
DIGEST = 12  # characters shown of a commit or of a file's digest: one in 280 has no letter among them
NUMBER = re.compile(rb"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d{4,%d})(?:\.\d+)?(?!\w)" % (DIGEST - 1))


LOOKS = re.compile(r"\.(?:xlsx|docx)/(?:xl|word)/(?:theme/|settings|fontTable|numbering)")


@dataclass(frozen=True)
class Route:
    """What is withheld: rows of a measure, by what the plan or the rows themselves say."""

    key: str
    said: str = ""
    is_by_row: bool = False
    name: str = ""  # in the files, where it is not the key
    twin: str = ""  # the official measure of the same thing, which nothing withholds by itself
    where: tuple[str, ...] = ()  # areas; none for all
    ends: tuple[str, ...] = ()  # months; none for all
    goes_with: tuple[tuple[str, str], ...] = field(default=())  # measures and areas whose same months go with it


SHIPPED = {
    "R1a targets": Route("13.offences", INTERNAL, twin="official.violence_with_injury"),
    "R1b embargoed by the plan": Route("14A.offences", EMBARGOED),
    "R1c embargoed rows": Route("14B.offences", is_by_row=True),
    "R1d findings under another name": Route("2.offending", INTERNAL),
    "R1d the official measure alone": Route("official.domestic_burglary", INTERNAL),
    "R1h all crime": Route("11.offences", INTERNAL, twin="official.all_crime_excluding_fraud"),
    "embargoed and for internal use": Route("17.missing_storm", INTERNAL, is_by_row=True),
}
ONE_MONTH, AUTUMN = ("2022-09",), ("2022-07", "2022-08", "2022-09")
MONTHLY = {
    "R1b embargoed by the plan": Route("6.anti_social_behaviour", EMBARGOED, name="Anti-social behaviour"),
    "A4 a month of a district": Route(
        "2.robbery",
        is_by_row=True,
        name="Robbery",
        where=("Charnwood",),
        ends=ONE_MONTH,
        goes_with=(("Robbery", "Leicestershire"), ("All crime", "Charnwood"), ("All crime", "Leicestershire")),
    ),
    "A4 a quarter of the force": Route(
        "3.burglary",
        is_by_row=True,
        name="Burglary",
        where=("Leicestershire",),
        ends=AUTUMN,
        goes_with=(("Burglary", "Melton"), ("Burglary", "Leicester"), ("All crime", "Leicestershire")),
    ),
}
Withheld = Callable[..., tuple[Path, list[int]]]


@pytest.fixture
def withheld(root: Path, tmp_path: Path) -> Withheld:
    """Data with some measures withheld, each of their figures a number of its own."""

    def make(folder: str, *routes: Route) -> tuple[Path, list[int]]:
        data = tmp_path / "data"
        shutil.copytree(root / folder, data, ignore=shutil.ignore_patterns("processed"))
        raw = DataFolder.find(data).raw
        tables = {path: pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(raw.glob("*.csv"))}
        tables = {path: table for path, table in tables.items() if {"indicator", "numerator"} <= set(table.columns)}
        figures = pd.concat(table.assign(path=path) for path, table in tables.items()).fillna("").reset_index(drop=True)
        numbers: list[int] = []
        for route in routes:
            _say_in_plan(raw / "plan.toml", route)
            numbers += _put_numbers(figures, route, len(numbers))
        for path in tables:
            table = figures[figures["path"].eq(path)].drop(columns="path")
            table.to_csv(path, index=False, lineterminator="\n")
        return data, numbers

    return make


def _say_in_plan(path: Path, route: Route) -> None:
    """Put what withholds a measure behind its key, on a line of its own or within braces."""
    plan = path.read_text("utf-8")
    line, inline = f'key = "{route.key}"\n', f'{{ key = "{route.key}", '
    assert plan.count(line) + plan.count(inline) == 1
    said = "".join(f"{each}, " for each in route.said.splitlines())
    path.write_text(plan.replace(line, line + route.said).replace(inline, inline + said), "utf-8")


def _put_numbers(figures: pd.DataFrame, route: Route, after: int) -> list[int]:
    """Put a number in place of every figure that the route withholds, and of those that must go with it."""
    is_own = figures["indicator"].eq(route.name or route.key)
    if route.where:
        is_own &= figures["area"].isin(route.where) & figures["period_end"].isin(route.ends)
    is_meant = is_own | figures["indicator"].eq(route.twin) & _shares_a_month(figures, figures[is_own])
    for measure, area in route.goes_with:
        is_meant |= figures["indicator"].eq(measure) & figures["area"].eq(area) & figures["period_end"].isin(route.ends)
    numbers = [FIRST + STEP * (after + each) for each in range(is_meant.sum())]
    assert numbers
    figures.loc[is_meant, "numerator"] = [str(number) for number in numbers]
    figures.loc[is_meant, "note"] = [f"Was {number:,}." for number in numbers]
    figures.loc[is_meant, "denominator"] = ""
    if route.is_by_row:
        figures.loc[is_own, "status"] = "embargoed"
    return numbers


def _shares_a_month(figures: pd.DataFrame, own: pd.DataFrame) -> pd.Series:
    """True for the rows of the same areas whose window has a month of one of these rows in it."""

    def months(row: pd.Series) -> set[tuple[str, int]]:
        last = month(row["period_end"]).ordinal
        return {(row["area"], last - back) for back in range(int(row["months"]))}

    secret = set().union(*(months(row) for _, row in own.iterrows()))
    return pd.Series([not secret.isdisjoint(months(row)) for _, row in figures.iterrows()], index=figures.index)


def forms(numbers: list[int]) -> set[str]:
    """The numbers as they may be written: whole, parted, rounded, as differences of two, per 1,000 people."""
    apart = {STEP * each for each in range(1, len(numbers))}
    told = {*numbers, *apart, *(round(number, -places) for number in numbers for places in (1, 2, 3))}
    rates = {1000 * number / people for number in numbers for people in RESIDENTS}
    return {
        *(form.format(number) for number in told for form in ("{}", "{:,}")),
        *(f"{rate:,.1f}" for rate in rates),
    }


def texts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder and its name; workbooks and documents unpacked, what pictures say of themselves read."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = path.relative_to(folder).as_posix()
        yield f"the name of {name}", name.encode()
        yield from _texts_of(name, path.read_bytes())


def _texts_of(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    suffix = Path(name).suffix
    cells = csv.reader(io.StringIO(content.decode())) if suffix == ".csv" else ()
    yield name, "\n".join(cell for row in cells for cell in row).encode() if suffix == ".csv" else content
    for number, picture in enumerate(re.findall(rb"data:image/\w+;base64,([\w+/=]+)", content)):
        yield from _texts_of(f"{name}, picture {number}.png", base64.b64decode(picture))
    if suffix in (".xlsx", ".docx", ".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for inner in packed.namelist():
                yield from _texts_of(f"{name}/{inner}", packed.read(inner))
    if suffix == ".png":
        with Image.open(io.BytesIO(content)) as picture:
            yield f"{name}, what it says of itself", str(picture.info).encode()
    if suffix == ".parquet":
        table = pd.read_parquet(io.BytesIO(content))
        yield from _texts_of(f"{name}.csv", table.to_csv(float_format="%.0f").encode())


def leaks(folder: Path, numbers: list[int]) -> list[tuple[str, str]]:
    """Where a form of a withheld number stands, or one so large that a withheld one must be in it."""
    wanted = {form.encode() for form in forms(numbers)}
    return [
        (name, found.decode())
        for name, content in texts(folder)
        for found in set(NUMBER.findall(content))
        if found in wanted or (float(found.replace(b",", b"")) >= LEAST and _is_of_figures(name, content))
    ]


def _is_of_figures(name: str, content: bytes) -> bool:
    """True of text; not of what says how a workbook or a document looks, which has large numbers of its own."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return not LOOKS.search(name)


LONDON = {"7.sexual_offences": INTERNAL, "5.personal": EMBARGOED}
BOROUGHS = 8  # of the sixteen: enough to be set side by side
LONDON_ROWS = {"SEXUAL OFFENCES": "", "ROBBERY": "ROBBERY OF PERSONAL PROPERTY"}
MARKED_MONTHS = 15


@pytest.fixture
def withheld_in_london(root: Path, tmp_path: Path) -> tuple[Path, list[int]]:
    """Some of London's boroughs, two measures withheld that are within all crime, in the months shown last."""
    folder = root.parent / "shared" / "data" / "mps-boroughs"
    if not folder.is_dir():
        pytest.skip("needs London's file in the folder 'shared' beside the repository")
    shutil.copytree(root / "examples" / "london-boroughs", tmp_path / "data")
    for key, said in LONDON.items():
        _say_in_plan(tmp_path / "data" / "plan.toml", Route(key, said))
    plan = tmp_path / "data" / "plan.toml"
    lines = re.findall(r'^ .*kind = "borough".*\n', plan.read_text("utf-8"), flags=re.MULTILINE)
    plan.write_text(plan.read_text("utf-8").replace("".join(lines), "".join(lines[:BOROUGHS])), "utf-8")
    (path,) = folder.glob("*.csv")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = []
    for row in table.index:
        major, minor = table.loc[row, ["MajorText", "MinorText"]]
        if major in LONDON_ROWS and LONDON_ROWS[major] in minor:
            for column in table.columns[-MARKED_MONTHS:]:
                numbers.append(FIRST + STEP * len(numbers))
                table.loc[row, column] = str(numbers[-1])
    table.to_csv(tmp_path / "data" / path.name, index=False)
    return tmp_path / "data", numbers


def test_every_form_of_a_number_is_found(tmp_path: Path) -> None:
    """Whole, parted, rounded, apart, per head or changed a little; in a name, a picture, a workbook, a cell."""
    numbers = [FIRST, FIRST + STEP]
    for place, words in enumerate(("7310117", "7,310,117", "7310120", "104,729", "7,183.0", "-7,290,004.5 fewer")):
        (tmp_path / f"{place}.html").write_text(
            f'<p title="{words}">1234, 5.7310117 or #7310117a of 731011773101</p>', "utf-8"
        )
    (tmp_path / "data.csv").write_text('a,b\n123,456,789\n7310117,"7,414,846"\n', "utf-8")
    (tmp_path / "of 7310117.txt").write_text("1,234,567", "utf-8")
    Image.new("L", (1, 1)).save(tmp_path / "chart.png", pnginfo=_saying("7,310,117"))
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.write(tmp_path / "chart.png", "media/chart.png")
        book.writestr("sheet.xml", "<v>7310117</v>")
    found = sorted(leaks(tmp_path, numbers))
    assert len(found) == 12
    assert {place for place, _ in found} >= {"book.xlsx/sheet.xml", "the name of of 7310117.txt", "data.csv"}


def _saying(words: str) -> PngInfo:
    about = PngInfo()
    about.add_text("Description", words, zip=True)
    return about


@pytest.mark.parametrize("route", SHIPPED)
@pytest.mark.slow
def test_nothing_withheld_is_in_what_notebooks_are_given(withheld: Withheld, tmp_path: Path, route: str) -> None:
    """The folder that notebooks of a public pack read holds no form of a withheld number; that of the data does."""
    data, numbers = withheld("data", SHIPPED[route])
    sources.build_data(data)
    sources.write_released(sources.read_observations(data), Audience.PUBLIC, data, tmp_path / "given")
    assert leaks(data, numbers)
    assert leaks(tmp_path / "given", numbers) == []


@pytest.mark.parametrize("route", ["R1b embargoed by the plan", "R1c embargoed rows"])
@pytest.mark.slow
def test_nothing_embargoed_is_given_to_anybody(withheld: Withheld, tmp_path: Path, route: str) -> None:
    """Nor does that of an internal pack hold what is embargoed."""
    data, numbers = withheld("data", SHIPPED[route])
    sources.build_data(data)
    sources.write_released(sources.read_observations(data), Audience.INTERNAL, data, tmp_path / "given")
    assert leaks(tmp_path / "given", numbers) == []


ENDS = HEADER.replace("denominator,", "denominator,lower,upper,")
RATE = PLAN.replace('kind = "survey"', 'kind = "rate"') + "interval = 0.95\n"  # of the measure that comes last
KEPT_BACK = {
    "rows embargoed": ("embargoed", "", Audience.INTERNAL),
    "embargoed by the plan": ("", EMBARGOED, Audience.INTERNAL),
    "for internal use": ("", INTERNAL, Audience.PUBLIC),
}


@pytest.mark.parametrize("way", KEPT_BACK)
def test_no_end_of_a_withheld_interval_is_given(tmp_path: Path, way: str) -> None:
    """The ends of a withheld figure's interval are in nothing notebooks are given and in no file of figures."""
    status, said, audience = KEPT_BACK[way]
    figure, lower, upper = numbers = [FIRST + STEP * place for place in (1, 0, 3)]
    shown = "1.satisfaction,Theirs,2015-06,12,70,,66,74,,Survey,,\n"
    hidden = f"1.satisfaction,Ours,2015-06,12,{figure},,{lower},{upper},{status},Survey,,Was {figure}.\n"
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    texts_of = {"plan.toml": RATE + said, "sources.toml": SOURCES, "figures.csv": ENDS + shown + hidden}
    for name, text in texts_of.items():
        (raw / name).write_text(text, encoding="utf-8")
    sources.build_data(tmp_path / "data")
    data, given = sources.read_observations(tmp_path / "data"), tmp_path / "given"
    sources.write_released(data, audience, tmp_path / "data", given)
    write_observations(data.to_take_away(Quarter.parse("2015/16-Q1"), audience), given)
    assert leaks(tmp_path / "data", [lower, upper])
    assert leaks(given, numbers) == []


def _report(data: Path, quarter: str, *more: str) -> Path:
    """Make a public pack of the data and give the folder of packs, with all that was said in a file of it."""
    out = data.parent / "outputs"
    places = ["--data", str(data), "--out", str(out), "--audience", "public"]
    command = [sys.executable, "-m", "pccstats", "report", quarter, *places, *more]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    with (out / "log.txt").open("a", encoding="utf-8") as log:
        log.write(made.stdout + made.stderr)
    return out


@pytest.mark.slow
def test_nothing_withheld_is_in_the_shipped_pack(withheld: Withheld) -> None:
    """Every byte of every file of a public pack and of what its run said, all at once; nor of one page made anew."""
    data, numbers = withheld("data", *SHIPPED.values())
    assert leaks(_report(data, "2015/16-Q1", "--docx"), numbers) == []
    assert leaks(_report(data, "2015/16-Q1", "--only", "dashboard"), numbers) == []


@pytest.mark.slow
def test_nothing_withheld_is_in_the_pack_of_months(withheld: Withheld) -> None:
    """Nor in one of months and districts, where a sum, a rolling year or a page of areas could tell a month of one."""
    data, numbers = withheld("examples/leicestershire-2022", *MONTHLY.values())
    assert leaks(_report(data, "2022/23-Q2"), numbers) == []


@pytest.mark.slow
def test_nothing_withheld_is_in_the_pack_of_london(withheld_in_london: tuple[Path, list[int]]) -> None:
    """Nor in one of another reader, whose file counts the withheld offences within all crime."""
    data, numbers = withheld_in_london
    assert leaks(_report(data, "2019/20-Q1", "--source-dir", str(data)), numbers) == []


@pytest.mark.slow
def test_a_measure_that_a_public_one_equals_is_refused(withheld: Withheld) -> None:
    """R1g: where the plan does not say that two measures are one, the run is refused, in the words of `check`."""
    data, _ = withheld("data")
    plan = data / "raw" / "plan.toml"
    text = plan.read_text("utf-8")
    open_key, twin = 'key = "12.offences"\n', 'peers = "official.domestic_burglary"\n'
    assert text.count(open_key) == text.count(twin) == 1
    plan.write_text(text.replace(open_key, open_key + INTERNAL).replace(twin, ""), "utf-8")
    run = [sys.executable, "-m", "pccstats"]
    checked = subprocess.run([*run, "check", "--data", str(data)], capture_output=True, text=True, check=True)
    out = data.parent / "outputs"
    command = [*run, "report", "2015/16-Q1", "--data", str(data), "--out", str(out), "--audience", "public"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert not (out / "public" / "2015-16-Q1").exists()
    warned = [line.removeprefix(WARNING) for line in checked.stdout.splitlines() if line.startswith(WARNING)]
    assert "(official.domestic_burglary) in Leicestershire, 12 months to June 2015" in "".join(warned)
    assert all(line in refused.stderr for line in warned)


def test_the_numbers_of_the_docs_are_those_tried(root: Path) -> None:
    """What docs/reliability.md says of ways of withholding is what the lists here hold."""
    section = (root / "docs" / "reliability.md").read_text("utf-8").partition("## Figures withheld")[2]
    rows = re.findall(r"^\| .* \| (\d+) \| (\d+) \| .* \|$", section, flags=re.MULTILINE)
    assert rows[:3] == [(str(len(tried)), str(len(tried))) for tried in (SHIPPED, MONTHLY, LONDON)]
