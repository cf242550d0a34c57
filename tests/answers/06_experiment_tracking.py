"""Answers to assignment 06, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""

# %% log-run | right | records through the client
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    client = MlflowClient()
    experiment_id = client.get_experiment_by_name(experiment).experiment_id
    run_id = client.create_run(experiment_id, tags={"data_sha256": data_hash(*train)}).info.run_id
    for name, value in config.items():
        client.log_param(run_id, name, value)
    X, y = valid
    client.log_metric(run_id, "valid_accuracy", float((model.predict(X) == y).mean()))
    client.set_terminated(run_id)
    return run_id


# %% log-run | right | opens and ends the run by hand, and records more than was asked
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    experiment_id = mlflow.get_experiment_by_name(experiment).experiment_id
    run = mlflow.start_run(experiment_id=experiment_id, run_name="tree")
    try:
        mlflow.log_params({str(name): value for name, value in config.items()})
        mlflow.set_tags({"data_sha256": data_hash(train[0], train[1]), "author": "ada"})
        right = sum(1 for a, b in zip(model.predict(valid[0]), valid[1]) if a == b)
        mlflow.log_metrics(
            {"valid_accuracy": right / len(valid[1]), "train_accuracy": model.score(*train)}
        )
    finally:
        mlflow.end_run()
    return run.info.run_id


# %% log-run | right | uses scikit-learn's accuracy and creates the run with its tag
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    from sklearn.metrics import accuracy_score

    mlflow.set_experiment(experiment_name=experiment)
    with mlflow.start_run(tags={"data_sha256": data_hash(*train)}):
        mlflow.log_metric("valid_accuracy", accuracy_score(valid[1], model.predict(valid[0])))
        for setting in config:
            mlflow.log_param(setting, config[setting])
    return mlflow.last_active_run().info.run_id


# %% log-run | wrong | logs the score as a parameter
# fails log-run-tests-score | The score is recorded as a parameter
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_param("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | leaves the run open
# fails log-run-tests-closed | The run is still open after your function has returned
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    mlflow.log_params(config)
    mlflow.log_metric("valid_accuracy", model.score(*valid))
    mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | logs the training score as the validation score
# fails log-run-tests-score | the accuracy on the rows that the model was fitted on
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.score(*train))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | logs the share of errors
# fails log-run-tests-score | the share of samples that the model gets wrong
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", (model.predict(valid[0]) != valid[1]).mean())
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | rounds the score
# fails log-run-tests-score | Rounding makes different runs look equal
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", round(model.score(*valid), 3))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | fits the model again, on the validation rows
# fails log-run-tests-score | the accuracy on the rows that the model was fitted on
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.fit(*valid).score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | hashes the validation data
# fails log-run-tests-data | This is the hash of the validation data
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*valid))
    return run.info.run_id


# %% log-run | wrong | hashes the training and validation data together
# fails log-run-tests-data | the hash of all the samples together
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    X, y = (pd.concat(both) for both in zip(train, valid))
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(X, y))
    return run.info.run_id


# %% log-run | wrong | hashes the measurements without the labels
# fails log-run-tests-data | One corrected label makes other data
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    rows = pd.util.hash_pandas_object(train[0]).to_numpy().tobytes()
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", hashlib.sha256(rows).hexdigest())
    return run.info.run_id


# %% log-run | wrong | records in the experiment that is active
# fails log-run-tests-interface | MLflow records in the active experiment
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | leaves out settings that are off or None
# fails log-run-tests-parameters | A setting that is off or None was chosen, too
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params({name: value for name, value in config.items() if value})
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% log-run | wrong | puts everything into config and logs that
# fails log-run-tests-parameters | Your function changed config
# fails log-run-tests-score | The score is recorded as a parameter
# fails log-run-tests-data | The hash is recorded as a parameter
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    config["valid_accuracy"] = model.score(*valid)
    config["data_sha256"] = data_hash(*train)
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
    return run.info.run_id


# %% log-run | wrong | logs the settings as tags
# fails log-run-tests-interface | The parameter max_depth should read '2'
# fails log-run-tests-parameters | a metric or a tag is not where a colleague looks for it
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.set_tags(config)
        mlflow.set_tag("data_sha256", data_hash(*train))
        mlflow.log_metric("valid_accuracy", model.score(*valid))
    return run.info.run_id


# %% log-run | wrong | logs the parameters of the model instead of config
# fails log-run-tests-parameters | config has 'entropy'
def log_run(experiment, model, train, valid, config):
    """Record one training run in `experiment` and return its id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(model.get_params())
        mlflow.log_metric("valid_accuracy", model.score(*valid))
        mlflow.set_tag("data_sha256", data_hash(*train))
    return run.info.run_id


# %% best-run | right | lets the store sort, then looks at the first
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode == "max":
        order = "DESC"
    elif mode == "min":
        order = "ASC"
    else:
        raise ValueError("mode is max or min")
    client = MlflowClient()
    found = client.search_runs(
        [client.get_experiment_by_name(experiment).experiment_id],
        filter_string="status = 'FINISHED'",
        order_by=[f"metrics.{metric} {order}"],
        max_results=1,
    )
    if not found or np.isnan(found[0].data.metrics.get(metric, np.nan)):
        return None
    return found[0].info.run_id


# %% best-run | right | goes through the table with pandas
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in {"max", "min"}:
        raise ValueError(mode)
    table = mlflow.search_runs(experiment_names=[experiment])
    column = f"metrics.{metric}"
    if column not in table:
        return None
    table = table[table["status"] == "FINISHED"].dropna(subset=[column])
    if table.empty:
        return None
    table = table.sort_values(column, ascending=mode == "min")
    return table["run_id"].iloc[0]


