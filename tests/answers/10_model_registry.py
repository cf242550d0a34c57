"""Answers to assignment 10, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""


# %% load-champion | right | loads by the alias and reads the version from the registry
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        version = client.get_model_version_by_alias(name, "champion").version
        model = mlflow.pyfunc.load_model(f"models:/{name}@champion")
    except mlflow.exceptions.MlflowException:
        raise LookupError(f"{name} has no champion")
    return model, int(version)


# %% load-champion | right | looks the alias up among all aliases of the model
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    found = client.search_registered_models(filter_string=f"name = '{name}'")
    if not found or "champion" not in found[0].aliases:
        raise LookupError("nothing serves under " + name)
    number = int(found[0].aliases["champion"])
    return mlflow.pyfunc.load_model("models:/" + name + "/" + str(number)), number


# %% load-champion | right | raises KeyError, which is a LookupError
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        version = version_called(client, name, "champion")
    except MlflowException:
        version = None
    if version is None:
        raise KeyError(f"no champion of {name}")
    return mlflow.pyfunc.load_model(f"models:/{name}/{version}"), version


# %% load-champion | wrong | serves the highest version
# fails load-champion-tests-follows-the-alias | You served the newest version
# fails load-champion-tests-no-champion | quietly falls back on another version
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    versions = client.search_model_versions(f"name = '{name}'")
    if not versions:
        raise LookupError(f"no versions of {name}")
    newest = max(int(version.version) for version in versions)
    return mlflow.pyfunc.load_model(f"models:/{name}/{newest}"), newest


# %% load-champion | wrong | asks for the latest version
# fails load-champion-tests-follows-the-alias | You served the newest version
# fails load-champion-tests-no-champion | quietly falls back on another version
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        model = mlflow.pyfunc.load_model(f"models:/{name}/latest")
    except MlflowException:
        raise LookupError(name)
    return model, max(int(v.version) for v in client.search_model_versions(f"name='{name}'"))


# %% load-champion | wrong | falls back on the newest version
# fails load-champion-tests-no-champion | quietly falls back on another version
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        version = int(client.get_model_version_by_alias(name, "champion").version)
    except MlflowException:
        versions = client.search_model_versions(f"name = '{name}'")
        if not versions:
            raise LookupError(name)
        version = max(int(v.version) for v in versions)
    return mlflow.pyfunc.load_model(f"models:/{name}/{version}"), version


# %% load-champion | wrong | returns None when nothing serves
# fails load-champion-tests-no-champion | yet you returned something
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        version = int(client.get_model_version_by_alias(name, "champion").version)
    except MlflowException:
        return None, None
    return mlflow.pyfunc.load_model(f"models:/{name}/{version}"), version


# %% load-champion | wrong | leaves MLflow's own error to the caller
# fails load-champion-tests-no-champion | raise LookupError; your function raised MlflowException
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    version = client.get_model_version_by_alias(name, "champion")
    return mlflow.pyfunc.load_model(f"models:/{name}/{version.version}"), int(version.version)


# %% load-champion | wrong | remembers the champion of the first call
# fails load-champion-tests-follows-the-alias | The alias can move at any time
cache = {}


def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    if name not in cache:
        try:
            version = int(client.get_model_version_by_alias(name, "champion").version)
        except MlflowException:
            raise LookupError(f"{name} has no champion")
        cache[name] = mlflow.pyfunc.load_model(f"models:/{name}/{version}"), version
    return cache[name]


# %% load-champion | wrong | loads the model of the Production stage
# fails load-champion-tests-interface | LookupError: no model of biopsy in Production
# fails load-champion-tests-follows-the-alias | LookupError: no model of lymph in Production
# fails load-champion-tests-no-champion | Now version 1 of marrow has the alias
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    versions = client.search_model_versions(f"name = '{name}'")
    serving = [v for v in versions if v.current_stage == "Production"]
    if not serving:
        raise LookupError(f"no model of {name} in Production")
    return mlflow.pyfunc.load_model(f"models:/{name}/Production"), int(serving[0].version)


# %% load-champion | wrong | copies the version number of the example
# fails load-champion-tests-follows-the-alias | The alias can move at any time
def load_champion(client, name):
    """Return the pyfunc model that serves under `name`, and its version number (int)."""
    try:
        model = mlflow.pyfunc.load_model(f"models:/{name}@champion")
    except MlflowException:
        raise LookupError(f"{name} has no champion")
    return model, 2


# %% promote | right | returns early when the gate refuses
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    candidate = client.get_model_version(name, str(version))
    result = gate(candidate)
    client.set_model_version_tag(name, str(version), "gate_reason", result[1])
    if not result[0]:
        return False
    aliases = client.get_registered_model(name).aliases
    if int(aliases.get("champion", -1)) == version:
        return True
    client.set_registered_model_alias(name, "champion", str(version))
    served = served_history(client, name)
    served.append(version)
    client.set_registered_model_tag(name, "served", json.dumps(served))
    return True


# %% promote | right | asks for the champion by its alias and expects that there may be none
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    try:
        champion = int(client.get_model_version_by_alias(name, "champion").version)
    except MlflowException:
        champion = None
    ok, why = gate(client.get_model_version(name, version))
    if ok and champion != version:
        old = client.get_registered_model(name).tags.get("served")
        new = json.loads(old) + [version] if old else [version]
        client.set_registered_model_alias(name, "champion", version)
        client.set_registered_model_tag(name, "served", str(new))
    client.set_model_version_tag(name, version, key="gate_reason", value=why)
    return bool(ok)


# %% promote | wrong | moves the alias, then checks
# fails promote-tests-gate-first | the registry had already changed
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    before = version_called(client, name, "champion")
    client.set_registered_model_alias(name, "champion", version)
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if not passed:
        if before is None:
            client.delete_registered_model_alias(name, "champion")
        else:
            client.set_registered_model_alias(name, "champion", before)
        return False
    if before != version:
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
    return True


# %% promote | wrong | takes the pair that the gate returns for its answer
# fails promote-tests-refusal | a pair is true even if what is in it is not
# fails promote-tests-reason | its tag gate_reason says
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    result = gate(client.get_model_version(name, version))
    if result:
        if version_called(client, name, "champion") != version:
            client.set_registered_model_alias(name, "champion", version)
            history = served_history(client, name) + [version]
            client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_model_version_tag(name, version, "gate_reason", str(result))
        return True
    return False


# %% promote | wrong | never asks the gate
# fails promote-tests-gate-first | the gate was never asked
# fails promote-tests-refusal | The gate refused, and the champion has changed
# fails promote-tests-reason | its tag gate_reason says
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    if version_called(client, name, "champion") != version:
        client.set_registered_model_alias(name, "champion", version)
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
    client.set_model_version_tag(name, version, "gate_reason", "promoted")
    return True


# %% promote | wrong | promotes when the gate breaks down
# fails promote-tests-gate-first | A check that did not take place has not been passed
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    try:
        passed, reason = gate(client.get_model_version(name, version))
    except Exception as error:
        passed, reason = True, f"gate not available: {error}"
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | swallows the gate's exception
# fails promote-tests-gate-first | the caller has not heard of it
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    try:
        passed, reason = gate(client.get_model_version(name, version))
    except Exception as error:
        return False
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | asks the gate twice
# fails promote-tests-gate-first | Ask the gate once
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    candidate = client.get_model_version(name, version)
    passed = gate(candidate)[0]
    reason = gate(candidate)[1]
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | deletes the version that served before
# fails promote-tests-history | A version has disappeared from the registry
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    old = version_called(client, name, "champion")
    if passed and old != version:
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
        if old is not None:
            client.delete_model_version(name, old)
    return passed


# %% promote | wrong | moves versions between stages instead of the alias
# fails promote-tests-interface | the alias champion belongs to version 1
# fails promote-tests-gate-first | The gate broke down, and the version serves
# fails promote-tests-refusal | the alias champion did not move to it
# fails promote-tests-history | MLflow has deprecated stages
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed:
        client.transition_model_version_stage(
            name, version, "Production", archive_existing_versions=True
        )
        served = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(served))
    return passed


# %% promote | wrong | keeps only the version that served before
# fails promote-tests-gate-first | The gate broke down, and the history changed
# fails promote-tests-history | everything that served, in its order
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    before = version_called(client, name, "champion")
    if passed and version != before:
        history = [before, version] if before else [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | writes each version into the history once
# fails promote-tests-history | as often as it did
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed:
        history = served_history(client, name)
        if version not in history:
            history.append(version)
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | appends a version that serves already
# fails promote-tests-history | and the history grew
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed:
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | enters a refused version in the history
# fails promote-tests-refusal | it has never served
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        if passed:
            client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | writes the reason on the registered model
# fails promote-tests-reason | the next candidate would overwrite it
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    client.set_registered_model_tag(name, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | gives no reason for a refusal
# fails promote-tests-reason | both a pass and a refusal will need explaining
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(client.get_model_version(name, version))
    if not passed:
        return False
    if version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    client.set_model_version_tag(name, version, "gate_reason", reason)
    return True


# %% promote | wrong | needs a champion to promote another
# fails promote-tests-interface | alias champion not found
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    champion = int(client.get_model_version_by_alias(name, "champion").version)
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != champion:
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | gives the gate the number of the version
# fails promote-tests-interface | 'int' object has no attribute 'tags'
# fails promote-tests-gate-first | given the candidate's ModelVersion object
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = gate(version)
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = served_history(client, name) + [version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | does not ask the gate about a version that serves
# fails promote-tests-refusal | ask the gate about the champion too
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    if version == version_called(client, name, "champion"):
        return True
    passed, reason = gate(client.get_model_version(name, version))
    client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed:
        history = [*served_history(client, name), version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% promote | wrong | writes a reason of its own when the gate breaks down
# fails promote-tests-gate-first | The tag says what the gate said
def promote(client, name, version, gate):
    """Make `version` of `name` the champion if `gate` lets it pass; return whether it did."""
    passed, reason = False, "the gate broke down"
    try:
        passed, reason = gate(client.get_model_version(name, version))
    finally:
        client.set_model_version_tag(name, version, "gate_reason", reason)
    if passed and version != version_called(client, name, "champion"):
        history = [*served_history(client, name), version]
        client.set_registered_model_tag(name, "served", json.dumps(history))
        client.set_registered_model_alias(name, "champion", version)
    return passed


# %% rollback | right | pops the history
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    model = client.get_registered_model(name)
    history = json.loads(model.tags["served"]) if "served" in model.tags else []
    if len(history) <= 1:
        raise LookupError("nothing to go back to")
    bad = history.pop()
    client.set_model_version_tag(name, str(bad), "rolled_back", reason)
    client.set_registered_model_tag(name, "served", json.dumps(history))
    client.set_registered_model_alias(name, "champion", str(history[-1]))
    return history[-1]


# %% rollback | right | raises IndexError, which is a LookupError
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    back = history[-2]
    client.set_registered_model_tag(name, "served", str(history[:-1]))
    client.set_registered_model_alias(name, "champion", back)
    client.set_model_version_tag(name, history[-1], "rolled_back", reason)
    return back


# %% rollback | wrong | goes to the version number before
# fails rollback-tests-what-served-before | the number before it
# fails rollback-tests-twice | two rollbacks lead to 6 and then to 2
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left = version_called(client, name, "champion")
    client.set_registered_model_alias(name, "champion", left - 1)
    client.set_registered_model_tag(name, "served", json.dumps(history[:-1]))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return left - 1


# %% rollback | wrong | goes to the newest other version
# fails rollback-tests-what-served-before | the one with the highest number
# fails rollback-tests-twice | two rollbacks lead to 6 and then to 2
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left = history[-1]
    versions = [int(v.version) for v in client.search_model_versions(f"name = '{name}'")]
    back = max(number for number in versions if number != left)
    client.set_registered_model_alias(name, "champion", back)
    client.set_registered_model_tag(name, "served", json.dumps(history[:-1]))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return back


# %% rollback | wrong | enters the way back as if it were another promotion
# fails rollback-tests-twice | brought back the version that the first had taken out
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left, back = history[-1], history[-2]
    client.set_registered_model_alias(name, "champion", back)
    client.set_registered_model_tag(name, "served", json.dumps(history + [back]))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return back


# %% rollback | wrong | moves the alias and leaves the history
# fails rollback-tests-twice | two rollbacks lead to 6 and then to 2
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    client.set_registered_model_alias(name, "champion", history[-2])
    client.set_model_version_tag(name, history[-1], "rolled_back", reason)
    return history[-2]


# %% rollback | wrong | finds its place by the first time the champion served
# fails rollback-tests-twice | its number alone does not say where
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left = version_called(client, name, "champion")
    history = history[: history.index(left)] or history[:1]
    client.set_registered_model_alias(name, "champion", history[-1])
    client.set_registered_model_tag(name, "served", json.dumps(history))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return history[-1]


# %% rollback | wrong | sorts the history by number
# fails rollback-tests-what-served-before | so version 5 served before; you returned 3
# fails rollback-tests-twice | two rollbacks lead to 6 and then to 2
# fails rollback-tests-evidence-stays | You wrote the reason on the version that serves now
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = sorted(served_history(client, name))
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left, back = history[-1], history[-2]
    client.set_registered_model_alias(name, "champion", back)
    client.set_registered_model_tag(name, "served", json.dumps(history[:-1]))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return back


# %% rollback | wrong | deletes the bad version
# fails rollback-tests-twice | deleted that had served twice
# fails rollback-tests-evidence-stays | A version has disappeared
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    left, back = history[-1], history[-2]
    client.set_registered_model_alias(name, "champion", back)
    client.set_registered_model_tag(name, "served", json.dumps(history[:-1]))
    client.delete_model_version(name, left)
    return back


# %% rollback | wrong | writes the reason on the version it returns to
# fails rollback-tests-evidence-stays | It is the other one that failed
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    history.pop()
    client.set_registered_model_alias(name, "champion", history[-1])
    client.set_registered_model_tag(name, "served", json.dumps(history))
    champion = version_called(client, name, "champion")
    client.set_model_version_tag(name, champion, "rolled_back", reason)
    return champion


# %% rollback | wrong | writes no reason
# fails rollback-tests-evidence-stays | does not say why in its tag rolled_back
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        raise LookupError("nothing to go back to")
    history.pop()
    client.set_registered_model_alias(name, "champion", history[-1])
    client.set_registered_model_tag(name, "served", json.dumps(history))
    return history[-1]


# %% rollback | wrong | stays where it is when there is nothing to go back to
# fails rollback-tests-evidence-stays | knows that nothing happened
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    history = served_history(client, name)
    if len(history) < 2:
        return version_called(client, name, "champion")
    left, back = history[-1], history[-2]
    client.set_registered_model_alias(name, "champion", back)
    client.set_registered_model_tag(name, "served", json.dumps(history[:-1]))
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return back


# %% rollback | wrong | takes the only champion out of service
# fails rollback-tests-evidence-stays | and the champion has changed all the same
def rollback(client, name, reason):
    """Make the version that served before the champion of `name` again; return its number."""
    *earlier, left = served_history(client, name) or [None]
    client.delete_registered_model_alias(name, "champion")
    if not earlier:
        raise LookupError("nothing to go back to")
    client.set_registered_model_tag(name, "served", json.dumps(earlier))
    client.set_registered_model_alias(name, "champion", earlier[-1])
    client.set_model_version_tag(name, left, "rolled_back", reason)
    return earlier[-1]


# %% enforce-signature | right | builds the frame column by column
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = signature.inputs.input_names()
    lacking = sorted(set(names) - set(frame.columns))
    if lacking:
        raise SignatureError("missing: " + ", ".join(lacking))
    columns = {}
    for column in signature.inputs:
        values = frame[column.name]
        if column.type.name == "double" and values.dtype.kind in "fiu":
            columns[column.name] = values.astype(float)
        elif column.type.name == "long" and values.dtype.kind in "iu":
            columns[column.name] = values.astype("int64")
        elif column.type.name == "string" and pd.api.types.is_string_dtype(values):
            columns[column.name] = values
        else:
            raise SignatureError(f"{column.name} is not {column.type.name}")
    return pd.DataFrame(columns, index=frame.index)


# %% enforce-signature | right | collects every problem before it raises
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    result, problems = pd.DataFrame(index=frame.index), []
    for column in signature.inputs:
        if column.name not in frame.columns:
            problems.append(f"{column.name} is missing")
            continue
        values = frame[column.name]
        is_integer = pd.api.types.is_integer_dtype(values)
        if column.type.name == "string":
            good = all(isinstance(value, str) for value in values)
        elif column.type.name == "long":
            good = is_integer
        else:
            good = is_integer or pd.api.types.is_float_dtype(values)
        if not good:
            problems.append(f"{column.name} is not of type {column.type.name}")
        else:
            wanted = {"double": np.float64, "long": np.int64}.get(column.type.name, values.dtype)
            result[column.name] = values.astype(wanted)
    if problems:
        raise SignatureError("; ".join(problems))
    return result


# %% enforce-signature | right | selects by name and looks at what pandas infers
def enforce_signature(signature, frame):
    wanted = {column.name: column.type.name for column in signature.inputs}
    absent = wanted.keys() - set(frame)
    if absent:
        raise SignatureError("absent: " + " ".join(map(str, sorted(absent))))
    out = frame.reindex(columns=list(wanted))
    kinds = {"double": "iuf", "long": "iu"}
    for name, kind in wanted.items():
        if kind in kinds:
            if out.dtypes[name].kind not in kinds[kind]:
                raise SignatureError(name)
            out[name] = out[name].to_numpy(dtype=float if kind == "double" else "int64")
        elif pd.api.types.infer_dtype(out[name]) != "string":
            raise SignatureError(name)
    return out


# %% enforce-signature | wrong | gives the names out by position
# fails enforce-signature-tests-by-name | the right names over the wrong values
# fails enforce-signature-tests-missing | Two columns were missing, and the model would have been asked
# fails enforce-signature-tests-types | is to raise SignatureError with the column's name
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = signature.inputs.input_names()
    result = frame.iloc[:, : len(names)].copy()
    result.columns = names
    for column in signature.inputs:
        if column.type.name == "double":
            result[column.name] = result[column.name].astype("float64")
        elif column.type.name == "long":
            result[column.name] = result[column.name].astype("int64")
    return result


# %% enforce-signature | wrong | fills a missing column with 0
# fails enforce-signature-tests-missing | A made-up value
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    result = frame.reindex(columns=signature.inputs.input_names(), fill_value=0)
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | fills missing values with 0
# fails enforce-signature-tests-missing | A missing value was filled in
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    result = frame[signature.inputs.input_names()].copy()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.fillna(0).astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | drops rows with missing values
# fails enforce-signature-tests-missing | A row with a missing value has gone
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    result = frame[signature.inputs.input_names()].dropna()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | names the first missing column only
# fails enforce-signature-tests-missing | the message does not name both
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    result = pd.DataFrame(index=frame.index)
    for column in signature.inputs:
        if column.name not in frame:
            raise SignatureError(f"missing: {column.name}")
        kind, values = column.type.name, frame[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif kind == "string" and pd.api.types.is_string_dtype(values):
            result[column.name] = values
        else:
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | lets pandas raise its KeyError
# fails enforce-signature-tests-missing | which the caller cannot tell from a bug
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    result = frame[signature.inputs.input_names()].copy()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | casts every column to the wanted type
# fails enforce-signature-tests-types | Half a nucleus was cut off
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    result = frame[signature.inputs.input_names()].copy()
    for column in signature.inputs:
        dtype = {"double": "float64", "long": "int64", "string": "str"}[column.type.name]
        try:
            result[column.name] = result[column.name].astype(dtype)
        except ValueError:
            raise SignatureError(f"{column.name} must be {column.type.name}")
    return result


# %% enforce-signature | wrong | parses text that looks like a number
# fails enforce-signature-tests-types | Text that looks like a number was parsed
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    result = frame[signature.inputs.input_names()].copy()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        if kind == "string":
            if not pd.api.types.is_string_dtype(values):
                raise SignatureError(f"{column.name} must be text")
            continue
        try:
            numbers = pd.to_numeric(values)
        except ValueError:
            raise SignatureError(f"{column.name} must be a number")
        if kind == "long" and not pd.api.types.is_integer_dtype(numbers):
            raise SignatureError(f"{column.name} must be whole")
        result[column.name] = numbers.astype("float64" if kind == "double" else "int64")
    return result


# %% enforce-signature | wrong | refuses integers where a double is wanted
# fails enforce-signature-tests-interface | SignatureError: mean radius is int64
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    tests = {
        "double": pd.api.types.is_float_dtype,
        "long": pd.api.types.is_integer_dtype,
        "string": pd.api.types.is_string_dtype,
    }
    for column in signature.inputs:
        if not tests[column.type.name](frame[column.name]):
            raise SignatureError(f"{column.name} is {frame[column.name].dtype}")
    dtypes = {"double": "float64", "long": "int64"}
    numeric = {c.name: dtypes[c.type.name] for c in signature.inputs if c.type.name in dtypes}
    return frame[signature.inputs.input_names()].astype(numeric)


# %% enforce-signature | wrong | checks the names and not the types
# fails enforce-signature-tests-interface | A double column is returned as float64
# fails enforce-signature-tests-types | Integers are returned as int64
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = [column.name for column in signature.inputs]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise SignatureError(f"missing columns: {missing}")
    return frame[names].copy()


# %% enforce-signature | wrong | refuses columns that it does not know
# fails enforce-signature-tests-by-name | it is no reason to refuse
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = signature.inputs.input_names()
    if set(names) != set(frame.columns):
        raise SignatureError(f"these differ: {sorted(set(names) ^ set(frame.columns))}")
    result = frame[names].copy()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | lets extra columns through
# fails enforce-signature-tests-by-name | what it was never trained on
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = signature.inputs.input_names()
    missing = [name for name in names if name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    result = frame[names + [name for name in frame if name not in names]].copy()
    for column in signature.inputs:
        kind, values = column.type.name, result[column.name]
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            result[column.name] = values.astype("float64")
        elif kind == "long" and integer:
            result[column.name] = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
    return result


# %% enforce-signature | wrong | changes the caller's frame
# fails enforce-signature-tests-by-name | the caller's frame, which your function changed
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    missing = [column.name for column in signature.inputs if column.name not in frame]
    if missing:
        raise SignatureError(f"missing: {missing}")
    for name in list(frame.columns):
        if name not in signature.inputs.input_names():
            del frame[name]
    for column in reversed(list(signature.inputs)):
        kind, values = column.type.name, frame.pop(column.name)
        integer = pd.api.types.is_integer_dtype(values)
        if kind == "double" and (integer or pd.api.types.is_float_dtype(values)):
            values = values.astype("float64")
        elif kind == "long" and integer:
            values = values.astype("int64")
        elif not (kind == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} must be {kind}")
        frame.insert(0, column.name, values)
    return frame


# %% enforce-signature | wrong | leaves the check to MLflow's own function
# fails enforce-signature-tests-interface | Incompatible input types
# fails enforce-signature-tests-missing | which the caller cannot tell from a bug
# fails enforce-signature-tests-types | SignatureError with the column's name
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    from mlflow.models.utils import _enforce_schema

    return _enforce_schema(frame.copy(), signature.inputs)


# %% enforce-signature | wrong | takes True and False for numbers
# fails enforce-signature-tests-types | True and False were taken for the measurements
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = [column.name for column in signature.inputs]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise SignatureError(f"missing columns: {missing}")
    result = frame[names].copy()
    for column in signature.inputs:
        values, wanted = frame[column.name], column.type.name
        if wanted == "double" and pd.api.types.is_numeric_dtype(values):
            result[column.name] = values.astype("float64")
        elif wanted == "long" and pd.api.types.is_integer_dtype(values):
            result[column.name] = values.astype("int64")
        elif not (wanted == "string" and pd.api.types.is_string_dtype(values)):
            raise SignatureError(f"{column.name} should be {wanted}, not {values.dtype}")
    return result


# %% enforce-signature | wrong | takes whole decimals for integers
# fails enforce-signature-tests-types | 31.0 was taken for an integer
def enforce_signature(signature, frame):
    """Return the columns of `frame` that `signature` names, in its order and of its types."""
    names = [column.name for column in signature.inputs]
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise SignatureError(f"missing columns: {missing}")
    result = frame[names].copy()
    for column in signature.inputs:
        values, wanted = frame[column.name], column.type.name
        if wanted == "string":
            if not pd.api.types.is_string_dtype(values):
                raise SignatureError(column.name)
            continue
        if values.dtype.kind not in "iuf":
            raise SignatureError(column.name)
        if wanted == "long" and (values % 1 != 0).any():
            raise SignatureError(column.name)
        result[column.name] = values.astype("int64" if wanted == "long" else "float64")
    return result


# %% is-safe-artifact | right | decides by the first bytes, then reads every member
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    data = Path(path).read_bytes()
    if data[:2] != b"PK":
        try:
            json.loads(data.decode("utf-8"))
        except ValueError:
            return False
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        if "schema.json" not in members:
            return False
        for name in members:
            if name != "schema.json":
                np.load(io.BytesIO(members[name]), allow_pickle=False)
        return skops.io.get_untrusted_types(file=path) == []
    except Exception:
        return False


# %% is-safe-artifact | right | asks two functions, one a format
def is_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            json.load(file)
    except (ValueError, OSError):
        return False
    return True


def is_clean_skops(path):
    try:
        if skops.io.get_untrusted_types(file=path):
            return False
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return False
            for member in archive.infolist():
                if member.filename == "schema.json":
                    continue
                with archive.open(member) as file:
                    np.lib.format.read_array(io.BytesIO(file.read()), allow_pickle=False)
    except Exception:
        return False
    return True


def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    return is_json(path) or is_clean_skops(path)


# %% is-safe-artifact | wrong | looks at the extension
# fails is-safe-artifact-tests-content-not-name | A pickle was accepted because it was called
# fails is-safe-artifact-tests-hidden-inside | A pickle of protocol 0 was accepted
# fails is-safe-artifact-tests-fails-closed | You accepted an empty file
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    return Path(path).suffix in {".skops", ".json"}


# %% is-safe-artifact | wrong | refuses the extensions of pickles
# fails is-safe-artifact-tests-content-not-name | A pickle was accepted because it was called
# fails is-safe-artifact-tests-hidden-inside | A pickle of protocol 0 was accepted
# fails is-safe-artifact-tests-fails-closed | You accepted an empty file
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    return Path(path).suffix not in {".pkl", ".pickle", ".joblib", ".pt"}


# %% is-safe-artifact | wrong | looks for the first byte of a pickle
# fails is-safe-artifact-tests-hidden-inside | Older protocols begin with other bytes
# fails is-safe-artifact-tests-fails-closed | You accepted an empty file
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    return Path(path).read_bytes()[:1] != b"\x80"


# %% is-safe-artifact | wrong | accepts what pickletools cannot read
# fails is-safe-artifact-tests-hidden-inside | A compressed pickle, as joblib writes it
# fails is-safe-artifact-tests-fails-closed | You accepted an empty file
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    import pickletools

    try:
        list(pickletools.genops(Path(path).read_bytes()))
    except Exception:
        return True
    return False


# %% is-safe-artifact | wrong | loads the file to see whether it is a pickle
# fails is-safe-artifact-tests-content-not-name | The file ran its code while you looked at it
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    try:
        pickle.loads(Path(path).read_bytes())
        return False
    except Exception:
        pass
    try:
        if not zipfile.is_zipfile(path):
            json.loads(Path(path).read_text("utf-8"))
            return True
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member != "schema.json":
                    np.load(io.BytesIO(archive.read(member)), allow_pickle=False)
        return not skops.io.get_untrusted_types(file=path)
    except Exception:
        return False


# %% is-safe-artifact | wrong | accepts every zip file
# fails is-safe-artifact-tests-hidden-inside | Zip is only the wrapping
# fails is-safe-artifact-tests-fails-closed | You accepted a skops archive with a damaged
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    if zipfile.is_zipfile(path):
        return True
    try:
        json.loads(Path(path).read_bytes().decode("utf-8"))
    except ValueError:
        return False
    return True


# %% is-safe-artifact | wrong | asks skops alone about the archive
# fails is-safe-artifact-tests-hidden-inside | one good member does not vouch for the others
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    try:
        if zipfile.is_zipfile(path):
            return len(skops.io.get_untrusted_types(file=path)) == 0
        json.loads(Path(path).read_bytes().decode("utf-8"))
        return True
    except Exception:
        return False


# %% is-safe-artifact | wrong | believes the names of the members
# fails is-safe-artifact-tests-hidden-inside | called extra.npy
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    try:
        if zipfile.is_zipfile(path):
            names = zipfile.ZipFile(path).namelist()
            arrays = [name for name in names if name != "schema.json"]
            if not all(name.endswith(".npy") for name in arrays):
                return False
            return not skops.io.get_untrusted_types(file=path)
        json.loads(Path(path).read_bytes().decode("utf-8"))
        return True
    except Exception:
        return False


# %% is-safe-artifact | wrong | never asks skops which types it trusts
# fails is-safe-artifact-tests-hidden-inside | names a type which skops does not trust
# fails is-safe-artifact-tests-fails-closed | You accepted a skops archive with a damaged schema
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    try:
        if not zipfile.is_zipfile(path):
            json.loads(Path(path).read_bytes().decode("utf-8"))
            return True
        with zipfile.ZipFile(path) as archive:
            if "schema.json" not in archive.namelist():
                return False
            for member in archive.namelist():
                if member != "schema.json":
                    np.load(io.BytesIO(archive.read(member)), allow_pickle=False)
        return True
    except Exception:
        return False


# %% is-safe-artifact | wrong | falls over damaged files
# fails is-safe-artifact-tests-fails-closed | A check that can be made to fall over
# fails is-safe-artifact-tests-hidden-inside | What cannot be read has not been checked
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    if not zipfile.is_zipfile(path):
        try:
            json.loads(Path(path).read_bytes().decode("utf-8"))
            return True
        except ValueError:
            return False
    with zipfile.ZipFile(path) as archive:
        if "schema.json" not in archive.namelist():
            return False
        for member in archive.namelist():
            if member != "schema.json":
                np.load(io.BytesIO(archive.read(member)), allow_pickle=False)
    return not skops.io.get_untrusted_types(file=path)


# %% is-safe-artifact | wrong | accepts text of any kind
# fails is-safe-artifact-tests-hidden-inside | A pickle of protocol 0 was accepted
# fails is-safe-artifact-tests-fails-closed | You accepted an empty file
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    try:
        Path(path).read_text("utf-8")
        return True
    except UnicodeDecodeError:
        pass
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member != "schema.json":
                    np.load(io.BytesIO(archive.read(member)), allow_pickle=False)
        return not skops.io.get_untrusted_types(file=path)
    except Exception:
        return False


# %% is-safe-artifact | wrong | searches the members of an archive for pickles
# fails is-safe-artifact-tests-hidden-inside | called extra.npy
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    import pickletools

    try:
        if not zipfile.is_zipfile(path):
            json.loads(Path(path).read_bytes().decode("utf-8"))
            return True
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                try:
                    list(pickletools.genops(archive.read(member)))
                    return False
                except ValueError:
                    pass
        return not skops.io.get_untrusted_types(file=path)
    except Exception:
        return False


# %% is-safe-artifact | wrong | refuses everything
# fails is-safe-artifact-tests-interface | For an honest model.skops the answer is True
# fails is-safe-artifact-tests-content-not-name | A harmless file was refused
# fails is-safe-artifact-tests-hidden-inside | A check that refuses everything
# fails is-safe-artifact-tests-fails-closed | A check that refuses everything
def is_safe_artifact(path):
    """Return whether the file is a JSON document or a skops archive that cannot run code."""
    return False


# %% lineage | right | uses regular expressions
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    import re

    run_id = client.get_model_version(name, str(version)).run_id
    if not run_id:
        raise LineageError("the version has no run_id")
    try:
        run = client.get_run(run_id)
    except MlflowException:
        raise LineageError(f"run_id {run_id} does not exist")
    if run.info.lifecycle_stage == "deleted":
        raise LineageError(f"run_id {run_id} was deleted")
    problems, result = [], {"run_id": run_id}
    for key, pattern in {"data_sha256": "[0-9a-f]{64}", "git_commit": "[0-9a-f]{40}"}.items():
        result[key] = run.data.tags.get(key) or ""
        if not re.fullmatch(pattern, result[key]):
            problems.append(key)
    if problems:
        raise LineageError(str(problems))
    return result


# %% lineage | right | searches for the run
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    origin = client.get_model_version(name, version).run_id
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments)  # active runs only
    tags = {run.info.run_id: run.data.tags for run in runs}.get(origin)
    if tags is None:
        raise LineageError("run_id: there is no such run")

    def is_hex(text, length):
        return len(text) == length and all(letter in "0123456789abcdef" for letter in text)

    lengths = {"data_sha256": 64, "git_commit": 40}
    bad = [key for key in lengths if not is_hex(tags.get(key, ""), lengths[key])]
    if bad:
        raise LineageError("missing or not valid: " + " and ".join(bad))
    return {"run_id": origin} | {key: tags[key] for key in lengths}


# %% lineage | wrong | accepts empty text
# fails lineage-tests-blank-evidence | You accepted data_sha256 = ''
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    missing = [key for key in ("data_sha256", "git_commit") if key not in run.data.tags]
    if missing:
        raise LineageError(f"missing: {missing}")
    tags = run.data.tags
    return {
        "run_id": run_id,
        "data_sha256": tags["data_sha256"],
        "git_commit": tags["git_commit"],
    }


# %% lineage | wrong | accepts any text that is not empty
# fails lineage-tests-blank-evidence | You accepted data_sha256 = ' '
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    found = {key: run.data.tags.get(key) for key in ("data_sha256", "git_commit")}
    missing = [key for key, value in found.items() if not value]
    if missing:
        raise LineageError(f"missing: {missing}")
    return {"run_id": run_id, **found}


# %% lineage | wrong | counts characters and does not look at them
# fails lineage-tests-blank-evidence | z'. A tag that is there and says nothing
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    found = {key: run.data.tags.get(key, "") for key in ("data_sha256", "git_commit")}
    lengths = {"data_sha256": 64, "git_commit": 40}
    missing = [key for key, value in found.items() if len(value) != lengths[key]]
    if missing:
        raise LineageError(f"missing: {missing}")
    return {"run_id": run_id, **found}


# %% lineage | wrong | stops at the first gap
# fails lineage-tests-blank-evidence | the message does not name both
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    result = {"run_id": run_id}
    for key, length in (("data_sha256", 64), ("git_commit", 40)):
        value = run.data.tags.get(key, "")
        if len(value) != length or not set(value) <= set("0123456789abcdef"):
            raise LineageError(f"no valid {key}")
        result[key] = value
    return result


# %% lineage | wrong | leaves gaps as None
# fails lineage-tests-blank-evidence | You accepted data_sha256 = ''
# fails lineage-tests-from-the-run | filled the gap from the tags of the version
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    tags = client.get_run(run_id).data.tags if run_id else {}
    return {
        "run_id": run_id,
        "data_sha256": tags.get("data_sha256"),
        "git_commit": tags.get("git_commit"),
    }


# %% lineage | wrong | reads the tags of the version
# fails lineage-tests-interface | LineageError: missing
# fails lineage-tests-blank-evidence | This evidence is complete and valid
# fails lineage-tests-from-the-run | You believed tags of the version
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    origin = client.get_model_version(name, version)
    result = {"run_id": origin.run_id}
    for key, length in (("data_sha256", 64), ("git_commit", 40)):
        value = origin.tags.get(key, "")
        if len(value) == length and set(value) <= set("0123456789abcdef"):
            result[key] = value
    missing = {"data_sha256", "git_commit"} - set(result)
    if missing:
        raise LineageError(f"missing: {missing}")
    return result


# %% lineage | wrong | fills gaps from the tags of the version
# fails lineage-tests-from-the-run | filled the gap from the tags of the version
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    origin = client.get_model_version(name, version)
    try:
        run = client.get_run(origin.run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    tags = {**origin.tags, **run.data.tags}
    result = {"run_id": origin.run_id}
    for key, length in (("data_sha256", 64), ("git_commit", 40)):
        value = tags.get(key, "")
        if len(value) == length and set(value) <= set("0123456789abcdef"):
            result[key] = value
    missing = {"data_sha256", "git_commit"} - set(result)
    if missing:
        raise LineageError(f"missing: {missing}")
    return result


# %% lineage | wrong | takes the run that was made last
# fails lineage-tests-from-the-run | the run that was made last
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    experiment = client.get_experiment_by_name("laboratory")
    run = client.search_runs([experiment.experiment_id], order_by=["start_time DESC"])[0]
    result = {"run_id": run.info.run_id}
    for key, length in (("data_sha256", 64), ("git_commit", 40)):
        value = run.data.tags.get(key, "")
        if len(value) == length and set(value) <= set("0123456789abcdef"):
            result[key] = value
    missing = {"data_sha256", "git_commit"} - set(result)
    if missing:
        raise LineageError(f"missing: {missing}")
    return result


# %% lineage | wrong | trusts a run in the bin
# fails lineage-tests-from-the-run | names a run that has been deleted
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    result = {"run_id": run_id}
    for key, length in (("data_sha256", 64), ("git_commit", 40)):
        value = run.data.tags.get(key, "")
        if len(value) == length and set(value) <= set("0123456789abcdef"):
            result[key] = value
    missing = {"data_sha256", "git_commit"} - set(result)
    if missing:
        raise LineageError(f"missing: {missing}")
    return result


# %% lineage | wrong | looks only at how a hash begins
# fails lineage-tests-blank-evidence | It begins like a hash and goes on
def lineage(client, name, version):
    """Return the run, the data hash and the commit that `version` of `name` was made from."""
    import re

    run_id = client.get_model_version(name, version).run_id
    try:
        run = client.get_run(run_id)
    except Exception:
        raise LineageError("no such run_id")
    if run.info.lifecycle_stage != "active":
        raise LineageError("the run of this run_id was deleted")
    found = {key: run.data.tags.get(key, "") for key in ("data_sha256", "git_commit")}
    patterns = {"data_sha256": "[0-9a-f]{64}", "git_commit": "[0-9a-f]{40}"}
    missing = [key for key in patterns if not re.match(patterns[key], found[key])]
    if missing:
        raise LineageError(f"missing: {missing}")
    return {"run_id": run_id, **found}


# %% approve | right | collects the objections
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    me = person.user.casefold()
    objections = []
    if me == request.trained_by.casefold():
        objections.append("trained the model")
    if me == request.asked_by.casefold():
        objections.append("asks for the approval")
    if not any(role == "approver" for role in person.roles):
        objections.append("is not an approver")
    if today < request.asked_on or today > request.expires_on:
        objections.append("comes on the wrong day")
    if objections:
        raise Refused(f"{person.user}: {', '.join(objections)}")
    return dict(
        model=request.model,
        version=request.version,
        approved_by=person.user,
        approved_on=str(today),
    )


# %% approve | right | checks what must hold in one condition
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    is_checker = "approver" in person.roles
    is_maker = person.user.upper() in (request.asked_by.upper(), request.trained_by.upper())
    days = (today - request.asked_on).days, (request.expires_on - today).days
    if is_checker and not is_maker and min(days) >= 0:
        return {
            "model": request.model,
            "version": request.version,
            "approved_by": person.user,
            "approved_on": today.strftime("%Y-%m-%d"),
        }
    raise Refused("not a checker, or a maker, or not in time")


# %% approve | wrong | lets a maker who is an approver approve
# fails approve-tests-maker-is-not-checker | two roles in one person are one pair of eyes
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | forgets the one who trained the model
# fails approve-tests-maker-is-not-checker | because somebody else was sent to ask
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() == request.asked_by.lower():
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | compares names letter by letter
# fails approve-tests-maker-is-not-checker | writing the name in capitals
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user in (request.asked_by, request.trained_by):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | changes only the case of the person
# fails approve-tests-maker-is-not-checker | because somebody else was sent to ask
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by, request.trained_by):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | lets an administrator do everything
# fails approve-tests-role | Somebody with the roles ['admin']
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if not person.roles & {"approver", "admin"}:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | looks for the role inside other words
# fails approve-tests-role | nor a similar word stands in for it
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in str(person.roles):
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | does not look at roles
# fails approve-tests-role | A right that was not given is not there
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | does not look at the dates
# fails approve-tests-dates | An expired request was approved
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | reads the clock
# fails approve-tests-interface | Refused: not the right time
# fails approve-tests-maker-is-not-checker | nothing speaks against Noor
# fails approve-tests-role | Kim is an approver
# fails approve-tests-dates | Today is the day that the caller says
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    # a learner writes date.today(); a fixed day stands for it here, so that the bank does not age
    if not request.asked_on <= date(2027, 6, 1) <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | refuses on the last day
# fails approve-tests-dates | which counts as one of its days
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today < request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | accepts an approval from before the request
# fails approve-tests-dates | That is back-dated
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if today > request.expires_on:
        raise Refused("too late")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | compares the days of the month
# fails approve-tests-dates | which counts as one of its days
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on.day <= today.day <= request.expires_on.day:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | returns None instead of raising
# fails approve-tests-maker-is-not-checker | two roles in one person are one pair of eyes
# fails approve-tests-role | A right that was not given is not there
# fails approve-tests-dates | An expired request was approved
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        return None
    if "approver" not in person.roles:
        return None
    if not request.asked_on <= today <= request.expires_on:
        return None
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | wants the role to be the only one
# fails approve-tests-maker-is-not-checker | not even her other roles
# fails approve-tests-role | that is no reason to refuse
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if person.roles != {"approver"}:
        raise Refused(f"{person.user} is not an approver")
    if not request.asked_on <= today <= request.expires_on:
        raise Refused("not the right time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": today.isoformat(),
    }


# %% approve | wrong | writes the day without zeros
# fails approve-tests-dates | Months and days have two digits
def approve(request, person, today):
    """Return the record of the approval of `request` by `person`, or raise Refused."""
    if person.user.lower() in (request.asked_by.lower(), request.trained_by.lower()):
        raise Refused("you cannot approve your own request")
    if "approver" not in person.roles:
        raise Refused(f"{person.user} is not an approver")
    if today < request.asked_on or today > request.expires_on:
        raise Refused("not in time")
    return {
        "model": request.model,
        "version": request.version,
        "approved_by": person.user,
        "approved_on": f"{today.year}-{today.month}-{today.day}",
    }


# %% audit-log | right | hashes one JSON document with both parts
def entry_hash(event, previous):
    document = {"event": event, "previous": previous}
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        event = json.loads(json.dumps(event))
        previous = self.entries[-1]["hash"] if self.entries else START
        self.entries.append(
            {"event": event, "previous": previous, "hash": entry_hash(event, previous)}
        )

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        links = [START] + [entry["hash"] for entry in self.entries]
        for entry, link in zip(self.entries, links):
            if entry["previous"] != link or entry["hash"] != entry_hash(entry["event"], link):
                return False
        return head is None or links[-1] == head


# %% audit-log | right | builds the log again and compares
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = START
        if len(self.entries) > 0:
            previous = self.entries[-1]["hash"]
        digest = hashlib.sha256()
        digest.update(previous.encode())
        digest.update(json.dumps(event, sort_keys=True, ensure_ascii=False).encode("utf-8"))
        self.entries.append(
            {"event": copy.deepcopy(event), "previous": previous, "hash": digest.hexdigest()}
        )

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        again = AuditLog()
        for entry in self.entries:
            again.append(entry["event"])
        if again.entries != self.entries:
            return False
        last = again.entries[-1]["hash"] if again.entries else START
        return head in (None, last)


# %% audit-log | right | hashes the hash of the event and builds the chain again
class AuditLog:
    def __init__(self):
        self.entries = []

    def append(self, event):
        text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        previous = self.entries[-1]["hash"] if self.entries else START
        inner = hashlib.sha256(text.encode()).digest()
        self.entries.append(
            dict(
                event=json.loads(text),
                previous=previous,
                hash=hashlib.sha256(bytes.fromhex(previous) + inner).hexdigest(),
            )
        )

    def verify(self, head=None):
        fresh = AuditLog()
        for entry in self.entries:
            fresh.append(entry["event"])
        return fresh.entries == self.entries and (
            head is None or head == (self.entries[-1]["hash"] if self.entries else START)
        )


# %% audit-log | wrong | hashes the event alone
# fails audit-log-tests-changed | a list of checksums, not a chain
# fails audit-log-tests-removed-and-moved | The first entry was removed, and verify noticed nothing
# fails audit-log-tests-head | depends on the last event alone
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        text = json.dumps(event, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        for entry in self.entries:
            text = json.dumps(entry["event"], sort_keys=True)
            if entry["hash"] != hashlib.sha256(text.encode()).hexdigest():
                return False
        return head is None or (self.entries[-1]["hash"] if self.entries else START) == head


# %% audit-log | wrong | checks the links, but leaves them out of the hash
# fails audit-log-tests-changed | A link that is not itself part of the hash
# fails audit-log-tests-removed-and-moved | the links were mended afterwards
# fails audit-log-tests-head | depends on the last event alone
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        text = json.dumps(event, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            text = json.dumps(entry["event"], sort_keys=True)
            if entry["previous"] != previous:
                return False
            if entry["hash"] != hashlib.sha256(text.encode()).hexdigest():
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | checks the links and never the events
# fails audit-log-tests-interface | An entry was changed: verify() returns False
# fails audit-log-tests-changed | compute each hash again
# fails audit-log-tests-removed-and-moved | the links were mended afterwards
# fails audit-log-tests-head | verify looked at nothing else
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        text = previous + json.dumps(event, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | recomputes hashes and never follows the links
# fails audit-log-tests-changed | a list of checksums, not a chain
# fails audit-log-tests-removed-and-moved | The first entry was removed, and verify noticed nothing
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        if not all(e["hash"] == self._hash(e["event"], e["previous"]) for e in self.entries):
            return False
        last = self.entries[-1]["hash"] if self.entries else START
        return head is None or head == last


# %% audit-log | wrong | starts to follow the chain at the second entry
# fails audit-log-tests-removed-and-moved | The first entry was removed, and verify noticed nothing
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        for number, entry in enumerate(self.entries):
            if entry["hash"] != self._hash(entry["event"], entry["previous"]):
                return False
            if number > 0 and entry["previous"] != self.entries[number - 1]["hash"]:
                return False
        last = self.entries[-1]["hash"] if self.entries else START
        return head is None or head == last


# %% audit-log | wrong | keeps the caller's own dict
# fails audit-log-tests-fixed-record | holds the caller's own dict, not a copy
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": event, "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | copies one level deep
# fails audit-log-tests-fixed-record | the copy goes one level deep only
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": dict(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | hashes the text that str gives
# fails audit-log-tests-fixed-record | the order of the keys of a dict carries no meaning
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        return hashlib.sha256((previous + str(event)).encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | uses Python's own hash
# fails audit-log-tests-interface | A SHA-256 has 64 hexadecimal digits
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return format(hash(text) % 2**64, "x")

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | does not look at the head
# fails audit-log-tests-head | of no use to verify
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return True


# %% audit-log | wrong | accepts a head from anywhere in the log
# fails audit-log-tests-head | A head from the middle of the log was accepted
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        hashes = [START]
        for entry in self.entries:
            if entry["previous"] != hashes[-1]:
                return False
            if entry["hash"] != self._hash(entry["event"], hashes[-1]):
                return False
            hashes.append(entry["hash"])
        return head is None or head in hashes


# %% audit-log | wrong | remembers the last hash outside the entries
# fails audit-log-tests-fixed-record | all that it knows must stand in its entries
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []
        self.last = START

    def _hash(self, event, previous):
        text = previous + json.dumps(event, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        digest = self._hash(event, self.last)
        self.entries.append({"event": copy.deepcopy(event), "previous": self.last, "hash": digest})
        self.last = digest

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous


# %% audit-log | wrong | sorts the keys of the outermost dict only
# fails audit-log-tests-fixed-record | neither in the event nor in a dict inside it
class AuditLog:
    """An append-only log in which every entry depends on all entries before it."""

    def __init__(self):
        self.entries = []

    def _hash(self, event, previous):
        text = previous + str(sorted(event.items()))
        return hashlib.sha256(text.encode()).hexdigest()

    def append(self, event):
        """Add a copy of `event` to the end of the chain."""
        previous = self.entries[-1]["hash"] if self.entries else START
        digest = self._hash(event, previous)
        self.entries.append({"event": copy.deepcopy(event), "previous": previous, "hash": digest})

    def verify(self, head=None):
        """Return whether the chain is whole and, if `head` is given, ends there."""
        previous = START
        for entry in self.entries:
            if entry["previous"] != previous:
                return False
            if entry["hash"] != self._hash(entry["event"], previous):
                return False
            previous = entry["hash"]
        return head is None or head == previous
