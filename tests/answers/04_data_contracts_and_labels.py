"""Answers to assignment 04, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""


# %% gathering-flaw | right | asks flaw by flaw
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    if case in {"drawer", "merged"}:
        return "provenance"
    if case in {"diagnosis", "may_letters", "web_pages"}:
        return "consent"
    if case in {"advertisement", "second_visit", "private_million"}:
        return "sampling"
    return "none"


# %% gathering-flaw | right | lists the cases of each flaw
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    cases = {
        "provenance": "drawer merged",
        "consent": "diagnosis may_letters web_pages",
        "sampling": "advertisement second_visit private_million",
        "none": "by_lot whole_march",
    }
    return next(flaw for flaw, some in cases.items() if case in some.split())


# %% gathering-flaw | wrong | takes what is public for free to use
# fails gathering-flaw-tests-origin-and-consent | That everybody can read something
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "provenance",
        "diagnosis": "consent",
        "may_letters": "consent",
        "web_pages": "none",
        "advertisement": "sampling",
        "second_visit": "sampling",
        "private_million": "sampling",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | thinks that rows without names need no consent
# fails gathering-flaw-tests-origin-and-consent | What they took back was not their name
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "provenance",
        "diagnosis": "consent",
        "may_letters": "none",
        "web_pages": "consent",
        "advertisement": "sampling",
        "second_visit": "sampling",
        "private_million": "sampling",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | takes one signature for every purpose
# fails gathering-flaw-tests-origin-and-consent | A signature is not a key to every door
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "provenance",
        "diagnosis": "none",
        "may_letters": "consent",
        "web_pages": "consent",
        "advertisement": "sampling",
        "second_visit": "sampling",
        "private_million": "sampling",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | calls mixed units a flaw of sampling
# fails gathering-flaw-tests-origin-and-consent | What is lost is another thing
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "sampling",
        "diagnosis": "consent",
        "may_letters": "consent",
        "web_pages": "consent",
        "advertisement": "sampling",
        "second_visit": "sampling",
        "private_million": "sampling",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | lets size make up for who is missing
# fails gathering-flaw-tests-sampling | Size does not mend who is missing
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "provenance",
        "diagnosis": "consent",
        "may_letters": "consent",
        "web_pages": "consent",
        "advertisement": "sampling",
        "second_visit": "sampling",
        "private_million": "none",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | takes all files that are left for all patients
# fails gathering-flaw-tests-sampling | Complete files are not a complete picture
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    flaws = {
        "drawer": "provenance",
        "merged": "provenance",
        "diagnosis": "consent",
        "may_letters": "consent",
        "web_pages": "consent",
        "advertisement": "sampling",
        "second_visit": "none",
        "private_million": "sampling",
        "by_lot": "none",
        "whole_march": "none",
    }
    return flaws[case]


# %% gathering-flaw | wrong | calls small and uneven samples flawed
# fails gathering-flaw-tests-in-order | Small is imprecise
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    if case in {"drawer", "merged"}:
        return "provenance"
    if case in {"diagnosis", "may_letters", "web_pages"}:
        return "consent"
    return "sampling"


# %% gathering-flaw | wrong | answers with its own words
# fails gathering-flaw-tests-interface | return one of the words in FLAWS
# fails gathering-flaw-tests-sampling | Who answers an advertisement
def gathering_flaw(case):
    """Return the flaw (str, one of FLAWS) in the way the data of this case were gathered."""
    if case in {"drawer", "merged"}:
        return "provenance"
    if case in {"diagnosis", "may_letters", "web_pages"}:
        return "consent"
    if case in {"advertisement", "second_visit", "private_million"}:
        return "selection bias"
    return "none"


# %% quality-report | right | counts by hand, row by row
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    seen, first, in_time, both, agree, valid, judged = set(), 0, 0, 0, 0, 0, 0
    for row in table.to_dict("records"):
        first += row["sample_id"] not in seen
        seen.add(row["sample_id"])
        in_time += (row["received_on"] - row["taken_on"]).total_seconds() <= days * 24 * 3600
        if not pd.isna(row["radius"]) and not pd.isna(row["worst_radius"]):
            both += 1
            agree += row["worst_radius"] >= row["radius"]
        for name, (low, high) in ranges.items():
            if not pd.isna(row[name]):
                judged += 1
                valid += low <= row[name] <= high
    return {
        "completeness": 1 - table.isna().sum().sum() / table.size,
        "uniqueness": first / len(table),
        "validity": valid / judged if judged else float("nan"),
        "timeliness": in_time / len(table),
        "consistency": agree / both if both else float("nan"),
    }


# %% quality-report | right | sums masks, and lets pandas make NaN of nothing
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    judged = valid = 0
    for name, (low, high) in ranges.items():
        judged += table[name].notna().sum()
        valid += ((table[name] >= low) & (table[name] <= high)).sum()
    pairs = table[["radius", "worst_radius"]].dropna()
    hours = (table["received_on"] - table["taken_on"]) / pd.Timedelta(hours=1)
    return {
        "completeness": table.count().sum() / (table.shape[0] * table.shape[1]),
        "uniqueness": table["sample_id"].nunique() / len(table),
        "validity": float(valid / judged) if judged else np.nan,
        "timeliness": (hours <= 24 * days).mean(),
        "consistency": pairs["worst_radius"].ge(pairs["radius"]).mean(),
    }


# %% quality-report | wrong | counts the first of several as a repeat
# fails quality-report-tests-gaps-and-repeats | The first one is no repeat
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated(keep=False).mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | looks for whole rows that repeat
# fails quality-report-tests-gaps-and-repeats | It is the sample_id that says
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table.duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | leaves an empty column out of completeness
# fails quality-report-tests-gaps-and-repeats | the largest gap of all
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.dropna(axis=1, how="all").notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | cleans the delivery before it reports on it
# fails quality-report-tests-gaps-and-repeats | The report is about the delivery as it came
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    rows = len(table)
    table = table.drop_duplicates("sample_id")
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": len(table) / rows,
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | counts complete rows
# fails quality-report-tests-gaps-and-repeats | Count cells, not rows
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": len(table.dropna()) / len(table),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | counts missing values as invalid
# fails quality-report-tests-validity | one gap should not be charged twice
# fails quality-report-tests-nothing-to-judge | as if all of them were wrong
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | takes the mean of the columns' validity
# fails quality-report-tests-validity | You took the mean of two columns' shares
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits).mean() for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(np.mean(values)),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | takes the limits for forbidden
# fails quality-report-tests-validity | stand exactly on the limits
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = []
    for name, (low, high) in ranges.items():
        present = table[name].dropna()
        values.append((present > low) & (present < high))
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | cuts hours off the days
# fails quality-report-tests-time-and-agreement | cut the hours off
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": ((table["received_on"] - table["taken_on"]).dt.days <= days).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | allows three days, whatever the caller says
# fails quality-report-tests-time-and-agreement | is for the caller to say
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=3)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | counts rows without a value beyond its limits
# fails quality-report-tests-validity | judge values, not rows
# fails quality-report-tests-nothing-to-judge | Nobody has looked
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    fine = pd.Series(True, index=table.index)
    for name, (low, high) in ranges.items():
        fine &= ~((table[name] < low) | (table[name] > high))
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(fine.mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | takes a missing radius for a contradiction
# fails quality-report-tests-time-and-agreement | Where one of two is silent
# fails quality-report-tests-nothing-to-judge | a consistency of 0
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": float(pd.concat(values).mean()),
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((table["worst_radius"] >= table["radius"]).mean()),
    }


# %% quality-report | wrong | says that all is well where nobody looked
# fails quality-report-tests-nothing-to-judge | that is not the same as 'all is well'
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    present = pd.concat([table[name].dropna().between(*pair) for name, pair in ranges.items()])
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": present.mean() if len(present) else 1.0,
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": (both["worst_radius"] >= both["radius"]).mean() if len(both) else 1.0,
    }


# %% quality-report | wrong | divides by zero where nothing came
# fails quality-report-tests-nothing-to-judge | is the day on which the report is needed
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    judged = sum(int(table[name].count()) for name in ranges)
    valid = sum(int(table[name].between(*limits).sum()) for name, limits in ranges.items())
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": table.notna().to_numpy().mean(),
        "uniqueness": 1 - table["sample_id"].duplicated().mean(),
        "validity": valid / judged,
        "timeliness": (took <= pd.Timedelta(days=days)).mean(),
        "consistency": float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% quality-report | wrong | reports percentages
# fails quality-report-tests-interface | is 1.0; you returned
# fails quality-report-tests-gaps-and-repeats | of this table 65 are missing
# fails quality-report-tests-validity | lie in their ranges
# fails quality-report-tests-time-and-agreement | at most 72 hours
def quality_report(table, ranges, days):
    """Return the five shares of quality (dict of float) of a delivery."""
    values = [table[name].dropna().between(*limits) for name, limits in ranges.items()]
    both = table.dropna(subset=["radius", "worst_radius"])
    took = table["received_on"] - table["taken_on"]
    return {
        "completeness": 100 * table.notna().to_numpy().mean(),
        "uniqueness": 100 * (1 - table["sample_id"].duplicated().mean()),
        "validity": 100 * float(pd.concat(values).mean()),
        "timeliness": 100 * (took <= pd.Timedelta(days=days)).mean(),
        "consistency": 100 * float((both["worst_radius"] >= both["radius"]).mean()),
    }


# %% infer-schema | right | with helper functions and select_dtypes
def _numbers(column, slack):
    width = column.max() - column.min()
    return {"low": column.min() - slack * width, "high": column.max() + slack * width}


def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    numeric = set(table.select_dtypes("number").columns)
    schema = {}
    for name in table:
        rule = {"kind": "number" if name in numeric else "text"}
        rule["nullable"] = table[name].isna().any()
        if name in numeric:
            rule.update(_numbers(table[name], slack))
        else:
            rule["categories"] = sorted(set(table[name].dropna()))
        schema[name] = rule
    return schema


# %% infer-schema | right | goes through the values in plain Python
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table.columns:
        everything = table[name].tolist()
        values = [value for value in everything if not pd.isna(value)]
        rule = {"kind": "text", "nullable": len(values) != len(everything)}
        if all(isinstance(value, (int, float)) for value in values):
            low, high = min(values), max(values)
            rule["kind"] = "number"
            rule["low"] = low - slack * (high - low)
            rule["high"] = high + slack * (high - low)
        else:
            rule["categories"] = sorted(set(values))
        schema[name] = rule
    return schema


# %% infer-schema | wrong | takes the exact extremes for limits
# fails infer-schema-tests-limits | an alarm for each of them is soon switched off
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            schema[name] |= {"kind": "number", "low": column.min(), "high": column.max()}
        else:
            schema[name]["categories"] = sorted(column.dropna().unique())
    return schema


# %% infer-schema | wrong | adds the slack to the value, not to the width
# fails infer-schema-tests-limits | Slack is a share of the width
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            low, high = column.min() * (1 - slack), column.max() * (1 + slack)
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(column.dropna().unique())
    return schema


# %% infer-schema | wrong | looks for gaps in the first rows
# fails infer-schema-tests-gaps | A look at the first rows is not enough
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.head().isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(column.dropna().unique())
    return schema


# %% infer-schema | wrong | allows gaps everywhere, to be safe
# fails infer-schema-tests-gaps | nobody will be told
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": True}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(column.dropna().unique())
    return schema


# %% infer-schema | wrong | lists the gap among the categories
# fails infer-schema-tests-gaps | You list the missing value among the categories
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(column.unique(), key=str)
    return schema


# %% infer-schema | wrong | sorts without taking the gap out
# fails infer-schema-tests-gaps | A gap has no place in the alphabet
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(set(column))
    return schema


# %% infer-schema | wrong | gives the type of the column for its categories
# fails infer-schema-tests-kinds | does not say which values are allowed
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = str(column.dtype)
    return schema


# %% infer-schema | wrong | lists declared categories that never occur
# fails infer-schema-tests-kinds | A schema is drafted from what was seen
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        schema[name] = {"kind": "text", "nullable": bool(column.isna().any())}
        if pd.api.types.is_numeric_dtype(column):
            room = slack * (column.max() - column.min())
            low, high = column.min() - room, column.max() + room
            schema[name] |= {"kind": "number", "low": low, "high": high}
        else:
            schema[name]["categories"] = sorted(column.astype("category").cat.categories)
    return schema


# %% infer-schema | wrong | turns digits into numbers
# fails infer-schema-tests-kinds | These are names made of digits
def infer_schema(table, slack):
    """Return a draft schema (dict of dict) of a table of good data."""
    schema = {}
    for name in table:
        column = table[name]
        nullable = bool(column.isna().any())
        try:
            numbers = column.astype(float)
            room = slack * (numbers.max() - numbers.min())
            low, high = numbers.min() - room, numbers.max() + room
            schema[name] = {"kind": "number", "nullable": nullable, "low": low, "high": high}
        except ValueError:
            allowed = sorted(column.dropna().unique())
            schema[name] = {"kind": "text", "nullable": nullable, "categories": allowed}
    return schema


# %% validate | right | through pandera
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    import pandera.pandas as pa

    found, columns = [], {}
    for name in table.columns:
        if name not in schema:
            found.append((name, "unknown column", []))
    for name, rule in schema.items():
        number = rule["kind"] == "number"
        if name not in table.columns:
            found.append((name, "missing column", []))
        elif pd.api.types.is_numeric_dtype(table[name]) != number:
            found.append((name, "wrong kind", []))
        elif number:
            check = pa.Check.in_range(rule["low"], rule["high"])
            columns[name] = pa.Column(None, check, nullable=rule["nullable"])
        else:
            check = pa.Check.isin(rule["categories"])
            columns[name] = pa.Column(None, check, nullable=rule["nullable"])
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        for (name, check), cases in error.failure_cases.groupby(["column", "check"]):
            fault = "unknown category" if check.startswith("isin") else "out of range"
            fault = "missing values" if check == "not_nullable" else fault
            rows = set(cases["index"])
            found.append((name, fault, [row for row in table.index if row in rows]))
    return found


# %% validate | right | value by value
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    breaches = []
    for name in [*schema, *table.columns.difference(list(schema))]:
        if name not in schema:
            breaches.append((name, "unknown column", []))
        elif name not in table:
            breaches.append((name, "missing column", []))
        elif (table[name].dtype.kind in "iuf") != (schema[name]["kind"] == "number"):
            breaches.append((name, "wrong kind", []))
        else:
            rule, missing, bad = schema[name], [], []
            for row, value in table[name].items():
                if pd.isna(value):
                    missing.append(row)
                elif rule["kind"] == "number" and not rule["low"] <= value <= rule["high"]:
                    bad.append(row)
                elif rule["kind"] == "text" and value not in rule["categories"]:
                    bad.append(row)
            if missing and not rule["nullable"]:
                breaches.append((name, "missing values", missing))
            if bad:
                what = "out of range" if rule["kind"] == "number" else "unknown category"
                breaches.append((name, what, bad))
    return breaches


# %% validate | wrong | raises at the first breach
# fails validate-tests-interface | ValueError
# fails validate-tests-all-at-once | Report breaches, do not raise them
# fails validate-tests-columns | Your function raised ValueError
# fails validate-tests-rows | ValueError
# fails validate-tests-untouched | ValueError
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    for name in table.columns:
        if name not in schema:
            raise ValueError(f"unknown column {name}")
    for name, rule in schema.items():
        if name not in table.columns:
            raise ValueError(f"missing column {name}")
        column, gaps = table[name], table[name].isna()
        if pd.api.types.is_numeric_dtype(column) != (rule["kind"] == "number"):
            raise ValueError(f"wrong kind in {name}")
        if gaps.any() and not rule["nullable"]:
            raise ValueError(f"missing values in {name}")
        if rule["kind"] == "number":
            good = column.between(rule["low"], rule["high"])
        else:
            good = column.isin(rule["categories"])
        if (~good & ~gaps).any():
            raise ValueError(f"bad values in {name}")
    return []


# %% validate | wrong | reports one breach of a column
# fails validate-tests-interface | Expected are these breaches
# fails validate-tests-all-at-once | A column can break two promises
# fails validate-tests-untouched | was not reported
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number:
            bad = ~gaps & ~column.between(rule.get("low", 0), rule.get("high", 0))
        else:
            bad = ~gaps & ~column.isin(rule.get("categories", []))
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
        elif gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        elif bad.any():
            fault = "out of range" if number else "unknown category"
            found.append((name, fault, column.index[bad].tolist()))
    return found


# %% validate | wrong | stops at the first breach
# fails validate-tests-interface | Expected are these breaches
# fails validate-tests-all-at-once | You stopped at the first breach
# fails validate-tests-columns | one column, which the schema does not know
# fails validate-tests-untouched | was not reported
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    for name in table.columns:
        if name not in schema:
            return [(name, "unknown column", [])]
    for name, rule in schema.items():
        if name not in table.columns:
            return [(name, "missing column", [])]
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            return [(name, "wrong kind", [])]
        if gaps.any() and not rule["nullable"]:
            return [(name, "missing values", column.index[gaps].tolist())]
        if number:
            bad = ~gaps & ~column.between(rule["low"], rule["high"])
        else:
            bad = ~gaps & ~column.isin(rule["categories"])
        if bad.any():
            fault = "out of range" if number else "unknown category"
            return [(name, fault, column.index[bad].tolist())]
    return []


# %% validate | wrong | passes over columns that it does not know
# fails validate-tests-all-at-once | The column operator is in no contract
# fails validate-tests-columns | one column, which the schema does not know
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = []
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if number:
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good & ~gaps).any():
            found.append((name, fault, column.index[~good & ~gaps].tolist()))
    return found


# %% validate | wrong | drops columns that it does not know from the table
# fails validate-tests-untouched | added columns to the table of the caller, or took some away
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = []
    for name in list(table.columns):
        if name not in schema:
            found.append((name, "unknown column", []))
            table.drop(columns=name, inplace=True)
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if number:
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good & ~gaps).any():
            found.append((name, fault, column.index[~good & ~gaps].tolist()))
    return found


# %% validate | wrong | reports a breach for each row
# fails validate-tests-all-at-once | the same fault of the same column more than once
# fails validate-tests-rows | they are one breach with two rows
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        number = pd.api.types.is_numeric_dtype(table[name])
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        for row, value in table[name].items():
            if pd.isna(value):
                if not rule["nullable"]:
                    found.append((name, "missing values", [row]))
            elif number and not rule["low"] <= value <= rule["high"]:
                found.append((name, "out of range", [row]))
            elif not number and value not in rule["categories"]:
                found.append((name, "unknown category", [row]))
    return found


# %% validate | wrong | turns text into numbers first
# fails validate-tests-columns | you turned it into numbers
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column = table[name]
        if rule["kind"] == "number":
            column = pd.to_numeric(column, errors="coerce")
        gaps = column.isna()
        if rule["kind"] == "text" and pd.api.types.is_numeric_dtype(column):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if rule["kind"] == "number":
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good & ~gaps).any():
            found.append((name, fault, column.index[~good & ~gaps].tolist()))
    return found


# %% validate | wrong | looks at values before it looks at kinds
# fails validate-tests-columns | Look at the kind of a column before
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if rule["kind"] == "number":
            fault = "out of range"
            bad = (column < rule["low"]) | (column > rule["high"])
        else:
            fault, bad = "unknown category", ~gaps & ~column.isin(rule["categories"])
        if bad.any():
            found.append((name, fault, column.index[bad].tolist()))
    return found


# %% validate | wrong | calls a gap out of range as well
# fails validate-tests-interface | Expected are these breaches
# fails validate-tests-all-at-once | Some rows are wrong
# fails validate-tests-rows | you call the gap an unknown category
# fails validate-tests-untouched | was not reported
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if number:
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good).any():
            found.append((name, fault, column.index[~good].tolist()))
    return found


# %% validate | wrong | gives positions, not labels
# fails validate-tests-interface | Expected are these breaches
# fails validate-tests-rows | You reported positions
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column = table[name].reset_index(drop=True)
        gaps = column.isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if number:
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good & ~gaps).any():
            found.append((name, fault, column.index[~good & ~gaps].tolist()))
    return found


# %% validate | wrong | forbids the limits themselves
# fails validate-tests-rows | stand exactly on the limits
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name], table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
        if number:
            fault, bad = "out of range", (column <= rule["low"]) | (column >= rule["high"])
        else:
            fault, bad = "unknown category", ~gaps & ~column.isin(rule["categories"])
        if bad.any():
            found.append((name, fault, column.index[bad].tolist()))
    return found


# %% validate | wrong | repairs what it finds
# fails validate-tests-untouched | A check that repairs on the quiet
def validate(table, schema):
    """Return every breach of the schema as a list of tuples (column, fault, rows)."""
    found = [(name, "unknown column", []) for name in table.columns if name not in schema]
    for name, rule in schema.items():
        if name not in table.columns:
            found.append((name, "missing column", []))
            continue
        column, gaps = table[name].copy(), table[name].isna()
        number = pd.api.types.is_numeric_dtype(column)
        if number != (rule["kind"] == "number"):
            found.append((name, "wrong kind", []))
            continue
        if gaps.any() and not rule["nullable"]:
            found.append((name, "missing values", column.index[gaps].tolist()))
            if number:
                table[name] = column.fillna(column.median())
        if number:
            fault, good = "out of range", column.between(rule["low"], rule["high"])
        else:
            fault, good = "unknown category", column.isin(rule["categories"])
        if (~good & ~gaps).any():
            found.append((name, fault, column.index[~good & ~gaps].tolist()))
    return found


# %% unit-bug-rows | right | asks which unit is nearer on a logarithmic scale
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    middle = np.log10(reference).median()
    distance = np.log10(values) - middle
    return (distance - 2).abs() < distance.abs()


# %% unit-bug-rows | right | twice beyond the largest value ever seen
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values.gt(1.2 * reference.quantile(0.999)).fillna(False)


# %% unit-bug-rows | right | three deviations of the logarithm
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    logs = np.log(reference)
    return np.log(values) > logs.mean() + 3 * logs.std()


# %% unit-bug-rows | wrong | counts standard deviations of a skewed quantity
# fails unit-bug-rows-tests-innocent | In a good batch of a skewed quantity
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return (values - reference.mean()) / reference.std() > 3


# %% unit-bug-rows | wrong | measures by the batch that is spoilt
# fails unit-bug-rows-tests-interface | you returned
# fails unit-bug-rows-tests-finds | measure by the reference
# fails unit-bug-rows-tests-innocent | In a good batch of a skewed quantity
# fails unit-bug-rows-tests-form | Every third of these areas
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return (values - values.mean()) / values.std() > 3


# %% unit-bug-rows | wrong | types in a limit that fits areas
# fails unit-bug-rows-tests-finds | fits one quantity alone
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values > 5000


# %% unit-bug-rows | wrong | accuses the top hundredth
# fails unit-bug-rows-tests-innocent | Of a clinic's hard cases
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values > reference.quantile(0.995)


# %% unit-bug-rows | wrong | accuses what lies beyond the whiskers
# fails unit-bug-rows-tests-innocent | A few standard deviations or quartiles
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    first, third = reference.quantile([0.25, 0.75])
    return values > third + 1.5 * (third - first)


# %% unit-bug-rows | wrong | takes every value above a hundred medians
# fails unit-bug-rows-tests-interface | you returned
# fails unit-bug-rows-tests-finds | of the values in hundredths, in a batch
# fails unit-bug-rows-tests-form | Every third of these areas
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values > 150 * reference.median()


# %% unit-bug-rows | wrong | drops the gaps
# fails unit-bug-rows-tests-interface | you returned
# fails unit-bug-rows-tests-form | Nobody is to be dropped
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values.dropna() > 10 * reference.median()


# %% unit-bug-rows | wrong | mends the values while it looks
# fails unit-bug-rows-tests-form | do not mend them
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    wrong = values > 10 * reference.median()
    values[wrong] = values[wrong] / 100
    return wrong


# %% unit-bug-rows | wrong | returns the suspicious values
# fails unit-bug-rows-tests-interface | you returned
# fails unit-bug-rows-tests-finds | asked for is bool
# fails unit-bug-rows-tests-innocent | asked for is bool
# fails unit-bug-rows-tests-form | Nobody is to be dropped
def unit_bug_rows(values, reference):
    """Return a Series of bool: which values are 100 times too large."""
    return values[values > 10 * reference.median()].astype(object)


# %% quarantine | right | groups the failures with pandas
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    cases = pd.DataFrame(failures, columns=["row", "reason"]).drop_duplicates()
    reasons = cases.groupby("row")["reason"].agg(lambda some: "; ".join(sorted(some)))
    bad = table.index.isin(cases["row"])
    waiting = table[bad]
    return table[~bad], waiting.assign(reasons=[reasons[row] for row in waiting.index])


# %% quarantine | right | asks of every row why it fails
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    why = [
        "; ".join(sorted({reason for place, reason in failures if place == row}))
        for row in table.index
    ]
    marked = table.assign(reasons=pd.Series(why, index=table.index, dtype=object))
    waits = (marked["reasons"] != "").to_numpy()
    return marked[~waits].drop(columns="reasons"), marked[waits]


# %% quarantine | right | returns the two parts in a list
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = {
        row: "; ".join(sorted({word for other, word in failures if other == row}))
        for row, _ in failures
    }
    rows = [row for row in table.index if row in reasons]
    waiting = table.loc[rows]
    return [table.drop(rows), waiting.assign(reasons=[reasons[row] for row in rows])]


# %% quarantine | wrong | sorts the caller's list of failures
# fails quarantine-tests-extremes | the list of failures, which belongs to the caller
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    failures.sort(key=lambda failure: failure[1])
    reasons = {}
    for row, reason in failures:
        if reason not in reasons.setdefault(row, []):
            reasons[row].append(reason)
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = ["; ".join(reasons[row]) for row in waiting.index]
    return table[~bad].copy(), waiting


# %% quarantine | wrong | keeps one reason of each row
# fails quarantine-tests-reasons | you kept one of them
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = dict(failures)
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = [reasons[row] for row in waiting.index]
    return table[~bad], waiting


# %% quarantine | wrong | doubles rows that have two reasons
# fails quarantine-tests-interface | Row b fails, and is set aside once
# fails quarantine-tests-partition | A row with two reasons is one row
# fails quarantine-tests-reasons | you kept one of them
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    rows = [row for row, _ in failures]
    waiting = table.loc[rows].copy()
    waiting["reasons"] = [reason for _, reason in failures]
    return table[~table.index.isin(rows)], waiting


# %% quarantine | wrong | loses rows that have two reasons
# fails quarantine-tests-interface | set aside once
# fails quarantine-tests-partition | worse than one that waits
# fails quarantine-tests-reasons | Expected are the reasons
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    cases = pd.DataFrame(failures, columns=["row", "reason"])
    once = cases.drop_duplicates("row", keep=False).set_index("row")["reason"]
    waiting = table[table.index.isin(once.index)].copy()
    waiting["reasons"] = [once[row] for row in waiting.index]
    return table[~table.index.isin(cases["row"])], waiting


# %% quarantine | wrong | gives the same reason twice
# fails quarantine-tests-reasons | Each reason is given once
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = {}
    for row, reason in failures:
        reasons.setdefault(row, []).append(reason)
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = ["; ".join(sorted(reasons[row])) for row in waiting.index]
    return table[~bad], waiting


# %% quarantine | wrong | leaves the reasons in the order of the report
# fails quarantine-tests-reasons | The reasons of a row are sorted
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = {}
    for row, reason in failures:
        reasons.setdefault(row, {})[reason] = True
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = ["; ".join(reasons[row]) for row in waiting.index]
    return table[~bad], waiting


# %% quarantine | wrong | numbers the rows anew
# fails quarantine-tests-interface | Rows a and c have no failure
# fails quarantine-tests-partition | The index labels are not those of the table
# fails quarantine-tests-reasons | Row 2 has no failure
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = {}
    for row, reason in failures:
        reasons.setdefault(row, set()).add(reason)
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = ["; ".join(sorted(reasons[row])) for row in waiting.index]
    return table[~bad].reset_index(drop=True), waiting.reset_index(drop=True)


# %% quarantine | wrong | writes the reasons into the caller's table
# fails quarantine-tests-partition | Good rows have the table's columns alone
# fails quarantine-tests-extremes | as they were
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    reasons = {}
    for row, reason in failures:
        reasons.setdefault(row, set()).add(reason)
    table["reasons"] = ["; ".join(sorted(reasons.get(row, []))) for row in table.index]
    bad = table["reasons"] != ""
    return table[~bad], table[bad]


# %% quarantine | wrong | cannot work on a good day
# fails quarantine-tests-extremes | On a good day the gate has to work, too
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    rows, words = zip(*sorted(set(failures), key=str))
    reasons = pd.Series(words).groupby(pd.Series(rows)).agg("; ".join)
    bad = table.index.isin(rows)
    waiting = table[bad]
    return table[~bad], waiting.assign(reasons=[reasons[row] for row in waiting.index])


# %% quarantine | wrong | forgets the column of reasons where nothing waits
# fails quarantine-tests-extremes | so that the next program can read it
def quarantine(table, failures):
    """Return the rows without a failure, and those with one or more, with their reasons."""
    if not failures:
        return table, table.iloc[:0]
    reasons = {}
    for row, reason in failures:
        reasons.setdefault(row, set()).add(reason)
    bad = table.index.isin(list(reasons))
    waiting = table[bad].copy()
    waiting["reasons"] = ["; ".join(sorted(reasons[row])) for row in waiting.index]
    return table[~bad], waiting


# %% cohens-kappa | right | from a table of counts
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    labels = sorted(set(a) | set(b))
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    for x, y in zip(a, b):
        counts[place[x], place[y]] += 1
    shares = counts / counts.sum()
    agreed = np.trace(shares)
    expected = shares.sum(axis=0) @ shares.sum(axis=1)
    if len(labels) == 1:
        return float("nan")
    return float((agreed - expected) / (1 - expected))


# %% cohens-kappa | right | with pandas and with disagreements
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = pd.Series(list(a)), pd.Series(list(b))
    first, second = a.value_counts(normalize=True), b.value_counts(normalize=True)
    by_chance = 1 - first.mul(second, fill_value=0).sum()
    if set(a) == set(b) and len(set(a)) == 1:
        return math.nan
    return float(1 - (a != b).mean() / by_chance)


# %% cohens-kappa | wrong | returns the raw agreement
# fails cohens-kappa-tests-interface | How much of that would chance have given
# fails cohens-kappa-tests-chance | Two people who guess agree on some, too
# fails cohens-kappa-tests-rare | about what is rare nothing was agreed
# fails cohens-kappa-tests-one-sided | so it adds nothing to the expected agreement
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    return sum(x == y for x, y in zip(a, b)) / len(a)


# %% cohens-kappa | wrong | expects that all labels are used equally
# fails cohens-kappa-tests-chance | as if both used all labels equally often
# fails cohens-kappa-tests-rare | about what is rare nothing was agreed
# fails cohens-kappa-tests-one-sided | so it adds nothing to the expected agreement
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    k = len(set(a) | set(b))
    if k == 1:
        return math.nan
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    return (agreed - 1 / k) / (1 - 1 / k)


# %% cohens-kappa | wrong | puts both annotators into one pot
# fails cohens-kappa-tests-interface | In this example kappa is 0.5
# fails cohens-kappa-tests-chance | into one pot
# fails cohens-kappa-tests-one-sided | so it adds nothing to the expected agreement
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    both = a + b
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    expected = sum((both.count(label) / len(both)) ** 2 for label in set(both))
    return math.nan if expected == 1 else (agreed - expected) / (1 - expected)


# %% cohens-kappa | wrong | calls scikit-learn's function
# fails cohens-kappa-tests-interface | You call scikit-learn's function
# fails cohens-kappa-tests-chance | asked for is the computation
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    return float(cohen_kappa_score(a, b))


# %% cohens-kappa | wrong | cuts kappa off at zero
# fails cohens-kappa-tests-rare | Kappa can be negative
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    expected = sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2
    return math.nan if expected == 1 else max(0.0, (agreed - expected) / (1 - expected))


# %% cohens-kappa | wrong | divides by zero when all labels are one
# fails cohens-kappa-tests-one-sided | and you divided by zero
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    expected = sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2
    return (agreed - expected) / (1 - expected)


# %% cohens-kappa | wrong | calls one label throughout perfect
# fails cohens-kappa-tests-one-sided | Whether they could tell a malignant one
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    expected = sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2
    return 1.0 if expected == 1 else (agreed - expected) / (1 - expected)


# %% cohens-kappa | wrong | needs both to use the same labels
# fails cohens-kappa-tests-one-sided | A label that only one of the two uses
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    a, b = list(a), list(b)
    first = {label: a.count(label) / len(a) for label in a}
    second = {label: b.count(label) / len(b) for label in b}
    agreed = sum(x == y for x, y in zip(a, b)) / len(a)
    expected = sum(first[label] * second[label] for label in first)
    return math.nan if expected == 1 else (agreed - expected) / (1 - expected)


# %% cohens-kappa | wrong | matches slides by the index
# fails cohens-kappa-tests-one-sided | slides are matched by their order
def cohens_kappa(a, b):
    """Return Cohen's kappa (float) of two annotators."""
    agreed = np.mean(a == b) if isinstance(a, pd.Series) else np.mean(np.array(a) == np.array(b))
    a, b = list(a), list(b)
    expected = sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2
    return math.nan if expected == 1 else (agreed - expected) / (1 - expected)