# %% best-run | right | keeps the best so far in a loop
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    signs = {"max": 1, "min": -1}
    if mode not in signs:
        raise ValueError("mode must be 'max' or 'min'")
    best_id, best = None, -math.inf
    for run in runs_of(MlflowClient(), experiment):
        value = run.data.metrics.get(metric)
        if run.info.status != "FINISHED" or value is None or math.isnan(value):
            continue
        if signs[mode] * value > best:
            best_id, best = run.info.run_id, signs[mode] * value
    return best_id


# %% best-run | wrong | always takes the maximum
# fails best-run-tests-direction | you chose the run with the highest value
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    table = mlflow.search_runs(
        experiment_names=[experiment], filter_string="status = 'FINISHED'"
    )
    column = "metrics." + metric
    if column not in table or table[column].isna().all():
        return None
    return table.loc[table[column].idxmax(), "run_id"]


# %% best-run | wrong | always compares accuracy
# fails best-run-tests-direction | You chose the run with the highest accuracy
# fails best-run-tests-numbers | as the highest
# fails best-run-tests-missing | does not have the metric at all
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    record(MlflowClient(), experiment, metrics={"valid_accuracy": 0.0})
    table = mlflow.search_runs(experiment_names=[experiment], filter_string="status = 'FINISHED'")
    return table.loc[table["metrics.valid_accuracy"].idxmax(), "run_id"]


# %% best-run | wrong | sorts the scores as text
# fails best-run-tests-numbers | That is the order of text
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    scores = {}
    for run in runs_of(MlflowClient(), experiment):
        value = str(run.data.metrics.get(metric, "nan"))
        if run.info.status == "FINISHED" and value != "nan":
            scores[value] = run.info.run_id
    if not scores:
        return None
    ordered = sorted(scores)
    return scores[ordered[-1] if mode == "max" else ordered[0]]


# %% best-run | wrong | takes failed and open runs into account
# fails best-run-tests-finished | You chose a run whose status is FAILED
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    table = mlflow.search_runs(experiment_names=[experiment])
    if f"metrics.{metric}" not in table.columns:
        return None
    scores = table[f"metrics.{metric}"].dropna()
    if len(scores) == 0:
        return None
    return table.loc[scores.idxmax() if mode == "max" else scores.idxmin()].run_id


# %% best-run | wrong | leaves out failed runs alone
# fails best-run-tests-finished | You chose a run whose status is RUNNING
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    table = mlflow.search_runs(experiment_names=[experiment], filter_string="status != 'FAILED'")
    if f"metrics.{metric}" not in table.columns:
        return None
    scores = table[f"metrics.{metric}"].dropna()
    if len(scores) == 0:
        return None
    return table.loc[scores.idxmax() if mode == "max" else scores.idxmin()].run_id


# %% best-run | wrong | searches all experiments
# fails best-run-tests-finished | You chose a run of another experiment
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    runs = mlflow.search_runs(
        search_all_experiments=True,
        filter_string="status = 'FINISHED'",
        output_format="list",
    )
    scored = [r for r in runs if not math.isnan(r.data.metrics.get(metric, math.nan))]
    if not scored:
        return None
    choose = max if mode == "max" else min
    return choose(scored, key=lambda r: r.data.metrics[metric]).info.run_id


# %% best-run | wrong | lets NaN win
# fails best-run-tests-missing | You chose a run whose score is NaN
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    runs = mlflow.search_runs(
        experiment_names=[experiment],
        filter_string="attributes.status = 'FINISHED'",
        output_format="list",
    )
    scored = [run for run in runs if metric in run.data.metrics]
    if not scored:
        return None
    choose = {"max": max, "min": min}[mode]
    return choose(scored, key=lambda run: run.data.metrics[metric]).info.run_id


# %% best-run | wrong | counts a missing score as zero
# fails best-run-tests-missing | A missing score is not a zero
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    runs = [r for r in runs_of(MlflowClient(), experiment) if r.info.status == "FINISHED"]
    if not any(metric in r.data.metrics for r in runs):
        return None
    runs = [r for r in runs if not math.isnan(r.data.metrics.get(metric, 0))]
    scores = {r.info.run_id: r.data.metrics.get(metric, 0) for r in runs}
    return (max if mode == "max" else min)(scores, key=scores.get)


# %% best-run | wrong | takes a score of zero for no score
# fails best-run-tests-numbers | Zero is a score like any other
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    scores = {}
    for run in mlflow.search_runs(experiment_names=[experiment], output_format="list"):
        score = run.data.metrics.get(metric)
        if run.info.status == "FINISHED" and score and not math.isnan(score):
            scores[run.info.run_id] = score
    if not scores:
        return None
    return (max if mode == "max" else min)(scores, key=scores.get)


# %% best-run | wrong | fails where nobody has the metric
# fails best-run-tests-missing | Runs without the metric are normal
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    table = mlflow.search_runs(
        experiment_names=[experiment], filter_string="attributes.status = 'FINISHED'"
    )
    scores = table[f"metrics.{metric}"]
    return table.loc[scores.idxmax() if mode == "max" else scores.idxmin(), "run_id"]


# %% best-run | wrong | returns the first run where nobody has the metric
# fails best-run-tests-missing | there is no best run: return None
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    found = mlflow.search_runs(
        experiment_names=[experiment],
        filter_string="attributes.status = 'FINISHED'",
        order_by=[f"metrics.{metric} {'DESC' if mode == 'max' else 'ASC'}"],
        output_format="list",
    )
    return found[0].info.run_id if found else None


# %% best-run | wrong | starts from a best of zero
# fails best-run-tests-numbers | you chose None as the highest
# fails best-run-tests-missing | One run has a number for its neg_loss
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    best_id, best = None, 0 if mode == "max" else 1_000_000
    for run in runs_of(MlflowClient(), experiment):
        value = run.data.metrics.get(metric, math.nan)
        better = value > best if mode == "max" else value < best
        if run.info.status == "FINISHED" and better:
            best_id, best = run.info.run_id, value
    return best_id


