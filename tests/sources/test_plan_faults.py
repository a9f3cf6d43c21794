"""Plan files with faults in them: every fault is named, with its line."""

import pytest

from pccstats.sources import read_plan
from pccstats.terms.errors import DataProblem
from pccstats.terms.words import QuestionRule


def problems(folder) -> str:
    """What reading a folder's plan complains of, in one text."""
    with pytest.raises(DataProblem) as caught:
        read_plan(folder)
    return str(caught.value)


def test_a_sound_plan_is_read(data_folder):
    """The small plan is in order, from the folder, from its raw half and from the file."""
    folder = data_folder()
    plans = [read_plan(place) for place in (folder, folder / "raw", str(folder / "raw" / "plan.toml"))]
    assert plans[0] == plans[1] == plans[2]
    assert plans[0].indicator("1.offences").baseline.last == plans[0].baseline.last


def test_every_fault_is_listed_at_once(data_folder, plan_text):
    """Wrong words, missing keys, unknown names and wrong types come in one message."""
    broken = (
        plan_text.replace('"lower_is_better"', '"down"')
        .replace('horizon = "2017-03"', 'horizon = "spring 2017"')
        .replace('title = "Reduce burglary"', 'titel = "Reduce burglary"')
        .replace('focus = "Ours"', 'focus = "Hours"')
        .replace('number = 1\ntitle = "Safer', 'number = "one"\ntitle = "Safer')
        .replace('key = "1.satisfaction"', 'key = "1.offences"')
    )
    message = problems(data_folder(plan=broken))
    assert message.startswith("7 problems:")
    for line, words in (
        (4, "This is not a month. Found 'spring 2017'. Write months as YYYY-MM"),
        (11, "should be a whole number"),
        (17, "There is no such key here. Did you mean 'title'?"),
        (15, "This key is missing"),
        (24, "Found 'down'. Write 'lower_is_better', 'higher_is_better' or 'neutral'."),
        (2, "no such area. Found 'Hours'. Did you mean Ours?"),
        (27, "This key is used twice. Found '1.offences'. It is first used at plan.toml, line 19"),
    ):
        assert any(f"line {line}," in found and words in found for found in message.splitlines()), words


def test_places_name_the_entry(data_folder, plan_text):
    """A place gives the line, the entries on the way by their own names, and the key."""
    message = problems(data_folder(plan=plan_text.replace('kind = "survey"', 'kind = "poll"')))
    assert "plan.toml, line 29, theme 1, priority 1, indicator 1.satisfaction, kind:" in message


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ('[[event]]\nkey = "a"\ntitle = "A"\nmonth = "2014-01"\nindicators = ["9.*"]\n', "no such indicator"),
        ('[[group]]\nname = "G"\nfocus = "Ours"\npeers = ["There"]\nstatus = "confirmed"\n', "Did you mean Theirs"),
        (
            '[[target]]\nkey = "t"\nindicator = "1.offence"\nstrength = "hard"\nform = "level"\namount = 5\n',
            "Did you mean 1.offences",
        ),
        (
            '[[target]]\nkey = "t"\nindicator = "1.offences"\nstrength = "hard"\nform = "level"\namount = nan\n',
            "should be a number",
        ),
        ('[[assessment]]\nindicator = "1.offences"\nquarter = "2015 Q1"\nwords = "Same"\n', "is not a quarter"),
        ('[[group]]\nname = "G"\nfocus = "Ours"\npeers = []\nstatus = "confirmed"\n', "This is empty"),
        (
            (
                '[published_tally]\nquarter = "2015/16-Q1"\npositive = 9\nno_change = 2\nnegative = 6\n'
                "per_cent = [22.5, 62.5, 15]\nwithout_measure = 3\n"
            ),
            "counts other indicators than the plan",
        ),
        (
            (
                '[published_tally]\nquarter = "2015/16-Q1"\npositive = 1\nno_change = 1\nnegative = 0\n'
                "per_cent = [50, 50, 0]\nwithout_measure = 2\n"
            ),
            "More indicators have no metric than show no change",
        ),
        (
            (
                '[published_tally]\nquarter = "2015/16-Q1"\npositive = 1\nno_change = 1\nnegative = 0\n'
                'per_cent = [50, 50, 0]\nsaid_to_rise = ["1.offences"]\n'
            ),
            "not said to be judged by its projection",
        ),
        (
            (
                '[published_tally]\nquarter = "2015/16-Q1"\npositive = 1\nno_change = 1\nnegative = 0\n'
                'per_cent = [50, 50, 0]\njudged_by_projection = ["1.offense"]\n'
            ),
            "Did you mean 1.offences",
        ),
    ],
)
def test_references_that_nothing_answers(data_folder, plan_text, added, words):
    """Events, groups, targets and assessments must name what the plan has."""
    assert words in problems(data_folder(plan=plan_text + added))


