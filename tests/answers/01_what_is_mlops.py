"""Answers to assignment 01, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""


# %% kind-of | right | a dictionary, with the other accepted kinds
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    return {
        "night-duty": "takes over",
        "old-model-back": "extends",
        "true-growers": "new",
        "price-list": "neither",
        "invoice-tests": "takes over",
        "unit-of-acid": "extends",
        "known-wines": "extends",
        "slow-answers": "takes over",
        "usual-alcohol": "new",
        "spring-truth": "extends",
        "first-of-month": "new",
        "errors-pile-up": "new",
        "nightly-build": "takes over",
        "rows-by-number": "extends",
        "server-recipe": "takes over",
        "one-in-twenty": "takes over",
    }[practice]


# %% kind-of | right | a chain of ifs that ends in extends
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice == "price-list":
        return "neither"
    if practice in ["true-growers", "spring-truth", "first-of-month", "errors-pile-up", "usual-alcohol"]:
        return "new"
    web_shop = ["night-duty", "invoice-tests", "slow-answers", "nightly-build", "server-recipe"]
    return "takes over" if practice in web_shop else "extends"


# %% kind-of | wrong | takes continuous integration for a thing of code alone
# fails kind-of-tests-tested | continuous integration, which the web shop has; in MLOps
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice == "price-list":
        return "neither"
    if practice in ["night-duty", "invoice-tests", "slow-answers", "nightly-build", "server-recipe"]:
        return "takes over"
    if practice in ["old-model-back", "rows-by-number", "one-in-twenty"]:
        return "extends"
    return "new"


# %% kind-of | wrong | takes the validation of data for data science
# fails kind-of-tests-tested | validating data is part of running the system
# fails kind-of-tests-watched | The model was fitted to one kind of wine
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice in ["price-list", "unit-of-acid", "usual-alcohol"]:
        return "neither"
    if practice in ["night-duty", "invoice-tests", "slow-answers", "nightly-build", "server-recipe"]:
        return "takes over"
    if practice in ["old-model-back", "known-wines", "rows-by-number", "one-in-twenty"]:
        return "extends"
    return "new"


# %% kind-of | wrong | takes the watching of response times for a matter of models
# fails kind-of-tests-watched | Customers of a web shop wait just as impatiently
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice == "price-list":
        return "neither"
    if practice in ["night-duty", "invoice-tests", "nightly-build", "server-recipe"]:
        return "takes over"
    if practice in ["true-growers", "spring-truth", "first-of-month", "errors-pile-up"]:
        return "new"
    return "extends"


# %% kind-of | wrong | sees nothing new in MLOps
# fails kind-of-tests-trained | Which habit of the web shop would this extend?
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    given = {"price-list": "neither", "true-growers": "new"}
    if practice in given:
        return given[practice]
    if practice in ["night-duty", "invoice-tests", "slow-answers", "nightly-build", "server-recipe"]:
        return "takes over"
    return "extends"


# %% kind-of | wrong | takes every repetition for continuous training
# fails kind-of-tests-trained | nothing is learned in it
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice == "price-list":
        return "neither"
    if practice in ["night-duty", "invoice-tests", "slow-answers", "server-recipe"]:
        return "takes over"
    if practice in ["old-model-back", "unit-of-acid", "known-wines", "rows-by-number", "one-in-twenty"]:
        return "extends"
    return "new"


# %% kind-of | wrong | thinks that versions of code make versions of data unnecessary
# fails kind-of-tests-kept | From its code alone you can make the shop again
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    if practice == "price-list":
        return "neither"
    if practice in ["true-growers", "spring-truth", "first-of-month", "errors-pile-up"]:
        return "new"
    if practice in ["old-model-back", "unit-of-acid", "known-wines", "usual-alcohol"]:
        return "extends"
    return "takes over"


# %% kind-of | wrong | answers the examples, and extends for the rest
# fails kind-of-tests-tested | no model and no training data in an invoice
# fails kind-of-tests-watched | Customers of a web shop wait
# fails kind-of-tests-trained | nothing is learned in it
# fails kind-of-tests-kept | the machine does not know whether a model runs on it
def kind_of(practice):
    """Return what the practice is to DevOps: one of the four kinds (str)."""
    examples = {"night-duty": "takes over", "true-growers": "new", "price-list": "neither"}
    return examples.get(practice, "extends")


# %% silent-failure-report | right | with accuracy by hand and a deep copy
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    report = {"raised": False, "before": float(np.mean(model.predict(X) == np.asarray(y)))}
    try:
        broken = corrupt(X.copy(deep=True))
        report["after"] = float(np.mean(model.predict(broken) == np.asarray(y)))
        lost = report["before"] - report["after"]
        report["verdict"] = "silent" if lost > tolerance else "harmless"
    except Exception:
        report.update(raised=True, after=None, verdict="loud")
    return report


# %% silent-failure-report | right | decides at the end
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before, after, raised = model.score(X, y), None, False
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        raised = True
    if raised:
        verdict = "loud"
    elif after < before - tolerance:
        verdict = "silent"
    else:
        verdict = "harmless"
    return dict(raised=raised, before=before, after=after, verdict=verdict)


# %% silent-failure-report | wrong | calls a low score an exception
# fails silent-failure-report-tests-silent | Nothing was raised: the program ran to its end
# fails silent-failure-report-tests-harmless | How much may be lost is for the caller
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
        if before - after > tolerance:
            raise ValueError("the accuracy is too low")
        return {"raised": False, "before": before, "after": after, "verdict": "harmless"}
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}


# %% silent-failure-report | wrong | fits the model to the broken samples
# fails silent-failure-report-tests-silent | a model that was fitted to the broken samples
# fails silent-failure-report-tests-untouched | You were to try it, not to train it
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        broken = corrupt(X.copy())
        model.score(broken, y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    after = model.fit(broken, y).score(broken, y)
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | breaks the caller's samples
# fails silent-failure-report-tests-untouched | reached the caller's own samples
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | takes the score before only after the accident
# fails silent-failure-report-tests-loud | came out of your function
# fails silent-failure-report-tests-untouched | reached the caller's own samples
# fails silent-failure-report-tests-interface | The feature names should match
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    raised, after = False, None
    broken = corrupt(X)
    before = model.score(X, y)
    after = model.score(broken, y)
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": raised, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | expects a ValueError and no other
# fails silent-failure-report-tests-loud | of every type, wherever in the chain
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except ValueError:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | guards the prediction and not the accident
# fails silent-failure-report-tests-loud | of every type, wherever in the chain
# fails silent-failure-report-tests-untouched | The accident itself went wrong half way
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    broken = corrupt(X.copy())
    try:
        after = model.score(broken, y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | reports an accuracy of zero after an exception
# fails silent-failure-report-tests-loud | a zero would say that all of
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": 0.0, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | takes any change of the score for a failure
# fails silent-failure-report-tests-harmless | A change for the better is a change, but no loss
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if abs(before - after) > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | forgets the tolerance
# fails silent-failure-report-tests-harmless | How much may be lost is for the caller
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if after < before else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | takes the tolerance for a share
# fails silent-failure-report-tests-harmless | an amount of accuracy, not a share
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if after < before * (1 - tolerance) else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | counts a loss that is just within the tolerance
# fails silent-failure-report-tests-harmless | only more than that counts
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after >= tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | judges how good the model is, not what it lost
# fails silent-failure-report-tests-harmless | not how good the model is
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    try:
        after = model.score(corrupt(X.copy()), y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if after < 1 - tolerance and after <= before else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | expects the accident to change its argument
# fails silent-failure-report-tests-interface | A missing column makes the model raise
# fails silent-failure-report-tests-loud | an exception was raised, and your report says
# fails silent-failure-report-tests-silent | which of the two did you try
# fails silent-failure-report-tests-harmless | How much may be lost is for the caller
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    before = model.score(X, y)
    broken = X.copy()
    try:
        corrupt(broken)
        after = model.score(broken, y)
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% silent-failure-report | wrong | measures accuracy against the answers before
# fails silent-failure-report-tests-silent | on the broken samples the model gets
# fails silent-failure-report-tests-harmless | not against what the model answered before
def silent_failure_report(model, X, y, corrupt, tolerance=0.05):
    """Return how the model fares on broken inputs, and whether it says so (dict)."""
    old = model.predict(X)
    before = model.score(X, y)
    try:
        after = float(np.mean(model.predict(corrupt(X.copy())) == old))
    except Exception:
        return {"raised": True, "before": before, "after": None, "verdict": "loud"}
    verdict = "silent" if before - after > tolerance else "harmless"
    return {"raised": False, "before": before, "after": after, "verdict": verdict}


# %% release-success | right | with logarithms, and the ends by hand
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return math.prod([p_step] * n)


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if limit >= 1:
        return 0
    if p_step == 1:
        return math.inf
    if p_step == 0:
        return 1
    return math.ceil(math.log(limit) / math.log(p_step))


# %% release-success | right | one step after the other
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    chance = 1.0
    for _ in range(n):
        chance *= p_step
    return chance


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    n, chance = 0, 1.0
    while chance > limit:
        if p_step == 1:
            return float("inf")
        n, chance = n + 1, chance * p_step
    return n


# %% release-success | wrong | takes off the chance of failure once for each step
# fails release-success-tests-interface | Three steps that succeed half of the time
# fails release-success-tests-all | counted twice
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return max(0.0, 1 - n * (1 - p_step))


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if p_step == 1 and limit < 1:
        return math.inf
    n = 0
    while p_step**n > limit:
        n += 1
    return n


# %% release-success | wrong | multiplies by the number of steps
# fails release-success-tests-interface | Three steps that succeed half of the time
# fails release-success-tests-all | A longer list is not a safer one
# fails release-success-tests-edges | Where there is no step, none can fail
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return n * p_step


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if p_step == 1 and limit < 1:
        return math.inf
    n = 0
    while p_step**n > limit:
        n += 1
    return n


# %% release-success | wrong | asks that at least one step succeeds
# fails release-success-tests-interface | Three steps that succeed half of the time
# fails release-success-tests-all | One good step does not make a release
# fails release-success-tests-edges | Where there is no step, none can fail
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return 1 - (1 - p_step) ** n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if p_step == 1 and limit < 1:
        return math.inf
    n = 0
    while p_step**n > limit:
        n += 1
    return n


# %% release-success | wrong | rounds the number of steps down
# fails release-success-tests-interface | The examples say 3 and 3 steps
# fails release-success-tests-steps | is not taken yet
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if limit == 1:
        return 0
    if p_step in (0, 1):
        return math.inf if p_step else 1
    return math.floor(math.log(limit) / math.log(p_step))


# %% release-success | wrong | stops one step too late
# fails release-success-tests-interface | The examples say 3 and 3 steps
# fails release-success-tests-edges | before the first step is taken
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if p_step == 1 and limit < 1:
        return math.inf
    n = 0
    while p_step**n >= limit:
        n += 1
        if p_step == 1:
            break
    return n


# %% release-success | wrong | forgets that steps may never fail
# fails release-success-tests-edges | no list of them, however long
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    return math.ceil(math.log(limit) / math.log(p_step))


# %% release-success | wrong | rounds to the nearest number of steps
# fails release-success-tests-interface | The examples say 3 and 3 steps
# fails release-success-tests-steps | is not taken yet
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if limit == 1:
        return 0
    if p_step in (0, 1):
        return math.inf if p_step else 1
    return round(math.log(limit) / math.log(p_step))


# %% release-success | wrong | counts for ever where steps never fail
# fails release-success-tests-edges | was still counting after five seconds
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    n = 0
    while p_step**n > limit:
        n += 1
    return n


# %% release-success | wrong | begins to count at one
# fails release-success-tests-edges | before the first step is taken
def release_success(p_step, n):
    """Return the probability that all n steps succeed (float)."""
    return p_step**n


def steps_until(p_step, limit):
    """Return the smallest number of steps that all succeed with probability <= limit."""
    if p_step == 1:
        return math.inf
    n = 1
    while p_step**n > limit:
        n += 1
    return n


# %% missing-knowledge | right | with a defaultdict
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    from collections import defaultdict

    heads = defaultdict(set)
    for role in knows:
        heads[role] |= knows[role]
    for giver, receiver, facts in handoffs:
        for fact in facts:
            if fact in heads[giver]:
                heads[receiver].add(fact)
    lacking = {}
    for role, facts in needs.items():
        if not facts <= heads[role]:
            lacking[role] = facts - heads[role]
    return lacking


# %% missing-knowledge | right | deep copy first
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    import copy

    state = copy.deepcopy(knows)
    for giver, receiver, facts in handoffs:
        state.setdefault(giver, set())
        state.setdefault(receiver, set())
        state[receiver] |= state[giver].intersection(facts)
    result = {}
    for role in needs:
        gap = needs[role] - state.get(role, set())
        if len(gap) > 0:
            result[role] = gap
    return result


# %% missing-knowledge | wrong | thinks that what one knows all know
# fails missing-knowledge-tests-interface | You returned {}
# fails missing-knowledge-tests-relay | It does not help the operator at night
# fails missing-knowledge-tests-order | what is known later was not said earlier
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    everything = set().union(*knows.values())
    lacks = {role: facts - everything for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | lets people pass on what they do not know
# fails missing-knowledge-tests-interface | could not pass it on
# fails missing-knowledge-tests-relay | Nobody can pass on what nobody told them
# fails missing-knowledge-tests-order | what is known later was not said earlier
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        known[receiver] = known.get(receiver, set()) | facts
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | goes round until nobody learns any more
# fails missing-knowledge-tests-order | what is known later was not said earlier
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for _ in range(len(handoffs)):
        for giver, receiver, facts in handoffs:
            passed = facts & known.get(giver, set())
            known[receiver] = known.get(receiver, set()) | passed
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | looks at what everybody knew at the beginning
# fails missing-knowledge-tests-interface | has all that is needed
# fails missing-knowledge-tests-relay | the limit was lost on the way
# fails missing-knowledge-tests-order | They spoke a second time
# fails missing-knowledge-tests-kept | can tell a third
# fails missing-knowledge-tests-edges | Only a role that lacks something is to be listed
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    lacks = {role: facts - knows.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | lets givers pass on only what they knew at the beginning
# fails missing-knowledge-tests-interface | was never told the seed
# fails missing-knowledge-tests-relay | the limit was lost on the way
# fails missing-knowledge-tests-order | They spoke a second time
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        known.setdefault(receiver, set()).update(facts & knows.get(giver, set()))
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | lets the giver forget
# fails missing-knowledge-tests-relay | the limit was lost on the way
# fails missing-knowledge-tests-kept | can tell a third
# fails missing-knowledge-tests-interface | has all that is needed
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        passed = facts & known.get(giver, set())
        known[giver] = known.get(giver, set()) - passed
        known[receiver] = known.get(receiver, set()) | passed
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | replaces what the receiver knew
# fails missing-knowledge-tests-kept | before anybody said anything
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        known[receiver] = facts & known.get(giver, set())
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | lists roles that lack nothing
# fails missing-knowledge-tests-interface | is not to be listed
# fails missing-knowledge-tests-relay | the limit was lost on the way
# fails missing-knowledge-tests-order | when the engineer knew it
# fails missing-knowledge-tests-kept | can tell a third
# fails missing-knowledge-tests-edges | Only a role that lacks something is to be listed
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        passed = facts & known.get(giver, set())
        known[receiver] = known.get(receiver, set()) | passed
    return {role: facts - known.get(role, set()) for role, facts in needs.items()}


# %% missing-knowledge | wrong | teaches the caller's own people
# fails missing-knowledge-tests-edges | Your function changed knows
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    for giver, receiver, facts in handoffs:
        knows.setdefault(receiver, set()).update(facts & knows.get(giver, set()))
    lacks = {role: facts - knows.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | trips over a giver of whom nothing is known
# fails missing-knowledge-tests-edges | a person who has not been told anything yet
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        known[receiver] = known.get(receiver, set()) | (facts & known[giver])
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% missing-knowledge | wrong | narrows the caller's own hand-offs
# fails missing-knowledge-tests-edges | change a set
def missing_knowledge(knows, handoffs, needs):
    """Return what each role needs and does not know after the hand-offs (dict of sets)."""
    known = {role: set(facts) for role, facts in knows.items()}
    for giver, receiver, facts in handoffs:
        facts &= known.get(giver, set())
        known.setdefault(receiver, set()).update(facts)
    lacks = {role: facts - known.get(role, set()) for role, facts in needs.items()}
    return {role: facts for role, facts in lacks.items() if facts}


# %% cace | right | takes the column out of two tables of weights
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    changed = X.copy()
    changed[feature] = change(changed[feature])
    tables = []
    for data in (X, changed):
        model = model_factory()
        model.fit(data, y)
        tables.append(pd.DataFrame(model[-1].coef_, columns=X.columns).drop(columns=feature))
    return float((tables[0] - tables[1]).abs().max().max())


# %% cace | right | a loop over the places of the others
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    old, new = model_factory(), model_factory()
    old.fit(X, y)
    new.fit(X.assign(**{feature: change(X[feature].copy())}), y)
    largest = 0.0
    for place, name in enumerate(X.columns):
        if name != feature:
            for a, b in zip(old[-1].coef_[:, place], new[-1].coef_[:, place]):
                largest = max(largest, abs(float(a) - float(b)))
    return largest


# %% cace | right | one model, cloned for the second fit
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    first = model_factory()
    second = clone(first)
    old = first.fit(X, y).steps[-1][1].coef_
    shifted = X.copy()
    shifted[feature] = change(shifted[feature])
    new = second.fit(shifted, y).steps[-1][1].coef_
    here = list(X.columns).index(feature)
    return float(np.delete(np.abs(new - old), here, axis=1).max())


# %% cace | wrong | reports how far the changed feature itself moved
# fails cace-tests-others | by how much its own weight moved
# fails cace-tests-size | the weight that moved furthest moved by
# fails cace-tests-fitted | a whole retraining moves the
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_
    place = X.columns.get_loc(feature)
    return float(np.abs(after - before)[:, place].max())


# %% cace | wrong | looks at all features, the changed one too
# fails cace-tests-others | by how much its own weight moved
# fails cace-tests-size | the weight that moved furthest moved by
# fails cace-tests-fitted | a whole retraining moves the
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_
    return float(np.abs(after - before).max())


# %% cace | wrong | compares sizes, not weights
# fails cace-tests-size | a feature that spoke against now speaks for
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = np.abs(model_factory().fit(X, y)[-1].coef_)
    after = np.abs(model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_)
    return float(np.abs(after - before)[:, X.columns != feature].max())


# %% cace | wrong | forgets that weights can fall
# fails cace-tests-size | A weight that falls has moved as far
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_
    return float((after - before)[:, X.columns != feature].max())


# %% cace | wrong | looks at the first class alone
# fails cace-tests-size | There is a row for each class
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_[0]
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_[0]
    return float(np.abs(after - before)[X.columns != feature].max())


# %% cace | wrong | returns the mean
# fails cace-tests-others | the weight of another feature
# fails cace-tests-size | You returned a mean
# fails cace-tests-fitted | a whole retraining moves the
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_
    return float(np.abs(after - before)[:, X.columns != feature].mean())


# %% cace | wrong | keeps the scaler of the old samples
# fails cace-tests-fitted | a scaler that was fitted to the old samples does
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    old = model_factory().fit(X, y)
    changed = X.assign(**{feature: change(X[feature])})
    new = model_factory()[-1].fit(old[:-1].transform(changed), y)
    return float(np.abs(new.coef_ - old[-1].coef_)[:, X.columns != feature].max())


# %% cace | wrong | changes the caller's table
# fails cace-tests-fitted | Your function changed X
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    X[feature] = change(X[feature])
    after = model_factory().fit(X, y)[-1].coef_
    return float(np.abs(after - before)[:, X.columns != feature].max())


# %% cace | wrong | compares one model with itself
# fails cace-tests-interface | The others move by about a tenth
# fails cace-tests-others | before and after cannot be the same pipeline
# fails cace-tests-size | the weight that moved furthest
# fails cace-tests-fitted | a whole retraining moves the
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    model = model_factory()
    before = model.fit(X, y)
    after = model.fit(X.assign(**{feature: change(X[feature])}), y)
    moved = np.abs(after[-1].coef_ - before[-1].coef_)
    return float(moved[:, X.columns != feature].max())


# %% cace | wrong | leaves out the first column, whatever it is
# fails cace-tests-others | by how much its own weight moved
# fails cace-tests-size | the weight that moved furthest
def cace(model_factory, X, y, feature, change):
    """Return how far the weights of the other features move when `feature` changes (float)."""
    before = model_factory().fit(X, y)[-1].coef_
    after = model_factory().fit(X.assign(**{feature: change(X[feature])}), y)[-1].coef_
    return float(np.abs(after - before)[:, 1:].max())


# %% debt-smells | right | one question after the other
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    smells = set()
    for reader in system["read_by"]:
        if reader not in system["agreed_readers"]:
            smells.add("undeclared consumer")
    for data in system["inputs"]:
        if data["owner"] != system["team"] and not data["contract"]:
            smells.add("unstable data dependency")
        if data["name"] in system["changed_by_predictions"]:
            smells.add("feedback loop")
    production = sum(n for kind, n in system["lines"].items() if kind != "tests")
    if system["lines"].get("glue", 0) > production / 2:
        smells.add("glue code")
    for flag in system["flags"]:
        if flag["over"] and flag["switchable"]:
            smells.add("dead experimental code path")
    if not all(system["settings"].values()):
        smells.add("configuration debt")
    return smells


# %% debt-smells | right | with any and set operations
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = pd.Series(system["lines"]).drop("tests", errors="ignore")
    names = {data["name"] for data in system["inputs"]}
    checks = [
        ("undeclared consumer", not set(system["read_by"]) <= set(system["agreed_readers"])),
        (
            "unstable data dependency",
            any(d["owner"] != system["team"] and not d["contract"] for d in system["inputs"]),
        ),
        ("feedback loop", bool(names & set(system["changed_by_predictions"]))),
        ("glue code", lines.get("glue", 0) / max(lines.sum(), 1) > 0.5),
        ("dead experimental code path", any(f["over"] & f["switchable"] for f in system["flags"])),
        (
            "configuration debt",
            not system["settings"]["reviewed"] or not system["settings"]["versioned"],
        ),
    ]
    return {name for name, there in checks if there}


# %% debt-smells | wrong | calls a big model a debt
# fails debt-smells-tests-together | it is not work that was put off
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    inputs, flags = system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()) or system["parameters"] > 1_000_000:
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | counts readers instead of comparing names
# fails debt-smells-tests-others | what counts is who is missing from it
# fails debt-smells-tests-together | This system has all six debts
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    inputs, flags = system["inputs"], system["flags"]
    smells = set()
    if len(system["read_by"]) > len(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | compares the two lists of readers for being equal
# fails debt-smells-tests-interface | This system has no debts
# fails debt-smells-tests-others | That is no undeclared consumer
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    inputs, flags = system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) != set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | misses the undeclared consumer and the feedback loop
# fails debt-smells-tests-interface | Billing reads the answers
# fails debt-smells-tests-others | The growers read the answers
# fails debt-smells-tests-together | This system has all six debts
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    smells = set()
    if any(i["owner"] != system["team"] and not i["contract"] for i in system["inputs"]):
        smells.add("unstable data dependency")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in system["flags"]):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | takes tests for glue
# fails debt-smells-tests-interface | This system has no debts
# fails debt-smells-tests-lines | tests are neither debt nor an excuse
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines, inputs, flags = system["lines"], system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * (lines.get("glue", 0) + lines.get("tests", 0)) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | lets tests make up for glue
# fails debt-smells-tests-lines | tests are neither debt nor an excuse
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines, inputs, flags = system["lines"], system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | thinks that every flag and every foreign input is a debt
# fails debt-smells-tests-interface | This system has no debts
# fails debt-smells-tests-others | that is what contracts are for
# fails debt-smells-tests-switches | It takes both to be dead and dangerous
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] for i in system["inputs"]):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in system["inputs"]):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if system["flags"]:
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | is content with settings that are reviewed or versioned
# fails debt-smells-tests-switches | one without the other is not enough
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    inputs, flags = system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] or system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | expects that there always is glue
# fails debt-smells-tests-lines | A kind that is not there has no lines
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines, inputs, flags = system["lines"], system["inputs"], system["flags"]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines["glue"] > sum(lines.values()) - lines.get("tests", 0):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | sees a loop wherever predictions have an influence
# fails debt-smells-tests-interface | This system has no debts
# fails debt-smells-tests-others | a loop is closed only where
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in system["inputs"]):
        smells.add("unstable data dependency")
    if system["changed_by_predictions"]:
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in system["flags"]):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | takes the tests out of the caller's description
# fails debt-smells-tests-together | Your function changed the description
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines, inputs, flags = system["lines"], system["inputs"], system["flags"]
    lines.pop("tests", None)
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if any(i["owner"] != system["team"] and not i["contract"] for i in inputs):
        smells.add("unstable data dependency")
    if any(i["name"] in system["changed_by_predictions"] for i in inputs):
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if any(flag["over"] and flag["switchable"] for flag in flags):
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% debt-smells | wrong | looks at the first entry of each list only
# fails debt-smells-tests-others | One such input among several is enough
# fails debt-smells-tests-switches | It takes both to be dead and dangerous
def debt_smells(system):
    """Return the smells of technical debt that the system has (set of str)."""
    lines = {kind: count for kind, count in system["lines"].items() if kind != "tests"}
    first, flag = system["inputs"][0], system["flags"][0]
    smells = set()
    if set(system["read_by"]) - set(system["agreed_readers"]):
        smells.add("undeclared consumer")
    if first["owner"] != system["team"] and not first["contract"]:
        smells.add("unstable data dependency")
    if first["name"] in system["changed_by_predictions"]:
        smells.add("feedback loop")
    if 2 * lines.get("glue", 0) > sum(lines.values()):
        smells.add("glue code")
    if flag["over"] and flag["switchable"]:
        smells.add("dead experimental code path")
    if not (system["settings"]["reviewed"] and system["settings"]["versioned"]):
        smells.add("configuration debt")
    return smells


# %% benefits-of | right | names a second benefit where there is one
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    return {
        "fire-drill": {"risk reduction"},
        "shortcut-keys": {"efficiency"},
        "odd-samples": {"risk reduction"},
        "numbered-models": {"risk reduction", "efficiency"},
        "second-signature": {"risk reduction"},
        "inspectors-log": {"risk reduction"},
        "harvest-machines": {"scalability", "efficiency"},
        "one-recipe": {"scalability", "efficiency"},
        "one-command": {"efficiency", "scalability"},
        "clean-shelf": {"efficiency", "scalability"},
        "robot-checks": {"efficiency", "risk reduction"},
    }[habit]


# %% benefits-of | right | with other accepted answers
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit in {"harvest-machines", "one-recipe", "clean-shelf"}:
        return {"scalability"}
    if habit in {"shortcut-keys", "one-command"}:
        return {"efficiency"}
    return {"risk reduction"}


# %% benefits-of | wrong | thinks that versions are for having many models
# fails benefits-of-tests-risk | Ten models in a cupboard are not the point
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit in ("harvest-machines", "one-recipe", "numbered-models"):
        return {"scalability"}
    if habit in ("shortcut-keys", "one-command", "clean-shelf", "robot-checks"):
        return {"efficiency"}
    return {"risk reduction"}


# %% benefits-of | wrong | thinks that watching inputs saves work
# fails benefits-of-tests-risk | somebody must now get up and look
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit in ("harvest-machines", "one-recipe"):
        return {"scalability"}
    if habit in ("shortcut-keys", "one-command", "clean-shelf", "robot-checks", "odd-samples"):
        return {"efficiency"}
    return {"risk reduction"}


# %% benefits-of | wrong | names all three for most
# fails benefits-of-tests-interface | A habit that is good for everything convinces nobody
# fails benefits-of-tests-risk | efficiency is what is given up
# fails benefits-of-tests-scale | It lets nothing grow
# fails benefits-of-tests-effort | Keeping a record for somebody else is extra work
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit == "fire-drill":
        return {"risk reduction"}
    if habit == "shortcut-keys":
        return {"efficiency"}
    return {"efficiency", "scalability", "risk reduction"}


# %% benefits-of | wrong | calls everything efficiency and risk reduction
# fails benefits-of-tests-risk | efficiency is what is given up
# fails benefits-of-tests-scale | nobody is hired for them
# fails benefits-of-tests-effort | Keeping a record for somebody else is extra work
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    given = {"fire-drill": {"risk reduction"}, "shortcut-keys": {"efficiency"}}
    return given.get(habit, {"efficiency", "risk reduction"})


# %% benefits-of | wrong | mistakes automation for safety
# fails benefits-of-tests-risk | What became of the two days?
# fails benefits-of-tests-effort | Minutes instead of two days
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit in ("harvest-machines", "one-recipe"):
        return {"scalability"}
    if habit in ("shortcut-keys", "clean-shelf"):
        return {"efficiency"}
    return {"risk reduction"}


# %% benefits-of | wrong | takes more machines for less work only
# fails benefits-of-tests-scale | Ten times as many samples come
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    saves = ("harvest-machines", "one-recipe", "shortcut-keys", "one-command", "clean-shelf")
    return {"efficiency"} if habit in (*saves, "robot-checks") else {"risk reduction"}


# %% benefits-of | wrong | returns names instead of sets
# fails benefits-of-tests-interface | return a set of the three names
# fails benefits-of-tests-effort | also where it holds a single name
def benefits_of(habit):
    """Return what the habit is done for in the first place (set of one or two str)."""
    if habit in ("harvest-machines", "one-recipe"):
        return "scalability"
    if habit in ("shortcut-keys", "one-command", "clean-shelf", "robot-checks"):
        return "efficiency"
    return "risk reduction"


# %% spell-out | right | two dictionaries, and deployment
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    return {
        "CI": "continuous integration",
        "CD": "continuous deployment",
        "CT": "continuous training",
        "CM": "continuous monitoring",
    }[letters]


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    if event == "button":
        return "CD"
    if event == "grower-b":
        return "CM"
    return "CT" if event in ("monday-labels", "successor") else "CI"


# %% spell-out | right | match statements
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    second = dict(CI="integration", CD="delivery", CT="training", CM="monitoring")[letters]
    return "continuous " + second


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    match event:
        case "rounding" | "no-unit":
            return "CI"
        case "monday-labels" | "successor":
            return "CT"
        case "grower-b":
            return "CM"
    return "CD"


# %% spell-out | wrong | reads CT as continuous testing
# fails spell-out-tests-words | tests belong to CI
# fails spell-out-tests-changes | a change is tested and refused
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "delivery", "T": "testing", "M": "monitoring"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    return {
        "button": "CD",
        "rounding": "CI",
        "no-unit": "CT",
        "monday-labels": "CT",
        "successor": "CT",
        "grower-b": "CM",
    }[event]


# %% spell-out | wrong | reads CT as continuous tuning
# fails spell-out-tests-words | the whole of making a model again
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "delivery", "T": "tuning", "M": "monitoring"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    return {
        "button": "CD",
        "rounding": "CI",
        "no-unit": "CI",
        "monday-labels": "CT",
        "successor": "CT",
        "grower-b": "CM",
    }[event]


# %% spell-out | wrong | takes monitoring for whatever happens to data
# fails spell-out-tests-changes | Monitoring looks at production
# fails spell-out-tests-production | Which of the four makes models?
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "delivery", "T": "training", "M": "monitoring"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    data = ("no-unit", "monday-labels", "successor", "grower-b")
    return "CM" if event in data else {"button": "CD", "rounding": "CI"}[event]


# %% spell-out | wrong | answers an alarm by training
# fails spell-out-tests-changes | nothing is tested or made
# fails spell-out-tests-production | Perhaps the wines of B have arrived
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "delivery", "T": "training", "M": "monitoring"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    letters = {"button": "CD", "rounding": "CI", "no-unit": "CI"}
    return letters.get(event, "CT")


# %% spell-out | wrong | takes a new model for a release
# fails spell-out-tests-production | nobody has brought it out yet
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "deployment", "T": "training", "M": "monitoring"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    return {
        "button": "CD",
        "rounding": "CI",
        "no-unit": "CI",
        "monday-labels": "CD",
        "successor": "CT",
        "grower-b": "CM",
    }[event]


# %% spell-out | wrong | reads M as measurement and I as improvement
# fails spell-out-tests-words | The I is older than MLOps
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "improvement", "D": "delivery", "T": "training", "M": "measurement"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    return {
        "button": "CD",
        "rounding": "CI",
        "no-unit": "CI",
        "monday-labels": "CT",
        "successor": "CT",
        "grower-b": "CM",
    }[event]


# %% spell-out | wrong | reads M as measurement
# fails spell-out-tests-words | The M is about looking at what happens in production
def spell_out(letters):
    """Return the two words that CI, CD, CT or CM stands for (str)."""
    words = {"I": "integration", "D": "delivery", "T": "training", "M": "measurement"}
    return f"continuous {words[letters[1]]}"


def which_c(event):
    """Return the letters of the practice that the event describes (str)."""
    return {
        "button": "CD",
        "rounding": "CI",
        "no-unit": "CI",
        "monday-labels": "CT",
        "successor": "CT",
        "grower-b": "CM",
    }[event]