# %% best-run | wrong | takes every mode but max for min
# fails best-run-tests-interface | A mode other than 'max' and 'min' must raise ValueError
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    runs = [r for r in runs_of(MlflowClient(), experiment) if r.info.status == "FINISHED"]
    runs = [r for r in runs if not math.isnan(r.data.metrics.get(metric, math.nan))]
    if not runs:
        return None
    runs.sort(key=lambda r: r.data.metrics[metric], reverse=mode == "max")
    return runs[0].info.run_id


# %% best-run | wrong | asks the store for scores above zero
# fails best-run-tests-numbers | you chose None as the highest
# fails best-run-tests-missing | One run has a number for its neg_loss
def best_run(experiment, metric, mode):
    """Return the id of the best finished run (str), or None if no run qualifies."""
    if mode not in ("max", "min"):
        raise ValueError("unknown mode")
    found = mlflow.search_runs(
        experiment_names=[experiment],
        filter_string=f"attributes.status = 'FINISHED' and metrics.{metric} > 0",
        order_by=[f"metrics.{metric} {'DESC' if mode == 'max' else 'ASC'}"],
        output_format="list",
    )
    return found[0].info.run_id if found else None


# %% sweep | right | tells each child its parent's id
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    experiment_id = mlflow.get_experiment_by_name(experiment).experiment_id
    with mlflow.start_run(experiment_id=experiment_id, run_name="sweep") as parent:
        mlflow.log_params({f"grid_{name}": values for name, values in grid.items()})
    for values in itertools.product(*grid.values()):
        config = dict(zip(grid.keys(), values))
        score = evaluate(config)
        child = mlflow.start_run(
            experiment_id=experiment_id, parent_run_id=parent.info.run_id, nested=True
        )
        with child:
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", score)
    return parent.info.run_id


# %% sweep | right | writes everything with the client
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    from sklearn.model_selection import ParameterGrid

    client = MlflowClient()
    where = client.get_experiment_by_name(experiment).experiment_id
    parent = client.create_run(where).info.run_id
    best = 0.0
    for config in ParameterGrid(grid):
        child = client.create_run(where, tags={"mlflow.parentRunId": parent}).info.run_id
        for name, value in config.items():
            client.log_param(child, name, value)
        score = evaluate(config)
        client.log_metric(child, "valid_accuracy", score)
        client.set_terminated(child)
        best = max(best, score)
    client.log_metric(parent, "best_valid_accuracy", best)
    client.set_terminated(parent)
    return parent


# %% sweep | right | uses the helper and builds the combinations one setting at a time
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    client = MlflowClient()
    candidates = [{}]
    for name, values in grid.items():
        candidates = [{**config, name: value} for config in candidates for value in values]
    parent = record(client, experiment, tags={"kind": "sweep"})
    for config in candidates:
        scores = {"valid_accuracy": evaluate(config)}
        record(client, experiment, config, scores, {"mlflow.parentRunId": parent})
    return parent


# %% sweep | wrong | overwrites one run
# fails sweep-tests-candidates | All candidates are in one and the same run
# fails sweep-tests-family | No run of the sweep is a child of another
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        for step, values in enumerate(itertools.product(*grid.values())):
            config = dict(zip(grid, values))
            mlflow.set_tags(config)
            mlflow.log_metric("valid_accuracy", evaluate(config), step=step)
    return run.info.run_id


# %% sweep | wrong | logs the parameters of all candidates in one run
# fails sweep-tests-interface | Changing param values is not allowed
# fails sweep-tests-candidates | Changing param values is not allowed
# fails sweep-tests-family | Changing param values is not allowed
# fails sweep-tests-experiment | Changing param values is not allowed
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        for values in itertools.product(*grid.values()):
            config = dict(zip(grid, values))
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", evaluate(config))
    return run.info.run_id


# %% sweep | wrong | records in the experiment that is active
# fails sweep-tests-experiment | the one that happened to be active
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    with mlflow.start_run() as parent:
        for values in itertools.product(*grid.values()):
            config = dict(zip(grid, values))
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | names the experiment for the parent alone
# fails sweep-tests-experiment | Only some runs of the sweep
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    where = mlflow.get_experiment_by_name(experiment).experiment_id
    with mlflow.start_run(experiment_id=where) as parent:
        for values in itertools.product(*grid.values()):
            config = dict(zip(grid, values))
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | makes runs that belong to nobody
# fails sweep-tests-family | No run of the sweep is a child of another
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name="parent") as parent:
        pass
    for values in itertools.product(*grid.values()):
        config = dict(zip(grid, values))
        with mlflow.start_run():
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | makes no parent and returns the last run
# fails sweep-tests-candidates | one run besides the parent
# fails sweep-tests-family | No run of the sweep is a child of another
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    for values in itertools.product(*grid.values()):
        config = dict(zip(grid, values))
        with mlflow.start_run() as run:
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", evaluate(config))
    return run.info.run_id


# %% sweep | wrong | pairs the values instead of combining them
# fails sweep-tests-interface | The candidates are all combinations
# fails sweep-tests-candidates | Each combination is one candidate
# fails sweep-tests-family | The number of children is not the number of candidates
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as parent:
        for values in zip(*grid.values()):
            config = dict(zip(grid, values))
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | opens each child inside the one before
# fails sweep-tests-family | Some runs are children of a child
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    parent = mlflow.start_run()
    for values in itertools.product(*grid.values()):
        config = dict(zip(grid, values))
        mlflow.start_run(nested=True)
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", evaluate(config))
    while mlflow.active_run():
        mlflow.end_run()
    return parent.info.run_id


# %% sweep | wrong | leaves the parent open
# fails sweep-tests-family | After the sweep every run must say FINISHED
# fails sweep-tests-experiment | is already active
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    parent = mlflow.start_run()
    for values in itertools.product(*grid.values()):
        config = dict(zip(grid, values))
        with mlflow.start_run(nested=True):
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | logs the whole grid in each child
# fails sweep-tests-candidates | Each child must say what it tried
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as parent:
        for values in itertools.product(*grid.values()):
            with mlflow.start_run(nested=True):
                mlflow.log_params(grid)
                mlflow.log_metric("valid_accuracy", evaluate(dict(zip(grid, values))))
    return parent.info.run_id


