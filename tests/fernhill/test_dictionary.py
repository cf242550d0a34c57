"""The data dictionary is true of the stream, and its page is current."""

from pathlib import Path

import pytest

from fernhill import CATEGORICAL, DATA_DICTIONARY, FEATURES, NUMERIC, SENSITIVE, WEEKS, Stream
from fernhill.columns import Column
from fernhill.dictionary import PAGE, main, page

ROOT = Path(__file__).parents[2]
TABLE = Stream(seed=3).matured(now=WEEKS + 6)
CENTS = TABLE["week"].between(30, 33) & (TABLE["channel"] == "partner")


def test_the_dictionary_lists_the_columns_of_the_stream_in_order() -> None:
    assert list(DATA_DICTIONARY) == list(TABLE.columns)


def test_a_model_may_use_no_number_of_an_application_no_time_and_no_age() -> None:
    assert FEATURES == NUMERIC + CATEGORICAL
    assert not {"application_id", "week", "decided_at", "age", SENSITIVE, "default"} & {*FEATURES}


@pytest.mark.parametrize("name", [n for n, c in DATA_DICTIONARY.items() if c.high is not None])
def test_every_value_is_in_its_range_but_for_the_incomes_in_cents(name: str) -> None:
    column = DATA_DICTIONARY[name]
    assert column.low is not None
    assert column.high is not None
    allowed = TABLE[name].between(column.low, column.high)
    assert allowed[~CENTS].all()
    if name == "income":
        assert (~allowed[CENTS]).mean() > 0.97


@pytest.mark.parametrize("name", [n for n, c in DATA_DICTIONARY.items() if c.categories])
def test_every_category_occurs_and_no_other(name: str) -> None:
    assert set(TABLE[name]) == set(DATA_DICTIONARY[name].categories)


def test_the_age_band_is_the_band_of_the_age() -> None:
    ages = TABLE.groupby("age_band")["age"]
    assert ages.min().to_dict() == {"18-25": 18, "26-40": 26, "41+": 41}
    assert ages.max()[["18-25", "26-40"]].tolist() == [25, 40]


def test_the_types_are_those_of_the_table() -> None:
    kinds = {"integer": "i", "number": "f", "timestamp": "M"}
    for name, column in DATA_DICTIONARY.items():
        if column.type in kinds:
            assert TABLE[name].dtype.kind == kinds[column.type], name
        else:
            assert isinstance(TABLE[name][0], str), name


def test_every_amount_of_something_has_a_unit() -> None:
    unitless = [n for n, c in DATA_DICTIONARY.items() if c.type == "number" and not c.unit]
    assert not unitless


def test_the_page_in_docs_is_current() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == page(), "run: python -m fernhill.dictionary"


def test_the_page_has_a_row_for_each_column() -> None:
    rows = [line.split("`")[1] for line in page().splitlines() if line.startswith("| `")]
    assert rows == list(DATA_DICTIONARY)


def test_the_page_is_written_only_where_the_course_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="There is no folder docs here"):
        main()
    (tmp_path / "docs").mkdir()
    main()
    assert (tmp_path / PAGE).read_text("utf-8") == page()


def test_a_column_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        DATA_DICTIONARY["income"].unit = "cents"  # type: ignore[misc]
    assert Column("", "", "text", "feature").categories == ()