def test_a_rule_that_is_not_there_cannot_be_switched_off(data_folder, plan_text):
    """The fault gives the line, the name as written, and every name there is; a right one is read."""
    message = problems(data_folder(plan=plan_text + '[questions]\noff = ["peers", "no_owner"]\n'))
    assert "Found 'peers'. Write" in message
    assert all(f"'{rule}'" in message for rule in QuestionRule)
    read = read_plan(data_folder(plan=plan_text + '[questions]\noff = ["no_owner"]\n'))
    assert read.questions.off == (QuestionRule.NO_OWNER,)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "count"', 'kind = "count"\nno_figure = "not_collected"', "no reason for it"),
        ('kind = "count"', 'kind = "count"\nrelease = "internal"', "nothing says by whom"),
        ('horizon = "2017-03"', 'horizon = "2013-03"', "ends before its baseline"),
        ('baseline = "2012/13"', 'baseline = "2012/14"', "is not a financial year"),
        ('slug = "safer-streets"', 'slug = "Safer Streets"', "small letters"),
        ('title = "Reduce burglary"', 'title = "Reduce burglary"\nparts = { "1A" = "Homes" }', "belongs to this part"),
        ('title = "A small plan"', 'title = ""', "This is empty"),
        ('title = "A small plan"', "title = 7", "should be text"),
        ('key = "1.offences"', 'key = "../etc"', "agreed way"),
        ("areas = [", "areas = [ 3,", "wrong shape"),
    ],
)
def test_single_faults(data_folder, plan_text, old, new, words):
    """One fault, one message that says what to do."""
    assert words in problems(data_folder(plan=plan_text.replace(old, new, 1)))


def test_text_that_is_no_toml(data_folder):
    """A file that cannot be parsed says at which line."""
    assert "line 2" in problems(data_folder(plan='title = "x"\nfocus = \n'))


def test_text_in_another_encoding(data_folder):
    """A file that is not UTF-8 is refused with the remedy; one with a byte order mark is read."""
    folder = data_folder()
    plan = folder / "raw" / "plan.toml"
    plan.write_bytes(b"\xef\xbb\xbf" + plan.read_bytes())
    assert read_plan(folder).title == "A small plan"
    plan.write_text('title = "Café"', encoding="cp1252")
    assert "UTF-8" in problems(folder)


def test_no_plan_at_all(tmp_path):
    """A missing plan and a missing folder are told apart."""
    assert "There is no plan.toml here" in problems(tmp_path)
    assert "There is no such folder" in problems(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[" * 3000 + "]" * 3000, "plan.toml, line 2: Lists or tables lie in one another, hundreds deep"),
        ("{a = " * 3000 + "1" + "}" * 3000, "plan.toml, line 2: Lists or tables lie in one another, hundreds deep"),
        ("9" * 6000, "plan.toml, line 2: A number has thousands of digits."),
        ("9" * 4000, "plan.toml, line 2, focus: This should be text. Found '999"),
        ('"Ours\\u0001"', "plan.toml, line 2, focus: This text holds a sign that cannot be shown. Found 'Ours\\x01'."),
        (
            '"Ours \\u202e133"',
            "plan.toml, line 2, focus: This text holds a sign that cannot be shown. Found 'Ours \\u202e133'.",
        ),
        ('"Ours"\n"a\\u0000" = 1', "This text holds a sign that cannot be shown. Found 'a\\x00'."),
        ('"Ours"\n' + ".".join(["a"] * 3000) + " = 1", "There is no such key here."),
    ],
)
def test_bombs_and_signs(data_folder, plan_text, value, words):
    """Brackets without end, numbers without end and signs that are none are named with their line, in few words."""
    message = problems(data_folder(plan=plan_text.replace('"Ours"', value, 1)))
    assert words in message
    assert len(message) < 5000