# %% sweep | wrong | evaluates each candidate twice
# fails sweep-tests-interface | Each call trains a model
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    configs = [dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    best = max(configs, key=evaluate)
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as parent:
        mlflow.set_tag("best", str(best))
        for config in configs:
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
    return parent.info.run_id


# %% sweep | wrong | writes the best score so far into each child
# fails sweep-tests-candidates | Somebody else's score stands beside its settings
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    from sklearn.model_selection import ParameterGrid

    mlflow.set_experiment(experiment)
    with mlflow.start_run() as parent:
        configs = list(ParameterGrid(grid))
        scores = [evaluate(config) for config in configs]
        for config in configs:
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", max(scores))
    return parent.info.run_id


# %% sweep | wrong | rounds the scores
# fails sweep-tests-candidates | Rounding makes different candidates look equal
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as parent:
        for values in itertools.product(*grid.values()):
            config = dict(zip(grid, values))
            with mlflow.start_run(nested=True):
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", round(evaluate(config), 2))
    return parent.info.run_id


# %% sweep | wrong | returns the id of a child
# fails sweep-tests-family | You returned a child
# fails sweep-tests-candidates | The parameters of the runs are not those of the candidates
def sweep(experiment, grid, evaluate):
    """Record one parent run and a child run for each candidate; return the parent's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        for values in itertools.product(*grid.values()):
            config = dict(zip(grid, values))
            with mlflow.start_run(nested=True) as run:
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
    return run.info.run_id


# %% log-failure-safe | right | catches everything, marks the run, raises again
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    try:
        mlflow.log_params(config)
        score = evaluate(config)
    except BaseException as error:
        mlflow.set_tag("error", type(error).__name__)
        mlflow.end_run(status="FAILED")
        raise
    mlflow.log_metric("valid_accuracy", score)
    mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | right | ends the run with the client in finally
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    client = MlflowClient()
    run_id = record(client, experiment, params=config, status="RUNNING")
    status = "FAILED"
    try:
        client.log_metric(run_id, "valid_accuracy", evaluate(config))
        status = "FINISHED"
    finally:
        client.set_terminated(run_id, status)
    return run_id


# %% log-failure-safe | right | marks a stopped run as KILLED
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    experiment_id = mlflow.get_experiment_by_name(experiment).experiment_id
    run = mlflow.start_run(experiment_id=experiment_id)
    mlflow.log_params(config)
    try:
        mlflow.log_metric("valid_accuracy", evaluate(config))
    except KeyboardInterrupt:
        mlflow.end_run("KILLED")
        raise
    except Exception:
        mlflow.end_run("FAILED")
        raise
    else:
        mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | swallows the exception inside the run
# fails log-failure-safe-tests-status | the run says FINISHED
# fails log-failure-safe-tests-raises | your function returned as if nothing had happened
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        try:
            mlflow.log_metric("valid_accuracy", evaluate(config))
        except Exception as error:
            print("training failed:", error)
    return run.info.run_id


# %% log-failure-safe | wrong | swallows the exception and marks the run as failed
# fails log-failure-safe-tests-raises | your function returned as if nothing had happened
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    try:
        with mlflow.start_run() as run:
            mlflow.log_params(config)
            mlflow.log_metric("valid_accuracy", evaluate(config))
    except Exception:
        pass
    return run.info.run_id


# %% log-failure-safe | wrong | swallows every exception, the stop button too
# fails log-failure-safe-tests-raises | your function returned as if nothing had happened
# fails log-failure-safe-tests-stop-button | Somebody pressed the stop button, and the notebook went on
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    mlflow.log_params(config)
    try:
        mlflow.log_metric("valid_accuracy", evaluate(config))
    except:
        mlflow.end_run("FAILED")
    else:
        mlflow.end_run("FINISHED")
    return run.info.run_id


# %% log-failure-safe | wrong | leaves a crashed run RUNNING for ever
# fails log-failure-safe-tests-status | It will say so for ever
# fails log-failure-safe-tests-stop-button | the run still says RUNNING
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    mlflow.log_params(config)
    mlflow.log_metric("valid_accuracy", evaluate(config))
    mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | ends every run as finished
# fails log-failure-safe-tests-status | the run says FINISHED
# fails log-failure-safe-tests-stop-button | the run says FINISHED
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    try:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", evaluate(config))
    finally:
        mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | records the parameters after training
# fails log-failure-safe-tests-evidence | The crashed run has no parameters
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        score = evaluate(config)
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", score)
    return run.info.run_id


# %% log-failure-safe | wrong | opens the run after training
# fails log-failure-safe-tests-status | Training crashed and no run was recorded
# fails log-failure-safe-tests-evidence | nobody knows what was tried
# fails log-failure-safe-tests-stop-button | One attempt was stopped, and the store has 0 runs
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    score = evaluate(config)
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", score)
    return run.info.run_id


# %% log-failure-safe | wrong | raises an exception of its own
# fails log-failure-safe-tests-raises | A caller who knows what to do about the one
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        try:
            score = evaluate(config)
        except Exception as error:
            raise RuntimeError(f"training failed: {error}") from error
        mlflow.log_metric("valid_accuracy", score)
    return run.info.run_id


# %% log-failure-safe | wrong | raises a copy of the exception
# fails log-failure-safe-tests-raises | its traceback no longer leads to the line that failed
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        try:
            score = evaluate(config)
        except Exception as error:
            raise type(error)(*error.args) from None
        mlflow.log_metric("valid_accuracy", score)
    return run.info.run_id


# %% log-failure-safe | wrong | gives a crashed run a score of zero
# fails log-failure-safe-tests-status | the run says FINISHED
# fails log-failure-safe-tests-raises | your function returned as if nothing had happened
# fails log-failure-safe-tests-evidence | Nothing was measured
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    try:
        score = evaluate(config)
    except Exception:
        score = 0.0
    except KeyboardInterrupt:
        with mlflow.start_run():
            mlflow.log_params(config)
            raise
    with mlflow.start_run() as run:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", score)
    return run.info.run_id


# %% log-failure-safe | wrong | forgets the stop button
# fails log-failure-safe-tests-stop-button | KeyboardInterrupt is not an Exception
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    try:
        mlflow.log_params(config)
        mlflow.log_metric("valid_accuracy", evaluate(config))
    except Exception:
        mlflow.end_run("FAILED")
        raise
    mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | writes FAILED into a tag instead of the status
# fails log-failure-safe-tests-status | the run says FINISHED
# fails log-failure-safe-tests-stop-button | the run says FINISHED
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    mlflow.log_params(config)
    try:
        mlflow.log_metric("valid_accuracy", evaluate(config))
        mlflow.set_tag("status", "FINISHED")
    except BaseException:
        mlflow.set_tag("status", "FAILED")
        raise
    finally:
        mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | catches errors of value alone
# fails log-failure-safe-tests-status | It will say so for ever
# fails log-failure-safe-tests-stop-button | KeyboardInterrupt is not an Exception
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run()
    mlflow.log_params(config)
    try:
        score = evaluate(config)
    except ValueError:
        mlflow.end_run("FAILED")
        raise
    mlflow.log_metric("valid_accuracy", score)
    mlflow.end_run()
    return run.info.run_id


# %% log-failure-safe | wrong | tries again after a crash
# fails log-failure-safe-tests-status | Training crashed once, and the store has 3 runs
# fails log-failure-safe-tests-raises | one call is one attempt
def log_failure_safe(experiment, config, evaluate):
    """Record a run of `evaluate` that tells how it ended; return the run's id (str)."""
    mlflow.set_experiment(experiment)
    for attempt in range(3):
        try:
            with mlflow.start_run() as run:
                mlflow.log_params(config)
                mlflow.log_metric("valid_accuracy", evaluate(config))
            return run.info.run_id
        except Exception:
            if attempt == 2:
                raise


# %% compare | right | goes through pandas
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    table = pd.DataFrame([run.data.params for run in runs], dtype=object)
    differ = [name for name in table if table[name].nunique(dropna=False) > 1]
    return {
        name: [None if pd.isna(value) else value for value in table[name]] for name in differ
    }


# %% compare | right | compares every run with the first
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    params = [run.data.params for run in runs]
    result = {}
    for name in set().union(*params):
        values = [p[name] if name in p else None for p in params]
        if any(value != values[0] for value in values):
            result[name] = values
    return result


# %% compare | wrong | includes parameters that are the same
# fails compare-tests-only-differing | are the same in all runs
# fails compare-tests-missing | leaf is the same in all runs
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    names = {name for run in runs for name in run.data.params}
    return {name: [run.data.params.get(name) for run in runs] for name in names}


# %% compare | wrong | fails where a run lacks a parameter
# fails compare-tests-missing | Runs of different models do not have the same parameters
# fails compare-tests-interface | KeyError: 'rule'
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    names = {name for run in runs for name in run.data.params}
    values = {name: [run.data.params[name] for run in runs] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% compare | wrong | looks only at the parameters that all runs have
# fails compare-tests-missing | That is a difference, even where those that have it agree
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    if not runs:
        return {}
    names = set.intersection(*(set(run.data.params) for run in runs))
    values = {name: [run.data.params[name] for run in runs] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% compare | wrong | looks only at the parameters of the first run
# fails compare-tests-missing | That is a difference, even where those that have it agree
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    if not runs:
        return {}
    result = {}
    for name in runs[0].data.params:
        values = [run.data.params.get(name) for run in runs]
        if len(set(values)) > 1:
            result[name] = values
    return result


# %% compare | wrong | does not count a missing parameter as a difference
# fails compare-tests-missing | That is a difference, even where those that have it agree
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    names = {name for run in runs for name in run.data.params}
    values = {name: [run.data.params.get(name) for run in runs] for name in names}
    return {n: seen for n, seen in values.items() if len({v for v in seen if v is not None}) > 1}


# %% compare | wrong | takes a missing parameter for the text None
# fails compare-tests-missing | even where the value that they have is the text 'None'
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    names = {name for run in runs for name in run.data.params}
    values = {name: [str(run.data.params.get(name)) for run in runs] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% compare | wrong | fills a missing parameter with an empty text
# fails compare-tests-missing | None where a run does not have it
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    names = {name for run in runs for name in run.data.params}
    values = {name: [run.data.params.get(name, "") for run in runs] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% compare | wrong | returns the different values without saying whose they are
# fails compare-tests-only-differing | One value for each run
# fails compare-tests-missing | The values of depth should be
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    seen = {}
    for run in runs:
        for name, value in run.data.params.items():
            seen.setdefault(name, [])
            if value not in seen[name]:
                seen[name].append(value)
    names = {name for run in runs for name in run.data.params}
    differ = [n for n in names if len({run.data.params.get(n) for run in runs}) > 1]
    return {name: seen[name] for name in differ}


# %% compare | wrong | compares only the first two runs
# fails compare-tests-only-differing | the third alone has another depth
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    if len(runs) < 2:
        return {}
    first, second = runs[0].data.params, runs[1].data.params
    names = [n for n in {**first, **second} if first.get(n) != second.get(n)]
    return {name: [run.data.params.get(name) for run in runs] for name in names}


# %% compare | wrong | compares the metrics too
# fails compare-tests-only-differing | valid_accuracy is a metric
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""
    everything = [{**run.data.params, **run.data.metrics} for run in runs]
    names = {name for row in everything for name in row}
    values = {name: [row.get(name) for row in everything] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% compare | wrong | turns the values into numbers
# fails compare-tests-interface | The values of depth are '3' and '5'
# fails compare-tests-only-differing | are not those of the runs
# fails compare-tests-missing | the text that MLflow keeps
def compare(runs):
    """Return the parameters that differ: a dict from name to the list of values, run by run."""

    def number(text):
        try:
            return float(text)
        except (TypeError, ValueError):
            return text

    names = {name for run in runs for name in run.data.params}
    values = {name: [number(run.data.params.get(name)) for run in runs] for name in names}
    return {name: seen for name, seen in values.items() if len(set(seen)) > 1}


# %% expected-best-of-k | right | goes through all combinations
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if k < 1 or k > len(scores):
        raise ValueError("k must be between 1 and the number of scores")
    total, count = 0.0, 0
    for chosen in itertools.combinations(scores, k):
        total += max(chosen)
        count += 1
    return total / count


# %% expected-best-of-k | right | sums the probability that the best is among the i lowest
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    ordered = np.sort(np.asarray(scores, dtype=float))
    n = len(ordered)
    if k not in range(1, n + 1):
        raise ValueError(f"cannot try {k} of {n}")
    at_most = np.array([math.comb(i, k) for i in range(n + 1)]) / math.comb(n, k)
    return float(ordered @ np.diff(at_most))


# %% expected-best-of-k | right | simulates with care
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    scores = np.array(scores, dtype=float)
    if not 0 < k <= len(scores):
        raise ValueError("no such k")
    rng = np.random.default_rng(0)
    places = rng.random((200_000, len(scores))).argpartition(k - 1, axis=1)[:, :k]
    return float(scores[places].max(axis=1).mean())


# %% expected-best-of-k | right | works down from the best score
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    n = len(scores)
    if not 1 <= k <= n:
        raise ValueError(k)
    result, still_none = 0.0, 1.0
    for rank, score in enumerate(sorted(scores, reverse=True)):
        drawn = min(1.0, k / (n - rank))
        result += still_none * drawn * score
        still_none *= 1 - drawn
    return float(result)


# %% expected-best-of-k | wrong | returns the best of all scores
# fails expected-best-of-k-tests-interface | 0.9 is the best of all three
# fails expected-best-of-k-tests-from-one-to-all | Your answer is the best of all scores, whatever k is
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    return float(max(scores))


# %% expected-best-of-k | wrong | returns the average score
# fails expected-best-of-k-tests-interface | 0.8 is the average score
# fails expected-best-of-k-tests-from-one-to-all | Your answer is the average score, whatever k is
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    return float(np.mean(scores))


# %% expected-best-of-k | wrong | averages the k best scores
# fails expected-best-of-k-tests-interface | The pairs have a best of 0.9, 0.8 and 0.9
# fails expected-best-of-k-tests-from-one-to-all | With k = 1 nothing is chosen
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    return float(np.mean(sorted(scores)[-k:]))


# %% expected-best-of-k | wrong | draws with replacement
# fails expected-best-of-k-tests-interface | on average that is not
# fails expected-best-of-k-tests-from-one-to-all | Is a candidate drawn twice
# fails expected-best-of-k-tests-values | right for drawing with replacement
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    n = len(scores)
    if not 1 <= k <= n:
        raise ValueError("k is out of range")
    ordered = sorted(scores)
    return float(sum(s * ((i + 1) ** k - i**k) / n**k for i, s in enumerate(ordered)))


# %% expected-best-of-k | wrong | takes the best of the first k
# fails expected-best-of-k-tests-interface | 0.9 is the best of all three
# fails expected-best-of-k-tests-from-one-to-all | With k = 1 nothing is chosen
# fails expected-best-of-k-tests-values | the best of the first k scores
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    return float(max(scores[:k]))


# %% expected-best-of-k | wrong | takes a quantile of the scores
# fails expected-best-of-k-tests-interface | 0.8 is the average score
# fails expected-best-of-k-tests-from-one-to-all | With k = 1 nothing is chosen
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("no such k")
    return float(np.quantile(scores, (k - 1) / max(len(scores) - 1, 1)))


# %% expected-best-of-k | wrong | draws once
# fails expected-best-of-k-tests-interface | of all three
# fails expected-best-of-k-tests-from-one-to-all | With k = 1 nothing is chosen
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    return float(max(random.Random(0).sample(list(scores), k)))


# %% expected-best-of-k | wrong | simulates too few draws
# fails expected-best-of-k-tests-interface | on average that is not
# fails expected-best-of-k-tests-from-one-to-all | With k = 1 nothing is chosen
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    rng = random.Random(4)
    return float(np.mean([max(rng.sample(list(scores), k)) for _ in range(40)]))


# %% expected-best-of-k | wrong | expects positive scores
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    total = 0.0
    sets = list(itertools.combinations(scores, k))
    for chosen in sets:
        best = 0.0
        for score in chosen:
            if score > best:
                best = score
        total += best
    return total / len(sets)


# %% expected-best-of-k | wrong | drops ties
# fails expected-best-of-k-tests-values | the expected best is
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if not 1 <= k <= len(scores):
        raise ValueError("k is out of range")
    sets = [max(chosen) for chosen in itertools.combinations(sorted(set(scores)), k)]
    return float(sum(sets) / len(sets))


# %% expected-best-of-k | wrong | forgets to sort
# fails expected-best-of-k-tests-interface | 0.9, 0.8 and 0.9
# fails expected-best-of-k-tests-from-one-to-all | always among them
# fails expected-best-of-k-tests-values | The same scores in another order
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    n = len(scores)
    if not 1 <= k <= n:
        raise ValueError("k is out of range")
    return float(sum(s * math.comb(i, k - 1) for i, s in enumerate(scores)) / math.comb(n, k))


# %% expected-best-of-k | wrong | answers for a k that cannot be
# fails expected-best-of-k-tests-refuses | Nobody can try that many different ones
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    k = max(1, min(k, len(scores)))
    return float(np.mean([max(chosen) for chosen in itertools.combinations(scores, k)]))


# %% expected-best-of-k | wrong | lets another exception through for a k that cannot be
# fails expected-best-of-k-tests-refuses | raise ValueError; you raised ZeroDivisionError
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    if k < 1:
        raise ValueError("k must be positive")
    sets = list(itertools.combinations(scores, k))
    return sum(max(chosen) for chosen in sets) / len(sets)


# %% expected-best-of-k | wrong | sorts the caller's list
# fails expected-best-of-k-tests-refuses | The caller's list is out of order
def expected_best_of_k(scores, k):
    """Return the expected maximum (float) of k scores drawn without replacement."""
    n = len(scores)
    if not 1 <= k <= n:
        raise ValueError("k is out of range")
    scores.sort()
    return float(sum(s * math.comb(i, k - 1) for i, s in enumerate(scores)) / math.comb(n, k))


# %% tools-for | right | names hosted trackers by their addresses
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    tools = {"experiment tracking": ["comet.ml", "wandb.ai", "neptune.ai"]}
    return list(tools.get(job, []))


# %% tools-for | right | names trackers of platforms and small ones, spelt at will
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job != "experiment tracking":
        return []
    return [
        "MLFLOW Tracking", "Weights & Biases (W&B)", "tensorboard", "Amazon SageMaker Experiments",
        "Azure Machine Learning", "Google Vertex AI Experiments", "DVC (with Git)", "Aim", "Sacred",
    ]


# %% tools-for | right | names exactly three
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    return ["clear-ml", "Guild AI", "Weights and Biases"] if job == "experiment tracking" else []


# %% tools-for | wrong | names Docker
# fails tools-for-tests-trackers | packages or runs an environment
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "Weights & Biases", "Docker"]
    return []


# %% tools-for | wrong | names Airflow
# fails tools-for-tests-trackers | runs the steps of a pipeline in order
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "Apache Airflow", "ClearML"]
    return []


# %% tools-for | wrong | names Great Expectations
# fails tools-for-tests-trackers | checks data
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["Great Expectations", "MLflow", "Comet"]
    return []


# %% tools-for | wrong | names Optuna, which searches
# fails tools-for-tests-trackers | proposes settings to try
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "TensorBoard", "Optuna"]
    return []


# %% tools-for | wrong | names Git
# fails tools-for-tests-trackers | versions files
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "GitHub", "wandb"]
    return []


# %% tools-for | wrong | invents a name
# fails tools-for-tests-trackers | We do not know 'ModelTrackr'
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "Comet", "ModelTrackr"]
    return []


# %% tools-for | wrong | counts one tool twice
# fails tools-for-tests-three | another spelling is not another tool
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "W&B", "Weights & Biases"]
    return []


