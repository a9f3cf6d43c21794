"""Building processed data: what is made, what is kept, and what a fault leaves behind."""

import json

import pandas as pd
import pytest

from pccstats.sources import build_data, read_observations
from pccstats.sources.folders import replaced_folder
from pccstats.terms.errors import DataProblem, Severity

MADE = {"observations.parquet", "exposures.parquet", "findings.json", "manifest.json", "plan.toml"}


def bytes_of(folder) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_build_makes_the_processed_folder(data_folder):
    """The table, populations, findings, manifest and plan are written, and the result says what was read."""
    said = []
    built = build_data(data_folder(), progress=said.append)
    assert set(bytes_of(built.processed)) == MADE
    assert [(file.name, file.rows) for file in built.files] == [
        ("plan.toml", None),
        ("sources.toml", None),
        ("figures.csv", 4),
    ]
    assert (built.observation_count, str(built.first_month), str(built.last_month)) == (4, "2015-04", "2015-06")
    assert said == ["reading figures.csv", "checking"]


def test_the_same_input_gives_the_same_bytes(data_folder):
    """Nothing of the clock or the folder goes into the processed files."""
    folder = data_folder()
    first = bytes_of(build_data(folder).processed)
    assert bytes_of(build_data(folder).processed) == first


def test_observations_are_read_from_either_place(data_folder):
    """The data folder, its processed half and a copy of that half elsewhere give the same observations."""
    folder = data_folder()
    from_folder = read_observations(folder)  # builds
    from_half = read_observations(folder / "processed")
    alone = (folder / "processed").rename(folder.parent / "elsewhere")
    for data in (from_half, read_observations(str(alone))):
        pd.testing.assert_frame_equal(data.frame, from_folder.frame)
        assert data.files == from_folder.files
    assert from_folder.series("1.offences").values.tolist() == [331, 340, 322]


def test_a_changed_source_is_built_again(data_folder, rows):
    """Nobody reads yesterday's table after a source was corrected."""
    folder = data_folder()
    read_observations(folder)
    data_folder(figures=rows.replace(",340,", ",341,"))
    assert read_observations(folder / "processed").series("1.offences").values.tolist() == [331, 341, 322]


def test_a_failing_build_leaves_the_old_data(data_folder, rows):
    """With a fault in a source, in the plan or in the list, every byte of the earlier build is still there."""
    folder = data_folder()
    before = bytes_of(build_data(folder).processed)
    for broken in ({"figures": rows.replace("331", "-331")}, {"plan": "title = 1"}, {"sources": ""}):
        data_folder(**broken)
        with pytest.raises(DataProblem):
            build_data(folder)
        assert bytes_of(folder / "processed") == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_failure_while_writing_leaves_the_old_data(tmp_path):
    """What happens between the first and the last file of a new folder does not touch the old one."""
    folder = tmp_path / "processed"
    with replaced_folder(folder, bool) as making:
        (making / "a").write_text("old")

    def stopped_half_way():
        with replaced_folder(folder, bool) as making:
            (making / "a").write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_half_way()
    assert (folder / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["processed"]


def test_a_run_cut_off_between_renames_is_mended(data_folder):
    """A build that was killed with the old folder aside is put right by whoever reads next."""
    folder = data_folder()
    before = bytes_of(build_data(folder).processed)
    (folder / "processed").rename(folder / ".processed.before-x1")
    read_observations(folder)
    assert bytes_of(folder / "processed") == before


def test_the_readme_in_the_folder_is_kept(data_folder):
    """What git keeps in the processed folder survives a build."""
    folder = data_folder()
    (folder / "processed").mkdir()
    (folder / "processed" / "README.md").write_text("what appears here")
    build_data(folder)
    assert (folder / "processed" / "README.md").read_text() == "what appears here"


def test_a_source_elsewhere_is_found(data_folder, rows, tmp_path):
    """Files may lie in a folder of their own, named when the build is made."""
    folder = data_folder(figures=None)
    with pytest.raises(DataProblem, match="--source-dir"):
        build_data(folder)
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "figures.csv").write_text(rows)
    assert build_data(folder, tmp_path / "received").observation_count == 4
    assert len(read_observations(folder).frame) == 4  # is not asked for the file again


