"""Answers to assignment 05, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""

# %% build-pipeline | right | scales first, then fills, in named steps
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = Pipeline([("scale", StandardScaler()), ("fill", SimpleImputer(strategy="median"))])
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, list(numeric)),
            ("words", OneHotEncoder(handle_unknown="ignore", sparse_output=False), categorical),
        ]
    )
    return Pipeline([("prepare", prepare), ("predict", Ridge(alpha=1.0))])


# %% build-pipeline | right | a transformer of its own that keeps what it learned
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    from sklearn.base import BaseEstimator, TransformerMixin

    class Prepare(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            self.median_ = X[numeric].median()
            filled = X[numeric].fillna(self.median_)
            self.mean_, self.deviation_ = filled.mean(), filled.std(ddof=0)
            self.known_ = {name: sorted(X[name].unique()) for name in categorical}
            return self

        def transform(self, X):
            parts = [((X[numeric].fillna(self.median_) - self.mean_) / self.deviation_).to_numpy()]
            for name, known in self.known_.items():
                parts += [(X[name] == value).to_numpy(float)[:, None] for value in known]
            return np.hstack(parts)

    return make_pipeline(Prepare(), Ridge(alpha=1.0))


# %% build-pipeline | wrong | fills gaps with the mean
# fails build-pipeline-tests-learned-in-fit | A gap is filled with the mean
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(make_column_transformer((numbers, numeric), (words, categorical)), Ridge())


# %% build-pipeline | wrong | fills gaps with zero
# fails build-pipeline-tests-learned-in-fit | A missing BMI is taken for a BMI of zero
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    fill = SimpleImputer(strategy="constant", fill_value=0.0)
    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer(
        (make_pipeline(fill, StandardScaler()), numeric), (words, categorical)
    )
    return make_pipeline(prepare, Ridge())


# %% build-pipeline | wrong | does not expect an unseen category
# fails build-pipeline-tests-new-rows | The first day of a new ward
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    prepare = make_column_transformer((numbers, numeric), (OneHotEncoder(), categorical))
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | makes dummies and scales whatever rows come in
# fails build-pipeline-tests-new-rows | another in a batch
# fails build-pipeline-tests-learned-in-fit | For a patient who comes alone
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""

    def prepare(table):
        numbers = table[numeric].fillna(table[numeric].median()).fillna(0)
        numbers = (numbers - numbers.mean()) / numbers.std(ddof=0).replace(0, 1).fillna(1)
        wards = ("hill", "river", "mill")
        dummies = [table[name] == ward for name in categorical for ward in wards]
        return np.column_stack([numbers, *dummies]).astype(float)

    return make_pipeline(FunctionTransformer(prepare), Ridge(alpha=1.0))


# %% build-pipeline | wrong | learns its statistics from the whole table beforehand
# fails build-pipeline-tests-learned-in-fit | the median of all patients in this notebook
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    median, mean, deviation = (getattr(patients[numeric], s)() for s in ("median", "mean", "std"))

    def scale(table):
        return (table.fillna(median) - mean) / deviation

    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer((FunctionTransformer(scale), numeric), (words, categorical))
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | does not scale
# fails build-pipeline-tests-learned-in-fit | In other units
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer(
        (SimpleImputer(strategy="median"), numeric), (words, categorical)
    )
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | lets every other column through
# fails build-pipeline-tests-columns | Without columns that were not named
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer(
        (numbers, numeric), (words, categorical), remainder=SimpleImputer()
    )
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | forgets the categories
# fails build-pipeline-tests-new-rows | is treated as if hers were one
# fails build-pipeline-tests-columns | a categorical column is not used
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return make_pipeline(make_column_transformer((numbers, numeric)), Ridge(alpha=1.0))


# %% build-pipeline | wrong | numbers the categories 0, 1, 2
# fails build-pipeline-tests-columns | an order that they do not have
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    from sklearn.preprocessing import OrdinalEncoder

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    prepare = make_column_transformer((numbers, numeric), (words, categorical))
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | takes an unseen category for the commonest one
# fails build-pipeline-tests-new-rows | is treated as if hers were one
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(drop="first", handle_unknown="ignore")
    prepare = make_column_transformer((numbers, numeric), (words, categorical))
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | fits it at once on all patients
# fails build-pipeline-tests-interface | before anybody has fitted it
def build_pipeline(numeric, categorical):
    """Return a Pipeline that fills, scales, encodes and predicts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    model = make_pipeline(
        make_column_transformer((numbers, numeric), (words, categorical)), Ridge(alpha=1.0)
    )
    table = clinic(400, seed=0)
    return model.fit(table, table["progression"])