# %% aggregate-votes | right | as one product of matrices
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    sign = {1: 1, 0: -1, None: 0}
    totals = [sum(sign[vote] * w for vote, w in zip(ballot, weights)) for ballot in votes]
    return [None if total == 0 else int(total > 0) for total in totals]


# %% aggregate-votes | right | with a frame that knows gaps
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        table = pd.DataFrame({"vote": ballot, "weight": weights}).dropna()
        yes = table.loc[table["vote"] == 1, "weight"].sum()
        no = table["weight"].sum() - yes
        if yes > no:
            labels.append(1)
        elif no > yes:
            labels.append(0)
        else:
            labels.append(None)
    return labels


# %% aggregate-votes | wrong | turns a tie into benign
# fails aggregate-votes-tests-silence | needs a person, not a calm answer
# fails aggregate-votes-tests-weights | the labels are [1, 0, 1, None, 0, 1]
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        yes = sum(weight for vote, weight in zip(ballot, weights) if vote == 1)
        no = sum(weight for vote, weight in zip(ballot, weights) if vote == 0)
        labels.append(1 if yes > no else 0)
    return labels


# %% aggregate-votes | wrong | takes silence for benign
# fails aggregate-votes-tests-interface | nobody speaks against it
# fails aggregate-votes-tests-silence | that is not a vote for 'benign'
# fails aggregate-votes-tests-weights | the labels are [1, 0, 1, None, 0, 1]
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        yes = sum(weight for vote, weight in zip(ballot, weights) if vote)
        no = sum(weight for vote, weight in zip(ballot, weights) if not vote)
        labels.append(None if yes == no else int(yes > no))
    return labels