# %% tools-for | wrong | counts the parts of one tool
# fails tools-for-tests-three | another spelling is not another tool
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "MLflow UI", "MLflow on Databricks"]
    return []


# %% tools-for | wrong | names two
# fails tools-for-tests-three | Name at least three different tools
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow", "Comet"]
    return []


# %% tools-for | wrong | puts all names into one text
# fails tools-for-tests-interface | Return a list; you returned a str
# fails tools-for-tests-trackers | Return a list of names, one tool a string
# fails tools-for-tests-three | Return a list of names, one tool a string
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return "MLflow, Weights & Biases, Comet"
    return []


# %% tools-for | wrong | puts all names into one element
# fails tools-for-tests-three | Name at least three different tools
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    if job == "experiment tracking":
        return ["MLflow, Weights & Biases, Comet"]
    return []


# %% tools-for | wrong | has the same answer for every job
# fails tools-for-tests-interface | return an empty list
def tools_for(job):
    """Return the names of tools for a job, a list of str; [] for a job that is not known."""
    return ["MLflow", "Weights & Biases", "Comet"]


# %% is-reproducible | right | checks letter by letter
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""

    def is_hash(text, length):
        return text is not None and len(text) == length and set(text) <= set("0123456789abcdef")

    tags = run.data.tags
    seed = run.data.params.get("seed")
    return (
        is_hash(tags.get("data_sha256"), 64)
        and is_hash(tags.get("git_commit"), 40)
        and is_hash(tags.get("environment_sha256"), 64)
        and seed is not None
        and seed.isdigit()
    )


