"""What each column of Fernhill's applications means, and what a loan earns or costs."""

from dataclasses import dataclass

GAIN = 80.0  # euros that Fernhill earns, on average, on a loan that is paid back
LOSS = 200.0  # euros that it loses, on average, on a loan that is not


@dataclass(frozen=True)
class Column:
    """One column: its meaning, unit and type, who may use it, and the values it may have."""

    meaning: str
    unit: str
    type: str  # "number", "integer", "text" or "timestamp"
    use: str  # "feature", "sensitive", "identifier", "time" or "label"
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()


DATA_DICTIONARY = {
    "application_id": Column("number of the application", "", "integer", "identifier"),
    "week": Column("week of the decision, counted from 0", "weeks", "integer", "time", 0, 77),
    "decided_at": Column("moment of the decision", "date and time", "timestamp", "time"),
    "age": Column("age of the applicant", "years", "integer", "sensitive", 18, 80),
    "age_band": Column(
        "the age in three bands", "years", "text", "sensitive", categories=("18-25", "26-40", "41+")
    ),
    "channel": Column(
        "where the applicant applied: on the web, in the app, in a Fernhill store, at a partner",
        "",
        "text",
        "feature",
        categories=("web", "app", "store", "partner"),
    ),
    "basket": Column(
        "what most of the basket is",
        "",
        "text",
        "feature",
        categories=("electronics", "fashion", "furniture", "household", "gifts"),
    ),
    "income": Column(
        "net income as the applicant states it; nobody verifies it",
        "euros a month",
        "number",
        "feature",
        100,
        30_000,
    ),
    "inflow": Column(
        "mean inflow on the applicant's account, measured by the bank",
        "euros a month",
        "number",
        "feature",
        100,
        20_000,
    ),
    "amount": Column("price of the basket", "euros", "number", "feature", 5, 15_000),
    "term": Column("time over which it is to be paid", "months", "number", "feature", 3, 24),
    "tenure": Column("age of the applicant's account", "months", "number", "feature", 12, 780),
    "late_payments": Column(
        "payments made late in the last twelve months", "count", "number", "feature", 0, 15
    ),
    "credit_use": Column(
        "share of the applicant's credit lines in use", "fraction", "number", "feature", 0, 1
    ),
    "enquiries": Column(
        "lenders who asked about the applicant in the last six months",
        "count",
        "number",
        "feature",
        0,
        15,
    ),
    "default": Column(
        "1 if the loan was not paid back, 0 if it was; known six weeks after the decision",
        "",
        "integer",
        "label",
        0,
        1,
    ),
}

NUMERIC = [n for n, c in DATA_DICTIONARY.items() if c.use == "feature" and c.type == "number"]
CATEGORICAL = [n for n, c in DATA_DICTIONARY.items() if c.use == "feature" and c.type == "text"]
FEATURES = NUMERIC + CATEGORICAL
SENSITIVE = "age_band"