# %% aggregate-votes | wrong | asks for a majority of all rules
# fails aggregate-votes-tests-interface | nobody speaks against it
# fails aggregate-votes-tests-silence | a vote for 'benign' is a vote
# fails aggregate-votes-tests-weights | the labels are [1, 0, 1, None, 0, 1]
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        yes = sum(weight for vote, weight in zip(ballot, weights) if vote == 1)
        no = sum(weight for vote, weight in zip(ballot, weights) if vote == 0)
        half = sum(weights) / 2
        labels.append(1 if yes > half else 0 if no > half else None)
    return labels


# %% aggregate-votes | wrong | drops the votes for benign with the silence
# fails aggregate-votes-tests-interface | Two rules of equal weight say 0
# fails aggregate-votes-tests-silence | Both 0 and None count as false
# fails aggregate-votes-tests-weights | Votes for 'benign' were lost
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        said = [vote for vote in ballot if vote]
        labels.append(1 if said else None)
    return labels


# %% aggregate-votes | wrong | divides by the weight of those who spoke
# fails aggregate-votes-tests-weights | The only rule that spoke has a weight of 0
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        said = [(vote, weight) for vote, weight in zip(ballot, weights) if vote is not None]
        if not said:
            labels.append(None)
            continue
        mean = sum(vote * weight for vote, weight in said) / sum(weight for _, weight in said)
        labels.append(None if mean == 0.5 else int(mean > 0.5))
    return labels