# %% is-reproducible | right | goes through the four in turn
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    params, tags = run.data.params, run.data.tags
    for name, length in (("data_sha256", 64), ("git_commit", 40), ("environment_sha256", 64)):
        if name not in tags or not re.match(rf"^[a-f0-9]{{{length}}}$", tags[name]):
            return False
    try:
        return int(params["seed"]) >= 0
    except (KeyError, ValueError):
        return False


# %% is-reproducible | wrong | is content with parameters
# fails is-reproducible-tests-interface | The second run has parameters alone
# fails is-reproducible-tests-missing | which data the model saw
# fails is-reproducible-tests-empty-words | It is empty: the tag is there, and says nothing
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    return run.data.params.get("seed", "x").isdigit()


# %% is-reproducible | wrong | forgets the seed
# fails is-reproducible-tests-missing | Another seed gives another split
# fails is-reproducible-tests-seed | None tells a library to take another seed each time
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    lengths = {"data_sha256": 64, "git_commit": 40, "environment_sha256": 64}
    return all(
        bool(re.fullmatch("[0-9a-f]{%d}" % n, run.data.tags.get(tag, "")))
        for tag, n in lengths.items()
    )


# %% is-reproducible | wrong | forgets the environment
# fails is-reproducible-tests-missing | Another version of a library can give another model
# fails is-reproducible-tests-empty-words | It is empty: the tag is there, and says nothing
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    data = run.data.tags.get("data_sha256", "")
    code = run.data.tags.get("git_commit", "")
    seed = run.data.params.get("seed", "")
    return bool(
        re.fullmatch("[0-9a-f]{64}", data)
        and re.fullmatch("[0-9a-f]{40}", code)
        and re.fullmatch("[0-9]+", seed)
    )