def test_a_source_elsewhere_is_read_beside_an_older_one_of_its_name(data_folder, rows, tmp_path):
    """What is built from the folder of received files is what is read, not last quarter's file in the data folder."""
    folder = data_folder()
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "figures.csv").write_text(rows.replace(",340,", ",341,"))
    built = build_data(folder, tmp_path / "received")
    for place in (folder, built.processed):
        data = read_observations(place)
        assert data.files == built.files
        assert data.series("1.offences").values.tolist() == [331, 341, 322]
    data_folder(figures=rows.replace(",340,", ",342,"))
    assert read_observations(folder).series("1.offences").values.tolist() == [331, 342, 322]


def test_a_late_file_that_arrives_is_read(data_folder, rows):
    """Nobody reads on without a file that was missing when the data were built, nor with one that has gone."""
    late = '\n[[source]]\nfile = "partner.csv"\nreader = "tidy_csv"\nlabel = "Partner"\nrequired = false\n'
    folder = data_folder(sources='[[source]]\nfile = "figures.csv"\nreader = "tidy_csv"\nlabel = "Figures"\n' + late)
    assert len(read_observations(folder).frame) == 4
    partner = next(folder.rglob("figures.csv")).with_name("partner.csv")
    partner.write_text("\n".join(rows.splitlines()[:2]).replace("Ours", "Theirs") + "\n")
    assert len(read_observations(folder).frame) == 5
    partner.unlink()
    assert len(read_observations(folder).frame) == 4


def test_a_late_file_is_reported_and_not_fatal(data_folder):
    """A partner's file that may be late is a finding; the rest is built."""
    late = '\n[[source]]\nfile = "partner.csv"\nreader = "tidy_csv"\nlabel = "Partner"\nrequired = false\n'
    sources = '[[source]]\nfile = "figures.csv"\nreader = "tidy_csv"\nlabel = "Figures"\n' + late
    built = build_data(data_folder(sources=sources))
    assert [(finding.rule, finding.file, finding.severity) for finding in built.findings] == [
        ("file_late", "partner.csv", Severity.FLAG)
    ]
    held = json.loads((built.processed / "findings.json").read_text())
    assert [entry["rule"] for entry in held] == ["file_late"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("tidy_csv", "tidy", "This word is not one of the list. Found 'tidy'"),
        ("figures.csv", "../figures.csv", "must lie in the data folder"),
        ("tidy_csv", "rolling_year_csv", "must be told what to read"),
        ("label", "lable", "Did you mean 'label'?"),
        ('"Figures"\n', '"Figures"\ntotal_area = "Everywhere"\n', "no such area. Found 'Everywhere'"),
        ('"Figures"\n', '"Figures"\nindicators = { "1.offence" = ["x"] }\n', "Did you mean 1.offences"),
        ('"Figures"\n', '"Figures"\nareas = { "Our" = "Hours" }\n', "Did you mean Ours"),
        ('"Figures"\n', '"Figures"\npublished_on = "June 2015"\n', "published_on"),
    ],
)
def test_faults_in_the_list_of_sources(data_folder, old, new, words):
    """The list of sources is held against its model and against the plan."""
    sources = '[[source]]\nfile = "figures.csv"\nreader = "tidy_csv"\nlabel = "Figures"\n'
    with pytest.raises(DataProblem) as caught:
        build_data(data_folder(sources=sources.replace(old, new, 1)))
    assert words in str(caught.value)


def test_damaged_processed_data_are_built_again(data_folder):
    """A manifest that cannot be read makes the next reader build anew."""
    folder = data_folder()
    build_data(folder)
    (folder / "processed" / "manifest.json").write_text("{")
    assert len(read_observations(folder).frame) == 4


@pytest.mark.parametrize("spelt", ["2015 Apr", "April 2015", "30/04/2015", "Apr-15", "2015M04", "4/2015"])
def test_months_that_cannot_be_misread_are_read(data_folder, rows, spelt):
    """However the month of a row is written, it is April 2015; what may be two things is refused."""
    folder = data_folder(figures=rows.replace("2015-04", spelt))
    build_data(folder)
    assert str(read_observations(folder).rows("1.offences", "Ours")["period_end"].iloc[0]) == "2015-04"
    with pytest.raises(DataProblem, match="This is not a month"):
        build_data(data_folder(figures=rows.replace("2015-04", "04/05/2015")))