# %% aggregate-votes | wrong | counts heads
# fails aggregate-votes-tests-weights | You counted heads
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        yes, no = ballot.count(1), ballot.count(0)
        labels.append(None if yes == no else int(yes > no))
    return labels


# %% aggregate-votes | wrong | matches weights after silence is taken out
# fails aggregate-votes-tests-weights | has moved to another rule
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        said = [vote for vote in ballot if vote is not None]
        yes = sum(weight for vote, weight in zip(said, weights) if vote == 1)
        no = sum(weight for vote, weight in zip(said, weights) if vote == 0)
        labels.append(None if yes == no else int(yes > no))
    return labels


# %% aggregate-votes | wrong | lets the first of a tie win
# fails aggregate-votes-tests-silence | A tie gives None
# fails aggregate-votes-tests-weights | the labels are [1, 0, 1, None, 0, 1]
def aggregate_votes(votes, weights):
    """Return one label for each slide (list): 1, 0, or None where nobody can say."""
    labels = []
    for ballot in votes:
        totals = {}
        for vote, weight in zip(ballot, weights):
            if vote is not None:
                totals[vote] = totals.get(vote, 0) + weight
        labels.append(max(totals, key=totals.get) if totals else None)
    return labels


# %% select-for-labelling | right | with numpy and a stable sort
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    order = np.argsort(np.abs(np.asarray(p, dtype=float) - 0.5), kind="stable")
    return [int(place) for place in order if int(place) not in labelled][:k]