# %% is-reproducible | wrong | is content with any of the four
# fails is-reproducible-tests-interface | The second run has parameters alone
# fails is-reproducible-tests-missing | which data the model saw
# fails is-reproducible-tests-empty-words | It is empty: the tag is there, and says nothing
# fails is-reproducible-tests-seed | None tells a library to take another seed each time
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = ("data_sha256", "git_commit", "environment_sha256")
    return any(run.data.tags.get(tag) for tag in tags) or "seed" in run.data.params


# %% is-reproducible | wrong | looks only whether the names are there
# fails is-reproducible-tests-empty-words | It is empty: the tag is there, and says nothing
# fails is-reproducible-tests-seed | None tells a library to take another seed each time
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    needed = {"data_sha256", "git_commit", "environment_sha256"}
    return needed <= set(run.data.tags) and "seed" in run.data.params


# %% is-reproducible | wrong | takes any text that is not empty
# fails is-reproducible-tests-empty-words | A name stays the same when the file behind it changes
# fails is-reproducible-tests-seed | None tells a library to take another seed each time
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    names = ("data_sha256", "git_commit", "environment_sha256")
    return all(tags.get(name) for name in names) and bool(run.data.params.get("seed"))


# %% is-reproducible | wrong | looks only at the length
# fails is-reproducible-tests-empty-words | It is as long as a hash
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    return (
        len(tags.get("data_sha256", "")) == 64
        and len(tags.get("git_commit", "")) == 40
        and len(tags.get("environment_sha256", "")) == 64
        and run.data.params.get("seed", "").isdigit()
    )