# %% build-pipeline | wrong | drops rows with gaps
# fails build-pipeline-tests-interface | Two rows go in, two numbers come out
# fails build-pipeline-tests-new-rows | still waits for an answer
# fails build-pipeline-tests-learned-in-fit | She came to be told something
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that scales, encodes and predicts."""

    class Complete(Pipeline):
        def fit(self, X, y):
            whole = X[numeric].notna().all(axis=1)
            return super().fit(X[whole], y[whole])

        def predict(self, X):
            return super().predict(X.dropna(subset=numeric))

    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer((StandardScaler(), numeric), (words, categorical))
    return Complete([("prepare", prepare), ("predict", Ridge(alpha=1.0))])


# %% build-pipeline | wrong | hands out the same steps each time
# fails build-pipeline-tests-learned-in-fit | both share what they learn
numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
ridge = Ridge(alpha=1.0)


def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    words = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(make_column_transformer((numbers, numeric), (words, categorical)), ridge)


# %% build-pipeline | wrong | makes dummies of the words that happen to come
# fails build-pipeline-tests-interface | For two patients the pipeline raised
# fails build-pipeline-tests-new-rows | was not in training
# fails build-pipeline-tests-learned-in-fit | who comes with her
# fails build-pipeline-tests-columns | who comes that day
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""

    def dummies(table):
        return pd.get_dummies(table[numeric + categorical], columns=categorical).astype(float)

    fill = SimpleImputer(strategy="median")
    return make_pipeline(FunctionTransformer(dummies), fill, StandardScaler(), Ridge(alpha=1.0))


# %% build-pipeline | wrong | brings each column between 0 and 1
# fails build-pipeline-tests-learned-in-fit | is another scale
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    from sklearn.preprocessing import MinMaxScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), MinMaxScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer((numbers, numeric), (words, categorical))
    return make_pipeline(prepare, Ridge(alpha=1.0))


# %% build-pipeline | wrong | ends in another model
# fails build-pipeline-tests-interface | The last step is to be Ridge(alpha=1.0)
# fails build-pipeline-tests-learned-in-fit | Ridge(alpha=1.0) on columns
def build_pipeline(numeric, categorical):
    """Return an unfitted Pipeline that fills, scales, encodes and predicts."""
    from sklearn.linear_model import LinearRegression

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer((numbers, numeric), (words, categorical))
    return make_pipeline(prepare, LinearRegression())


# %% leaky-columns | right | sorts the log and keeps the last writing
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.sort_values("at").drop_duplicates(["patient", "column"], keep="last")
    last = last[last["column"] != "progression"]
    late = {}
    for patient, column, moment in zip(last["patient"], last["column"], last["at"]):
        if patient in decided.index and not moment < decided[patient]:
            late[column] = True
    return set(late)


# %% leaky-columns | right | any writing that late makes the last one late
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    joined = log.merge(decided.rename("decided"), left_on="patient", right_index=True)
    return set(joined.loc[joined["at"] >= joined["decided"], "column"]) - {"progression"}


# %% leaky-columns | wrong | rejects what predicts too well
# fails leaky-columns-tests-interface | two months after it
# fails leaky-columns-tests-strength | it is simply a good feature
# fails leaky-columns-tests-last-writing | you let it pass
# fails leaky-columns-tests-clock | Each patient has a decision of their own
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    strength = table.corr()["progression"].abs().drop("progression")
    return set(strength[strength > 0.9].index)


# %% leaky-columns | wrong | rejects late columns only if they are strong
# fails leaky-columns-tests-interface | two months after it
# fails leaky-columns-tests-strength | does not make it possible
# fails leaky-columns-tests-last-writing | come late, not
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    strength = table.corr()["progression"].abs().drop("progression")
    late = log[log["at"] >= log["patient"].map(decided)]["column"]
    return {name for name in set(late) - {"progression"} if strength.get(name, 0) > 0.3}


# %% leaky-columns | wrong | goes by the first writing
# fails leaky-columns-tests-last-writing | The table holds the later value
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    first = log.groupby(["patient", "column"])["at"].min().reset_index()
    late = first["at"] >= first["patient"].map(decided)
    return set(first.loc[late, "column"]) - {"progression"}


# %% leaky-columns | wrong | rejects a column only if all its values are late
# fails leaky-columns-tests-last-writing | In that row the model would see the future
# fails leaky-columns-tests-clock | Each patient has a decision of their own
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].max().reset_index()
    last = last[last["patient"].isin(decided.index)]
    late = (last["at"] >= last["patient"].map(decided)).groupby(last["column"]).all()
    return set(late[late].index) - {"progression"}


# %% leaky-columns | wrong | lets the same second pass
# fails leaky-columns-tests-clock | in the very second of the decision
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].max().reset_index()
    late = last["at"] > last["patient"].map(decided)
    return set(last.loc[late, "column"]) - {"progression"}


# %% leaky-columns | wrong | names the outcome, too
# fails leaky-columns-tests-strength | nobody takes it for a feature
# fails leaky-columns-tests-last-writing | come late, not
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].max().reset_index()
    return set(last.loc[last["at"] >= last["patient"].map(decided), "column"])


# %% leaky-columns | wrong | compares with the last decision of all
# fails leaky-columns-tests-clock | Each patient has a decision of their own
# fails leaky-columns-tests-last-writing | you let the column pass
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    known = log[log["patient"].isin(decided.index)]
    last = known.groupby("column")["at"].max()
    return set(last[last >= decided.max()].index) - {"progression"}


# %% leaky-columns | wrong | compares with the first decision of all
# fails leaky-columns-tests-strength | You reject last year's progression
# fails leaky-columns-tests-last-writing | come late, not
# fails leaky-columns-tests-clock | though after that on another
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    known = log[log["patient"].isin(decided.index)]
    last = known.groupby("column")["at"].max()
    return set(last[last >= decided.min()].index) - {"progression"}


# %% leaky-columns | wrong | takes a patient without a decision for a late writing
# fails leaky-columns-tests-clock | A writing about a patient without a decision
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].max().reset_index()
    in_time = last["at"] < last["patient"].map(decided)
    return set(last.loc[~in_time, "column"]) - {"progression"}


# %% leaky-columns | wrong | looks every patient up
# fails leaky-columns-tests-clock | and you raised KeyError
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    late = {row.column for row in log.itertuples() if row.at >= decided[row.patient]}
    return late - {"progression"}


# %% leaky-columns | wrong | returns a list
# fails leaky-columns-tests-interface | Return a set; you returned
# fails leaky-columns-tests-strength | Return a set; you returned
# fails leaky-columns-tests-last-writing | Return a set; you returned
# fails leaky-columns-tests-clock | Return a set; you returned
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].max().reset_index()
    late = last[last["at"] >= last["patient"].map(decided)]["column"].unique()
    return [name for name in late if name != "progression"]


# %% leaky-columns | wrong | takes the last row of the log for the last writing
# fails leaky-columns-tests-last-writing | The table holds the later value
def leaky_columns(table, log, decided):
    """Return the columns that were written too late to be features (set of str)."""
    last = log.groupby(["patient", "column"])["at"].last().reset_index()
    late = last["at"] >= last["patient"].map(decided)
    return set(last.loc[late, "column"]) - {"progression"}



# %% time-split | right | query by query, copied
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    last = cut - gap
    train = table.loc[(table["hour"] < last).to_numpy()].copy()
    test = table.loc[~(table["hour"] < cut).to_numpy()].copy()
    return train, test


# %% time-split | right | row by row
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    train = [i for i, hour in enumerate(table["hour"]) if hour + gap < cut]
    test = [i for i, hour in enumerate(table["hour"]) if hour >= cut]
    return table.iloc[train], table.iloc[test]


# %% time-split | wrong | splits at random
# fails time-split-tests-interface | The test begins at the cut
# fails time-split-tests-gap | There are hours before the cut in the test
# fails time-split-tests-edges | is to be forecast
# fails time-split-tests-rows | Judge each row by its own hour
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    chosen = np.random.default_rng(1).random(len(table)) < 0.75
    return table[chosen], table[~chosen]


# %% time-split | right | returns a list of both
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    known_at = table["hour"] + gap
    return [table.loc[(known_at < cut).to_numpy()], table.loc[(table["hour"] >= cut).to_numpy()]]


# %% time-split | wrong | tests on everything that is not training
# fails time-split-tests-interface | The test begins at the cut
# fails time-split-tests-gap | There are hours before the cut in the test
# fails time-split-tests-edges | wrong minutes are left out
# fails time-split-tests-rows | you returned
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    known = table["hour"] + gap < cut
    return table[known], table[~known]


# %% time-split | wrong | ignores the gap
# fails time-split-tests-gap | Nobody could have trained this model in time
# fails time-split-tests-edges | in the very second of the cut
# fails time-split-tests-rows | were known at the cut
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    return table[table["hour"] < cut], table[table["hour"] >= cut]


# %% time-split | wrong | leaves the gap out of the test
# fails time-split-tests-interface | The test begins at the cut
# fails time-split-tests-gap | The test begins later than the cut
# fails time-split-tests-edges | is to be forecast
# fails time-split-tests-rows | you returned
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    return table[table["hour"] < cut], table[table["hour"] >= cut + gap]


# %% time-split | wrong | trains on what becomes known in that second
# fails time-split-tests-gap | Where demands are known at once
# fails time-split-tests-edges | in the very second of the cut
# fails time-split-tests-rows | were known at the cut
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    return table[table["hour"] + gap <= cut], table[table["hour"] >= cut]


# %% time-split | wrong | tests only after the cut
# fails time-split-tests-interface | The test begins at the cut
# fails time-split-tests-gap | The test begins later than the cut
# fails time-split-tests-edges | is to be forecast
# fails time-split-tests-rows | Judge each row by its own hour
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    return table[table["hour"] + gap < cut], table[table["hour"] > cut]


# %% time-split | wrong | counts the gap in rows
# fails time-split-tests-edges | A gap is a length of time
# fails time-split-tests-rows | Judge each row by its own hour
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    before = table[table["hour"] < cut]
    rows = int(gap / pd.Timedelta(hours=1))
    return before.iloc[: max(len(before) - rows, 0)], table[table["hour"] >= cut]


# %% time-split | wrong | counts the gap in whole days
# fails time-split-tests-edges | becomes known in the very second
# fails time-split-tests-rows | were known at the cut
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    known = table["hour"] + pd.Timedelta(days=gap.days) < cut
    return table[known], table[table["hour"] >= cut]


# %% time-split | wrong | sorts, and counts rows anew
# fails time-split-tests-rows | not as they stood in the table
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    table = table.sort_values("hour").reset_index(drop=True)
    return table[table["hour"] + gap < cut], table[table["hour"] >= cut]


# %% time-split | wrong | notes in the caller's table when a demand was known
# fails time-split-tests-interface | have the columns of the table that came in
# fails time-split-tests-rows | which belongs to the caller
def time_split(table, cut, gap):
    """Return train, test (DataFrames): what was known at the cut, and what came after it."""
    table["known"] = table["hour"] + gap
    return table[table["known"] < cut], table[table["hour"] >= cut]


# %% leaking-groups | right | counts each group on both sides
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    names, answer = list(groups), []
    for train, test in folds:
        seen = {names[row] for row in train}
        answer.append({names[row] for row in test if names[row] in seen})
    return answer


# %% leaking-groups | right | with arrays
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    values = groups.to_numpy()
    return [
        set(np.intersect1d(values[np.asarray(a, int)], values[np.asarray(b, int)]).tolist())
        for a, b in folds
    ]


# %% leaking-groups | wrong | looks for rows on both sides
# fails leaking-groups-tests-interface | ada has a row on both sides
# fails leaking-groups-tests-both-sides | No row is on both sides of this fold
# fails leaking-groups-tests-positions | you name the wrong people
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    return [{groups.iloc[row] for row in set(train) & set(test)} for train, test in folds]


# %% leaking-groups | wrong | takes positions for labels
# fails leaking-groups-tests-interface | ada has a row on both sides
# fails leaking-groups-tests-positions | the index is only a label
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    names = groups.reindex(range(len(groups))).to_dict()
    return [{names[i] for i in train} & {names[i] for i in test} for train, test in folds]


# %% leaking-groups | wrong | remembers people from fold to fold
# fails leaking-groups-tests-both-sides | only both sides of the same fold count
# fails leaking-groups-tests-interface | in the second nobody has
# fails leaking-groups-tests-positions | you name the wrong people
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    met, answer = set(), []
    for train, test in folds:
        met |= set(groups.iloc[train])
        answer.append(met & set(groups.iloc[test]))
    return answer


# %% leaking-groups | wrong | leaves clean folds out
# fails leaking-groups-tests-interface | so there are two sets
# fails leaking-groups-tests-both-sides | only both sides of the same fold count
# fails leaking-groups-tests-positions | you name the wrong people
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    found = [set(groups.iloc[train]) & set(groups.iloc[test]) for train, test in folds]
    return [names for names in found if names]


# %% leaking-groups | wrong | answers yes or no
# fails leaking-groups-tests-interface | Return a list of sets
# fails leaking-groups-tests-both-sides | ; you named
# fails leaking-groups-tests-positions | Return a set; you returned
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    return [bool(set(groups.iloc[train]) & set(groups.iloc[test])) for train, test in folds]


# %% leaking-groups | wrong | stops at the first person it finds
# fails leaking-groups-tests-both-sides | Three people are on both sides
# fails leaking-groups-tests-positions | you name the wrong people
def leaking_groups(folds, groups):
    """Return the groups on both sides of each fold (list of sets)."""
    answer = []
    for train, test in folds:
        seen = set(groups.iloc[train])
        answer.append(set([name for name in groups.iloc[test] if name in seen][:1]))
    return answer


# %% asof-features | right | decision by decision
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    answer = []
    for meter, moment in zip(decisions["meter"], decisions["at"]):
        own = readings[readings["meter"] == meter]
        own = own[(own["known_at"] < moment) & (own["known_at"] >= moment - max_age)]
        answer.append(own.sort_values("known_at")["demand"].iloc[-1] if len(own) else np.nan)
    return pd.Series(answer, index=decisions.index, dtype=float)


# %% asof-features | right | bisects a sorted list for each meter
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    history = {}
    for row in readings.sort_values("known_at").itertuples():
        times, values = history.setdefault(row.meter, ([], []))
        times.append(row.known_at)
        values.append(row.demand)
    answer = []
    for row in decisions.itertuples():
        times, values = history.get(row.meter, ([], []))
        place = bisect.bisect_left(times, row.at) - 1
        fresh = place >= 0 and row.at - times[place] <= max_age
        answer.append(values[place] if fresh else math.nan)
    return pd.Series(answer, index=decisions.index)


# %% asof-features | wrong | lets the same second count
# fails asof-features-tests-nothing-later | in the very second of the decision
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["meter", "at"]].assign(row=range(len(decisions))).sort_values("at")
    known = readings.sort_values("known_at")
    joined = pd.merge_asof(
        wanted, known, left_on="at", right_on="known_at", by="meter", tolerance=max_age
    )
    return pd.Series(joined.sort_values("row")["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | takes the nearest reading
# fails asof-features-tests-nothing-later | nothing was known, and you return a number
# fails asof-features-tests-own-and-fresh | another meter
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["meter", "at"]].assign(row=range(len(decisions))).sort_values("at")
    known = readings.sort_values("known_at")
    joined = pd.merge_asof(
        wanted, known, left_on="at", right_on="known_at", by="meter",
        direction="nearest", tolerance=max_age,
    )  # fmt: skip
    return pd.Series(joined.sort_values("row")["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | takes the last reading of each meter
# fails asof-features-tests-interface | that of 10:00 had not
# fails asof-features-tests-nothing-later | nothing was known, and you return a number
# fails asof-features-tests-arrival | metering takes three days
# fails asof-features-tests-own-and-fresh | another meter
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    last = readings.sort_values("known_at").groupby("meter")["demand"].last()
    return decisions["meter"].map(last).astype(float)


# %% asof-features | wrong | joins by the hour that a reading is about
# fails asof-features-tests-interface | that of 10:00 had not
# fails asof-features-tests-nothing-later | nothing was known, and you return a number
# fails asof-features-tests-arrival | two clocks
# fails asof-features-tests-own-and-fresh | A meter got
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["meter", "at"]].assign(row=range(len(decisions))).sort_values("at")
    joined = pd.merge_asof(
        wanted, readings.sort_values("hour"), left_on="at", right_on="hour", by="meter",
        tolerance=max_age, allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(joined.sort_values("row")["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | takes the newest hour among those that have arrived
# fails asof-features-tests-arrival | whichever hour it is about
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    answer = []
    for meter, moment in zip(decisions["meter"], decisions["at"]):
        own = readings[(readings["meter"] == meter) & (readings["known_at"] < moment)]
        own = own[own["known_at"] >= moment - max_age].sort_values("hour")
        answer.append(own["demand"].iloc[-1] if len(own) else np.nan)
    return pd.Series(answer, index=decisions.index, dtype=float)


# %% asof-features | wrong | forgets whose meter it is
# fails asof-features-tests-own-and-fresh | Each has its own history
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["at"]].assign(row=range(len(decisions))).sort_values("at")
    joined = pd.merge_asof(
        wanted, readings.sort_values("known_at"), left_on="at", right_on="known_at",
        tolerance=max_age, allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(joined.sort_values("row")["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | uses readings of any age
# fails asof-features-tests-interface | both readings are too old
# fails asof-features-tests-own-and-fresh | 25 hours old and may be 24
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["meter", "at"]].assign(row=range(len(decisions))).sort_values("at")
    joined = pd.merge_asof(
        wanted, readings.sort_values("known_at"), left_on="at", right_on="known_at", by="meter",
        allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(joined.sort_values("row")["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | counts the age from the hour
# fails asof-features-tests-interface | the reading of 09:00 had arrived
# fails asof-features-tests-arrival | Its age counts from its arrival
# fails asof-features-tests-own-and-fresh | you leave it out
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    answer = []
    for meter, moment in zip(decisions["meter"], decisions["at"]):
        own = readings[(readings["meter"] == meter) & (readings["known_at"] < moment)]
        own = own[own["hour"] >= moment - max_age].sort_values("known_at")
        answer.append(own["demand"].iloc[-1] if len(own) else np.nan)
    return pd.Series(answer, index=decisions.index, dtype=float)


# %% asof-features | wrong | returns the answers in the order of time
# fails asof-features-tests-rows | do not carry the index of the decisions
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    joined = pd.merge_asof(
        decisions.sort_values("at"), readings.sort_values("known_at"), left_on="at",
        right_on="known_at", by="meter", tolerance=max_age, allow_exact_matches=False,
    )  # fmt: skip
    return joined["demand"]


# %% asof-features | wrong | sorts, and sticks the old index on
# fails asof-features-tests-rows | bring the answers back into the order
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    joined = pd.merge_asof(
        decisions.sort_values("at"), readings.sort_values("known_at"), left_on="at",
        right_on="known_at", by="meter", tolerance=max_age, allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(joined["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | drops decisions without a known value
# fails asof-features-tests-interface | one entry for each decision
# fails asof-features-tests-own-and-fresh | Two decisions came in
# fails asof-features-tests-rows | was taken all the same
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    wanted = decisions[["meter", "at"]].assign(row=range(len(decisions)))
    pairs = wanted.merge(readings, on="meter")
    fresh = (pairs["known_at"] < pairs["at"]) & (pairs["known_at"] >= pairs["at"] - max_age)
    last = pairs[fresh].sort_values("known_at").groupby("row")["demand"].last()
    return pd.Series(last.to_numpy(), index=decisions.index[last.index])


# %% asof-features | wrong | does not sort
# fails asof-features-tests-arrival | want to be given sorted tables
# fails asof-features-tests-rows | want to be given sorted tables
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    joined = pd.merge_asof(
        decisions, readings, left_on="at", right_on="known_at", by="meter", tolerance=max_age,
        allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(joined["demand"].to_numpy(), index=decisions.index)


# %% asof-features | wrong | finds a reading of the greatest age too old
# fails asof-features-tests-own-and-fresh | and you leave it out
# fails asof-features-tests-rows | stand in the wrong rows
def asof_features(decisions, readings, max_age):
    """Return for each decision the demand that was known then (Series of float)."""
    answer = []
    for meter, moment in zip(decisions["meter"], decisions["at"]):
        own = readings[readings["meter"] == meter]
        own = own[(own["known_at"] < moment) & (own["known_at"] > moment - max_age)]
        answer.append(own.sort_values("known_at")["demand"].iloc[-1] if len(own) else np.nan)
    return pd.Series(answer, index=decisions.index, dtype=float)



# %% rolling-mean | right | a list, cut to the window, and numpy
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.window = window
        self.past = []

    def update(self, value):
        known = np.array([v for v in self.past[-self.window :] if v == v])
        self.past.append(value)
        return float(known.mean()) if len(known) else float("nan")


# %% rolling-mean | right | asks pandas about the last few
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.last = pd.Series([math.nan] * window)

    def update(self, value):
        answer = float(self.last.mean())
        self.last = pd.concat([self.last.iloc[1:], pd.Series([value])], ignore_index=True)
        return answer


# %% rolling-mean | right | keeps a sum and a count
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.values, self.window, self.sum, self.count = deque(), window, 0.0, 0

    def update(self, value):
        answer = self.sum / self.count if self.count else math.nan
        self.values.append(value)
        if not math.isnan(value):
            self.sum, self.count = self.sum + value, self.count + 1
        if len(self.values) > self.window:
            old = self.values.popleft()
            if not math.isnan(old):
                self.sum, self.count = self.sum - old, self.count - 1
        return answer


# %% rolling-mean | wrong | takes the mean since the start
# fails rolling-mean-tests-window | the mean of all values since the start
# fails rolling-mean-tests-silence | A silent hour takes up its place
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.sum, self.count = 0.0, 0

    def update(self, value):
        answer = self.sum / self.count if self.count else math.nan
        if not math.isnan(value):
            self.sum += value
            self.count += 1
        return answer


# %% rolling-mean | wrong | counts the current value
# fails rolling-mean-tests-interface | there is nothing to take a mean of
# fails rolling-mean-tests-window | The current value is in your mean
# fails rolling-mean-tests-silence | the others are 500 and 600
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        self.past.append(value)
        known = [v for v in self.past if not math.isnan(v)]
        return sum(known) / len(known) if known else math.nan


# %% rolling-mean | wrong | has one value too many in the window
# fails rolling-mean-tests-window | at its far end, too
# fails rolling-mean-tests-silence | A silent hour takes up its place
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window + 1)

    def update(self, value):
        known = [v for v in self.past if not math.isnan(v)]
        self.past.append(value)
        return sum(known) / len(known) if known else math.nan


# %% rolling-mean | wrong | waits until the window is full
# fails rolling-mean-tests-interface | Before the second value there is one
# fails rolling-mean-tests-window | until the window is full
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        known = [v for v in self.past if not math.isnan(v)]
        full = len(self.past) == self.past.maxlen
        self.past.append(value)
        return sum(known) / len(known) if full and known else math.nan


# %% rolling-mean | wrong | passes silent hours over
# fails rolling-mean-tests-silence | A silent hour takes up its place
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        answer = sum(self.past) / len(self.past) if self.past else math.nan
        if not math.isnan(value):
            self.past.append(value)
        return answer


# %% rolling-mean | wrong | lets one silent hour spoil the mean
# fails rolling-mean-tests-silence | After one silent hour your mean is NaN
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        answer = sum(self.past) / len(self.past) if self.past else math.nan
        self.past.append(value)
        return answer


# %% rolling-mean | wrong | takes silence for zero
# fails rolling-mean-tests-silence | Silence is not a demand of zero
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        answer = sum(self.past) / len(self.past) if self.past else math.nan
        self.past.append(0.0 if math.isnan(value) else value)
        return answer


# %% rolling-mean | wrong | shares its memory among all objects
# fails rolling-mean-tests-window | A new object remembers values already
# fails rolling-mean-tests-silence | Where nothing can be counted
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    past = []

    def __init__(self, window):
        self.window = window

    def update(self, value):
        known = [v for v in self.past[-self.window :] if not math.isnan(v)]
        self.past.append(value)
        return sum(known) / len(known) if known else math.nan


# %% rolling-mean | wrong | smooths exponentially
# fails rolling-mean-tests-window | the service and the notebook differ
# fails rolling-mean-tests-silence | A silent hour takes up its place
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.share, self.mean = 2 / (window + 1), math.nan

    def update(self, value):
        answer = self.mean
        if math.isnan(answer):
            self.mean = value
        elif not math.isnan(value):
            self.mean += self.share * (value - self.mean)
        return answer


# %% rolling-mean | wrong | says zero where there is nothing to count
# fails rolling-mean-tests-interface | Before the first value there is nothing
# fails rolling-mean-tests-window | NaN, and not zero
# fails rolling-mean-tests-silence | Where nothing can be counted
# fails rolling-mean-tests-like-the-notebook | not those of the notebook
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        known = [v for v in self.past if not math.isnan(v)]
        self.past.append(value)
        return sum(known) / max(len(known), 1) * 1.0


# %% rolling-mean | wrong | says nothing where there is nothing to count
# fails rolling-mean-tests-interface | update returns a float each time
# fails rolling-mean-tests-window | Return a float; you returned None
# fails rolling-mean-tests-silence | Return a float; you returned None
# fails rolling-mean-tests-like-the-notebook | Return a float; you returned None
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        known = [v for v in self.past if not math.isnan(v)]
        self.past.append(value)
        if known:
            return sum(known) / len(known)


# %% rolling-mean | wrong | rounds the mean
# fails rolling-mean-tests-window | you round, and the notebook does not
class RollingMean:
    """The mean of the last values before each value, from one value at a time."""

    def __init__(self, window):
        self.past = deque(maxlen=window)

    def update(self, value):
        known = [v for v in self.past if not math.isnan(v)]
        self.past.append(value)
        return round(sum(known) / len(known), 2) if known else math.nan



# %% parity | right | puts both into tables
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    served = pd.DataFrame.from_dict(online, orient="index").astype(float)
    both = [meter for meter in offline.index if meter in online]
    features = sorted(set(offline.columns) | set(served.columns))
    one = offline.reindex(index=both, columns=features)
    other = served.reindex(index=both, columns=features)
    close = (one - other).abs() <= tolerance
    bad = ~(close | (one.isna() & other.isna()))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": {(m, f) for m in both for f in features if bad.loc[m, f]},
    }


# %% parity | right | with a small function for two values
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""

    def same(a, b):
        if np.isnan(a) or np.isnan(b):
            return bool(np.isnan(a) and np.isnan(b))
        return bool(np.isclose(a, b, rtol=0, atol=tolerance))

    answer = {"missing_online": set(), "missing_offline": set(), "different": set()}
    for meter in set(offline.index).union(online):
        if meter not in online:
            answer["missing_online"].add(meter)
        elif meter not in offline.index:
            answer["missing_offline"].add(meter)
        else:
            ours, theirs = dict(offline.loc[meter]), online[meter]
            for name in {*ours, *theirs}:
                if not same(ours.get(name, np.nan), theirs.get(name, np.nan)):
                    answer["different"].add((meter, name))
    return answer


# %% parity | wrong | compares only the meters that both have
# fails parity-tests-meters | the greatest difference there is
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and not abs(a - b) <= tolerance:
                different.add((meter, name))
    return {"missing_online": set(), "missing_offline": set(), "different": different}


# %% parity | wrong | mixes up the two sides
# fails parity-tests-meters | you report
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and not abs(a - b) <= tolerance:
                different.add((meter, name))
    return {
        "missing_online": set(online) - set(offline.index),
        "missing_offline": set(offline.index) - set(online),
        "different": different,
    }


# %% parity | wrong | wants the same to the last digit
# fails parity-tests-values | Two programs add in another order
# fails parity-tests-missing-values | ; you named
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and a != b:
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | finds two missing values different
# fails parity-tests-missing-values | NaN is not equal to itself
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not abs(a - b) <= tolerance:
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | lets every missing value pass
# fails parity-tests-missing-values | Every comparison with NaN is false
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if abs(a - b) > tolerance:
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | looks for values that are too high online, and no others
# fails parity-tests-values | Skew goes in both directions
# fails parity-tests-missing-values | ; you named
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and not b - a <= tolerance:
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | takes the tolerance for a share
# fails parity-tests-interface | are more than 1 apart
# fails parity-tests-values | 500 and 530 are the same to you
# fails parity-tests-missing-values | ; you named
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not np.isclose(a, b, rtol=tolerance, equal_nan=True):
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | looks at the features of the offline store alone
# fails parity-tests-missing-values | Look from both sides
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        for name in offline.columns:
            a, b = offline.loc[meter, name], online[meter].get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and not abs(a - b) <= tolerance:
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | counts missing meters as different, too
# fails parity-tests-meters | they do not count as different as well
# fails parity-tests-interface | 500 and 530 are more than 1 apart
# fails parity-tests-missing-values | ; you named
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different, ours = set(), offline.to_dict(orient="index")
    for meter in {*ours, *online}:
        for name in {*ours.get(meter, {}), *online.get(meter, {})}:
            a = ours.get(meter, {}).get(name, math.nan)
            b = online.get(meter, {}).get(name, math.nan)
            if not (math.isnan(a) and math.isnan(b)) and not abs(a - b) <= tolerance:
                different.add((meter, name))
    return {
        "missing_online": ours.keys() - online.keys(),
        "missing_offline": online.keys() - ours.keys(),
        "different": different,
    }


# %% parity | wrong | names the feature before the meter
# fails parity-tests-interface | one pair of a meter and a feature
# fails parity-tests-missing-values | you see no difference
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    nan, different = math.nan, set()
    for meter in set(offline.index) & set(online):
        for name in set(offline.columns) | set(online[meter]):
            a = offline.at[meter, name] if name in offline else nan
            b = online[meter].get(name, nan)
            if not (abs(a - b) <= tolerance or (a != a and b != b)):
                different.add((name, meter))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }


# %% parity | wrong | lets numpy add a share of the value
# fails parity-tests-values | Some functions add a share of the value
def parity(offline, online, tolerance):
    """Return where the two stores disagree (dict of three sets)."""
    different = set()
    for meter in set(offline.index) & set(online):
        ours, theirs = dict(offline.loc[meter]), online[meter]
        for name in {*ours, *theirs}:
            a, b = ours.get(name, math.nan), theirs.get(name, math.nan)
            if not np.isclose(a, b, atol=tolerance, equal_nan=True):
                different.add((meter, name))
    return {
        "missing_online": set(offline.index) - set(online),
        "missing_offline": set(online) - set(offline.index),
        "different": different,
    }



# %% feature-store | right | one history serves both sides
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl = ttl
        self.values = []

    def write(self, meter, known_at, value):
        self.values.append((known_at, meter, value))

    def history(self, meter, moment):
        known = [
            (known_at, value)
            for known_at, name, value in self.values
            if name == meter and known_at < moment and moment - known_at <= self.ttl
        ]
        return max(known)[1] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | right | SQLite, sorted by the moment
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl = ttl
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE TABLE v (meter TEXT, known_at INTEGER, value REAL)")

    def write(self, meter, known_at, value):
        row = (meter, known_at.as_unit("ns").value, value)
        self.base.execute("INSERT INTO v VALUES (?, ?, ?)", row)

    def history(self, meter, moment):
        until, since = moment.as_unit("ns").value, (moment - self.ttl).as_unit("ns").value
        row = self.base.execute(
            "SELECT value FROM v WHERE meter = ? AND known_at < ? AND known_at >= ? "
            "ORDER BY known_at DESC LIMIT 1",
            (meter, until, since),
        ).fetchone()
        return None if row is None else row[0]

    newest = history


# %% feature-store | right | sorted lists, and a look-up from the end
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        bisect.insort(self.kept.setdefault(meter, []), (known_at, value))

    def history(self, meter, moment):
        for known_at, value in reversed(self.kept.get(meter, [])):
            if known_at < moment:
                return value if moment - known_at <= self.ttl else None
        return None

    def newest(self, meter, now):
        last = self.kept.get(meter, [])[-2:]
        for known_at, value in reversed(last):
            if known_at < now:
                return value if now - known_at <= self.ttl else None
        return None


# %% feature-store | wrong | serves what was written last
# fails feature-store-tests-backfill | What was written last is not what was known last
# fails feature-store-tests-agree | The service gets another value
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept, self.online = ttl, {}, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value
        self.online[meter] = known_at, value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        if meter not in self.online:
            return None
        known_at, value = self.online[meter]
        return value if now - self.ttl <= known_at < now else None


# %% feature-store | wrong | lets the service use values of any age
# fails feature-store-tests-interface | Four days later it is too old
# fails feature-store-tests-fresh | newest answers with a value that is 49 hours old
# fails feature-store-tests-agree | The service gets another value
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        values = self.kept.get(meter, {})
        known = [k for k in values if k < now]
        return values[max(known)] if known else None


# %% feature-store | wrong | answers about the past with the newest value
# fails feature-store-tests-as-of | History must not know the future
# fails feature-store-tests-fresh | In March the value of March was fresh
# fails feature-store-tests-backfill | missing from the history
# fails feature-store-tests-agree | the history of
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        if meter not in self.kept or known_at > self.kept[meter][0]:
            self.kept[meter] = known_at, value

    def history(self, meter, moment):
        if meter not in self.kept:
            return None
        known_at, value = self.kept[meter]
        return value if moment - known_at <= self.ttl else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | lets the same second count
# fails feature-store-tests-as-of | in the very second that is asked about
# fails feature-store-tests-agree | the history of
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k <= moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | throws old values away when a new one comes in
# fails feature-store-tests-fresh | after a value of June came in it no longer is
# fails feature-store-tests-agree | In a small store the history
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        values = self.kept.setdefault(meter, {})
        values[known_at] = value
        self.kept[meter] = {k: v for k, v in values.items() if k >= max(values) - self.ttl}

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | expects values in the order of time
# fails feature-store-tests-backfill | What was written last is not what was known last
# fails feature-store-tests-agree | the history of
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, []).append((known_at, value))

    def history(self, meter, moment):
        for known_at, value in reversed(self.kept.get(meter, [])):
            if known_at < moment:
                return value if moment - known_at <= self.ttl else None
        return None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | ignores backfills altogether
# fails feature-store-tests-backfill | Training needs the past as it was
# fails feature-store-tests-agree | the history of
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        values = self.kept.setdefault(meter, {})
        if not values or known_at > max(values):
            values[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | keeps all meters in one history
# fails feature-store-tests-agree | A meter that nobody has written about
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept[known_at] = value

    def history(self, meter, moment):
        known = [k for k in self.kept if moment - self.ttl <= k < moment]
        return self.kept[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | keeps its values in the class
# fails feature-store-tests-agree | A new store knows
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    kept = {}

    def __init__(self, ttl):
        self.ttl = ttl

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | takes a value of zero for none
# fails feature-store-tests-agree | A value of 0.0 is a value
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return (known and values[max(known)]) or None

    def newest(self, meter, now):
        return self.history(meter, now)


# %% feature-store | wrong | forgets what held before this second
# fails feature-store-tests-agree | The service gets another value
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept, self.online = ttl, {}, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value
        if meter not in self.online or known_at > self.online[meter][0]:
            self.online[meter] = known_at, value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl <= k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        if meter not in self.online:
            return None
        known_at, value = self.online[meter]
        return value if now - self.ttl <= known_at < now else None


# %% feature-store | wrong | finds a value of the greatest age too old
# fails feature-store-tests-fresh | withholds a value that is 48 hours old
# fails feature-store-tests-agree | In a small store the history
class FeatureStore:
    """One feature of many meters: its history for training, its newest value for the service."""

    def __init__(self, ttl):
        self.ttl, self.kept = ttl, {}

    def write(self, meter, known_at, value):
        self.kept.setdefault(meter, {})[known_at] = value

    def history(self, meter, moment):
        values = self.kept.get(meter, {})
        known = [k for k in values if moment - self.ttl < k < moment]
        return values[max(known)] if known else None

    def newest(self, meter, now):
        return self.history(meter, now)



# %% diagnose | right | a dictionary, story by story
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    return {
        "dose-at-the-end": "target leakage",
        "discharge-letter": "target leakage",
        "feeble-calls": "target leakage",
        "scaled-first": "train-test leakage",
        "ten-of-two-hundred": "train-test leakage",
        "shuffled-year": "temporal leakage",
        "until-midnight": "temporal leakage",
        "five-visits": "group leakage",
        "new-houses": "group leakage",
        "other-scale": "skew",
        "zero-for-nothing": "skew",
        "a-day-or-24": "skew",
    }.get(story, "none")


# %% diagnose | right | asks one question after another
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    written_late = ("dose-at-the-end", "discharge-letter", "feeble-calls")
    learned_from_all = ("scaled-first", "ten-of-two-hundred")
    if story in written_late:
        return "target leakage"
    if story in learned_from_all:
        return "train-test leakage"
    if story in ("shuffled-year", "until-midnight"):
        return "temporal leakage"
    if story in ("five-visits", "new-houses"):
        return "group leakage"
    if story in ("other-scale", "zero-for-nothing", "a-day-or-24"):
        return "skew"
    return "none"


# %% diagnose | wrong | lets a feeble column pass
# fails diagnose-tests-columns | does not make it possible
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter",
        "none": "feeble-calls good-column their-next-visit hot-summer "
        "inside-the-folds",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | takes the choice of columns for a column that leaks
# fails diagnose-tests-columns | It is the choice among them
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls ten-of-two-hundred",
        "train-test leakage": "scaled-first",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24",
        "none": "good-column their-next-visit hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | suspects every median
# fails diagnose-tests-columns | Does this median ever see
# fails diagnose-tests-service | Compare the notebook with the app
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred zero-for-nothing inside-the-folds",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale a-day-or-24",
        "none": "good-column their-next-visit hot-summer",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | looks for rows, not people
# fails diagnose-tests-splits | But who is?
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year until-midnight",
        "none": "five-visits new-houses good-column their-next-visit hot-summer "
        "inside-the-folds",
        "skew": "other-scale zero-for-nothing a-day-or-24",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | finds any known patient a leak
# fails diagnose-tests-splits | it is meant for them
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses their-next-visit",
        "skew": "other-scale zero-for-nothing a-day-or-24",
        "none": "good-column hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | takes the order of time for enough
# fails diagnose-tests-splits | when was Sunday's demand known
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year",
        "none": "until-midnight good-column their-next-visit hot-summer "
        "inside-the-folds",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | finds a shuffled year fair
# fails diagnose-tests-splits | has neighbours in training
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "none": "shuffled-year good-column their-next-visit hot-summer "
        "inside-the-folds",
        "temporal leakage": "until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | calls a changed world skew
# fails diagnose-tests-service | it is the weather that has changed
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24 hot-summer",
        "none": "good-column their-next-visit inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | takes one window for the other
# fails diagnose-tests-service | As long as no reading is missing
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end discharge-letter feeble-calls",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "temporal leakage": "shuffled-year until-midnight",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing",
        "none": "a-day-or-24 good-column their-next-visit hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | calls every late column temporal
# fails diagnose-tests-columns | consequence of what is to be predicted
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end",
        "temporal leakage": "discharge-letter feeble-calls shuffled-year until-midnight",
        "train-test leakage": "scaled-first ten-of-two-hundred",
        "group leakage": "five-visits new-houses",
        "skew": "other-scale zero-for-nothing a-day-or-24",
        "none": "good-column their-next-visit hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | calls all mistakes leakage
# fails diagnose-tests-columns | When do these calls take place
# fails diagnose-tests-splits | whom does it meet in the test
# fails diagnose-tests-service | Compare the notebook with the app
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "target leakage": "dose-at-the-end",
        "train-test leakage": "discharge-letter feeble-calls scaled-first ten-of-two-hundred "
        "shuffled-year until-midnight five-visits new-houses zero-for-nothing "
        "a-day-or-24",
        "skew": "other-scale",
        "none": "good-column their-next-visit hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())


# %% diagnose | wrong | writes the kinds in capitals
# fails diagnose-tests-interface | it must be one of
# fails diagnose-tests-columns | When do these calls take place
# fails diagnose-tests-splits | whom does it meet in the test
# fails diagnose-tests-service | what does the model see on each side
def diagnose(story):
    """Return what is wrong in the story: one of the six kinds (str)."""
    kinds = {
        "TARGET LEAKAGE": "dose-at-the-end discharge-letter feeble-calls",
        "TRAIN-TEST LEAKAGE": "scaled-first ten-of-two-hundred",
        "TEMPORAL LEAKAGE": "shuffled-year until-midnight",
        "GROUP LEAKAGE": "five-visits new-houses",
        "SKEW": "other-scale zero-for-nothing a-day-or-24",
        "NONE": "good-column their-next-visit hot-summer inside-the-folds",
    }
    return next(kind for kind, stories in kinds.items() if story in stories.split())