# %% select-for-labelling | right | by the probability of the better guess
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    sure = [(max(value, 1 - value), place) for place, value in enumerate(p)]
    return [place for _, place in sorted(sure) if place not in labelled][:k]


# %% select-for-labelling | wrong | asks about the likeliest
# fails select-for-labelling-tests-unsure | a doctor would only nod
# fails select-for-labelling-tests-ties-and-repeats | least sure of slides 0 to 5
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    free = [place for place in range(len(p)) if place not in labelled]
    return sorted(free, key=lambda place: -p[place])[:k]


# %% select-for-labelling | wrong | asks about the least likely
# fails select-for-labelling-tests-unsure | it is a sure 'no'
# fails select-for-labelling-tests-ties-and-repeats | so that the same list comes out tomorrow
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    free = [place for place in range(len(p)) if place not in labelled]
    return sorted(free, key=lambda place: p[place])[:k]


# %% select-for-labelling | wrong | asks about the surest
# fails select-for-labelling-tests-unsure | of which the model is most sure
# fails select-for-labelling-tests-ties-and-repeats | least sure of slides 0 to 5
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    free = [place for place in range(len(p)) if place not in labelled]
    return sorted(free, key=lambda place: -abs(p[place] - 0.5))[:k]


# %% select-for-labelling | wrong | takes the mean for doubt
# fails select-for-labelling-tests-unsure | the mean is not doubt
# fails select-for-labelling-tests-ties-and-repeats | so that the same list comes out tomorrow
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    middle = sum(p) / len(p)
    free = [place for place in range(len(p)) if place not in labelled]
    return sorted(free, key=lambda place: abs(p[place] - middle))[:k]