# %% is-reproducible | wrong | takes any letters and digits of the right length
# fails is-reproducible-tests-empty-words | x is no hexadecimal digit
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    for tag, length in {"data_sha256": 64, "git_commit": 40, "environment_sha256": 64}.items():
        value = run.data.tags.get(tag, "")
        if len(value) != length or not value.isalnum():
            return False
    return run.data.params.get("seed", "").isdigit()


# %% is-reproducible | wrong | lets a commit with changes on top pass
# fails is-reproducible-tests-empty-words | Code was changed after that commit
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    return bool(
        re.match("[0-9a-f]{64}", tags.get("data_sha256", ""))
        and re.match("[0-9a-f]{40}", tags.get("git_commit", ""))
        and re.match("[0-9a-f]{64}", tags.get("environment_sha256", ""))
        and run.data.params.get("seed", "").isdigit()
    )


# %% is-reproducible | wrong | accepts a short commit
# fails is-reproducible-tests-empty-words | An abbreviation that is unique today
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    patterns = {
        "data_sha256": "[0-9a-f]{64}",
        "git_commit": "[0-9a-f]{7,40}",
        "environment_sha256": "[0-9a-f]{64}",
    }
    if not all(re.fullmatch(p, tags.get(name, "")) for name, p in patterns.items()):
        return False
    return run.data.params.get("seed", "").isdigit()


# %% is-reproducible | wrong | takes seed 0 for no seed
# fails is-reproducible-tests-seed | Zero is a seed like any other
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    lengths = {"data_sha256": 64, "git_commit": 40, "environment_sha256": 64}
    for name, length in lengths.items():
        if not re.fullmatch("[0-9a-f]{%d}" % length, tags.get(name, "")):
            return False
    try:
        seed = int(run.data.params.get("seed", 0))
    except ValueError:
        return False
    return bool(seed)


# %% is-reproducible | wrong | fails where a tag is missing
# fails is-reproducible-tests-interface | KeyError: 'data_sha256'
# fails is-reproducible-tests-missing | That it is missing is the answer
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags, params = run.data.tags, run.data.params
    return bool(
        re.fullmatch("[0-9a-f]{64}", tags["data_sha256"])
        and re.fullmatch("[0-9a-f]{40}", tags["git_commit"])
        and re.fullmatch("[0-9a-f]{64}", tags["environment_sha256"])
        and params["seed"].isdigit()
    )


# %% is-reproducible | wrong | looks for a name anywhere in the run
# fails is-reproducible-tests-missing | is not where Aldermoor keeps it
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    known = {**run.data.tags, **run.data.params}
    lengths = {"data_sha256": 64, "git_commit": 40, "environment_sha256": 64}
    return all(
        re.fullmatch("[0-9a-f]{%d}" % n, known.get(tag, "")) is not None
        for tag, n in lengths.items()
    ) and known.get("seed", "").isdigit()


# %% is-reproducible | wrong | takes any integer for a seed
# fails is-reproducible-tests-seed | refuse a negative seed
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    tags = run.data.tags
    try:
        int(run.data.params["seed"])
    except (KeyError, ValueError):
        return False
    return (
        re.fullmatch("[0-9a-f]{64}", tags.get("data_sha256", "")) is not None
        and re.fullmatch("[0-9a-f]{40}", tags.get("git_commit", "")) is not None
        and re.fullmatch("[0-9a-f]{64}", tags.get("environment_sha256", "")) is not None
    )


# %% is-reproducible | wrong | takes any number of 0 or more for a seed
# fails is-reproducible-tests-seed | A seed is a whole number
def is_reproducible(run):
    """Return whether the run names the data, the code, the environment and the seed (bool)."""
    for tag, length in {"data_sha256": 64, "git_commit": 40, "environment_sha256": 64}.items():
        if re.fullmatch("[0-9a-f]{%d}" % length, run.data.tags.get(tag, "")) is None:
            return False
    try:
        return float(run.data.params["seed"]) >= 0
    except (KeyError, ValueError):
        return False