# %% select-for-labelling | wrong | asks again about what is labelled
# fails select-for-labelling-tests-ties-and-repeats | The doctor has read them, and was paid
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    return sorted(range(len(p)), key=lambda place: abs(p[place] - 0.5))[:k]


# %% select-for-labelling | wrong | marks the labelled in the caller's probabilities
# fails select-for-labelling-tests-ties-and-repeats | changed the probabilities
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    for place in labelled:
        p[place] = 99.0
    order = sorted(range(len(p)), key=lambda place: abs(p[place] - 0.5))
    return [place for place in order if place not in labelled][:k]


# %% select-for-labelling | wrong | takes k first and leaves out the labelled then
# fails select-for-labelling-tests-ties-and-repeats | Leave out what has a label first
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    chosen = sorted(range(len(p)), key=lambda place: abs(p[place] - 0.5))[:k]
    return [place for place in chosen if place not in labelled]


# %% select-for-labelling | wrong | takes the higher position of two equals
# fails select-for-labelling-tests-ties-and-repeats | so that the same list comes out tomorrow
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    doubt = sorted((-abs(value - 0.5), place) for place, value in enumerate(p))[::-1]
    return [place for _, place in doubt if place not in labelled][:k]


# %% select-for-labelling | wrong | returns the least sure last
# fails select-for-labelling-tests-interface | comes first
# fails select-for-labelling-tests-unsure | but not the least sure first
# fails select-for-labelling-tests-ties-and-repeats | so that the same list comes out tomorrow
def select_for_labelling(p, k, labelled):
    """Return the positions (list of int) of the slides to be read next."""
    free = [place for place in range(len(p)) if place not in labelled]
    return sorted(free, key=lambda place: abs(p[place] - 0.5))[:k][::-1]
