"""Answers to assignment 02, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""


# %% phase-of | right | asks phase by phase
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    if activity in {"locks", "photographs"}:
        return "data gathering"
    if activity in {"hump", "gaps"}:
        return "analysis"
    if activity in {"miles", "last_hire"}:
        return "transformation"
    if activity in {"fit", "depths"}:
        return "training"
    if activity in {"limit", "rivals"}:
        return "validation"
    if activity in {"app", "sunday"}:
        return "serving"
    if activity in {"refusals", "verdicts"}:
        return "monitoring"
    if activity in {"winter", "three_weeks"}:
        return "retraining"
    raise KeyError(activity)


# %% phase-of | right | lists the members of each phase, labelling as preparation
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    members = {
        "data gathering": "locks",
        "transformation": "photographs miles last_hire",
        "analysis": "hump gaps",
        "training": "fit depths",
        "validation": "limit rivals",
        "serving": "app sunday",
        "monitoring": "refusals verdicts",
        "retraining": "winter three_weeks",
    }
    return next(name for name, some in members.items() if activity in some.split())


# %% phase-of | wrong | takes labelling for analysis
# fails phase-of-tests-data | they add a column that was not there
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "analysis",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes the threshold for training
# fails phase-of-tests-model | No parameter of the model changes
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "training",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes a rollback for monitoring
# fails phase-of-tests-use | The alarm was monitoring, and it is over
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "monitoring",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes a rollback for retraining
# fails phase-of-tests-use | a model that exists already is put back
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "retraining",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes late outcomes for validation
# fails phase-of-tests-use | This one has been out for a month
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "validation",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes every fit for training
# fails phase-of-tests-again | because it begins with a reason from operation
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "training",
        "three_weeks": "training",
    }
    return phase[activity]


# %% phase-of | wrong | takes the start of a new fit for monitoring
# fails phase-of-tests-again | The activity that follows is a new fit
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "monitoring",
    }
    return phase[activity]


# %% phase-of | wrong | takes every comparison of scores for validation
# fails phase-of-tests-model | may this model be used?
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "validation",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes counted gaps for transformation
# fails phase-of-tests-data | Ada counts the gaps and fills none of them
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "transformation",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | takes new columns for new data
# fails phase-of-tests-data | the column is computed from what is there
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data gathering",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "data gathering",
        "last_hire": "data gathering",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "serving",
        "sunday": "serving",
        "refusals": "monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% phase-of | wrong | answers with categories of systems
# fails phase-of-tests-interface | one of the eight names in PHASES
# fails phase-of-tests-data | the data only arrive
# fails phase-of-tests-use | A customer is waiting
def phase_of(activity):
    """Return the phase (str, one of PHASES) to which an activity of ACTIVITIES belongs."""
    phase = {
        "locks": "data collection",
        "photographs": "data gathering",
        "hump": "analysis",
        "gaps": "analysis",
        "miles": "transformation",
        "last_hire": "transformation",
        "fit": "training",
        "depths": "training",
        "limit": "validation",
        "rivals": "validation",
        "app": "endpoint deployment",
        "sunday": "serving",
        "refusals": "endpoint monitoring",
        "verdicts": "monitoring",
        "winter": "retraining",
        "three_weeks": "retraining",
    }
    return phase[activity]


# %% category-of | right | asks category by category
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    if part in {"clock_job"}:
        return "data processing"
    if part in {"lock_reader"}:
        return "data collection"
    if part in {"speed_library"}:
        return "feature engineering"
    if part in {"photo_desk"}:
        return "data labelling"
    if part in {"sketchbook"}:
        return "model design"
    if part in {"night_cluster", "monthly_job"}:
        return "training and optimisation"
    if part in {"score_address", "back_switch"}:
        return "endpoint deployment"
    if part in {"hour_page"}:
        return "endpoint monitoring"
    raise KeyError(part)


# %% category-of | right | lists the parts of each category
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    members = {
        "data processing": "clock_job",
        "data collection": "lock_reader",
        "feature engineering": "speed_library",
        "data labelling": "photo_desk",
        "model design": "sketchbook",
        "training and optimisation": "night_cluster monthly_job",
        "endpoint deployment": "score_address back_switch",
        "endpoint monitoring": "hour_page",
    }
    return next(name for name, some in members.items() if part in some.split())


# %% category-of | wrong | answers with a phase for the job that fits again
# fails category-of-tests-interface | the two lists are not the same
# fails category-of-tests-model | for the first time or again
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data labelling",
        "sketchbook": "model design",
        "night_cluster": "training and optimisation",
        "monthly_job": "retraining",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts labelling as collection
# fails category-of-tests-data | The photographs are collected already
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data collection",
        "sketchbook": "model design",
        "night_cluster": "training and optimisation",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts features as processing
# fails category-of-tests-data | It does more than put data in order
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "data processing",
        "photo_desk": "data labelling",
        "sketchbook": "model design",
        "night_cluster": "training and optimisation",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts the switch as monitoring
# fails category-of-tests-model | what the switch changes is which version answers
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data labelling",
        "sketchbook": "model design",
        "night_cluster": "training and optimisation",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint monitoring",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts the search as design
# fails category-of-tests-model | The form of the model is chosen already
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data labelling",
        "sketchbook": "model design",
        "night_cluster": "model design",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts a careful release as monitoring
# fails category-of-tests-model | a way of letting a version out
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data labelling",
        "sketchbook": "model design",
        "night_cluster": "training and optimisation",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint monitoring",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% category-of | wrong | counts the sketches as training
# fails category-of-tests-model | not a single parameter is fitted
def category_of(part):
    """Return the category (str, one of CATEGORIES) of a part of the system."""
    category = {
        "clock_job": "data processing",
        "lock_reader": "data collection",
        "speed_library": "feature engineering",
        "photo_desk": "data labelling",
        "sketchbook": "training and optimisation",
        "night_cluster": "training and optimisation",
        "monthly_job": "training and optimisation",
        "score_address": "endpoint deployment",
        "back_switch": "endpoint deployment",
        "hour_page": "endpoint monitoring",
    }
    return category[part]


# %% order-crispml | right | files one task after the other
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    number = {
        "euros": 0, "enough": 0, "counsel": 0, "speeds": 1, "outliers": 1, "first_fit": 2,
        "settings": 2, "untouched": 3, "noise": 3, "go": 3, "one_in_fifty": 4, "way_back": 4,
        "watch": 5, "renew": 5,
    }
    phases = [set() for _ in range(6)]
    for task in tasks:
        phases[number[task]].add(task)
    return phases


# %% order-crispml | right | keeps the names of the phases
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    names = {
        "business and data understanding": ("euros", "enough", "counsel"),
        "data engineering": ("speeds", "outliers"),
        "model engineering": ("first_fit", "settings"),
        "evaluation": ("untouched", "noise", "go"),
        "deployment": ("one_in_fifty", "way_back"),
        "monitoring and maintenance": ("watch", "renew"),
    }
    return [{task for task in tasks if task in members} for members in names.values()]


# %% order-crispml | wrong | keeps business and data apart, as CRISP-DM does
# fails order-crispml-tests-beginning | as the older CRISP-DM does
# fails order-crispml-tests-empty | CRISP-ML(Q) has six phases, and you return 7
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "counsel"},
        {"enough"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | ends with deployment
# fails order-crispml-tests-end | You end with deployment
# fails order-crispml-tests-empty | CRISP-ML(Q) has six phases, and you return 5
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back", "watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | evaluates after deployment
# fails order-crispml-tests-end | Then they are the test set
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"one_in_fifty", "way_back"},
        {"untouched", "noise", "go"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | decides when the model is out already
# fails order-crispml-tests-end | even one booking in fifty is a customer
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise"},
        {"one_in_fifty", "way_back", "go"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | leaves out phases without a task
# fails order-crispml-tests-empty | A phase for which nobody has planned anything is still a phase
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases if phase & set(tasks)]


# %% order-crispml | wrong | always returns all the tasks
# fails order-crispml-tests-empty | tasks appear that were not given
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back"},
        {"watch", "renew"},
    ]
    return phases


# %% order-crispml | wrong | begins with the data
# fails order-crispml-tests-beginning | The project does not begin with what the business wants
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"speeds", "outliers"},
        {"euros", "enough", "counsel"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | counts measuring as part of modelling
# fails order-crispml-tests-end | You measure and search in one phase
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings", "untouched", "noise"},
        {"go"},
        {"one_in_fifty", "way_back"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | asks counsel when all is done
# fails order-crispml-tests-beginning | a late 'no' costs the whole project
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough"},
        {"speeds", "outliers"},
        {"first_fit", "settings"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back", "counsel"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | fits again in the modelling phase
# fails order-crispml-tests-end | its reason comes from watching
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit", "settings", "renew"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back"},
        {"watch"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% order-crispml | wrong | tries it on customers, then makes it better
# fails order-crispml-tests-beginning | The third phase makes models
def order_crispml(tasks):
    """Return the tasks as a list of sets (of str), one for each phase of CRISP-ML(Q), in order."""
    phases = [
        {"euros", "enough", "counsel"},
        {"speeds", "outliers"},
        {"first_fit"},
        {"untouched", "noise", "go"},
        {"one_in_fifty", "way_back", "settings"},
        {"watch", "renew"},
    ]
    return [phase & set(tasks) for phase in phases]


# %% google-level | right | counts the two steps
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    automatic = organisation.training == "pipeline"
    return int(automatic) + int(automatic and organisation.pipeline_ci_cd)


# %% google-level | right | asks from the top
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.pipeline_ci_cd:
        return 2
    if organisation.started_by:
        return 1
    return 0


# %% google-level | wrong | gives level 2 for containers
# fails google-level-tests-by-hand | A container says how a model is packed
# fails google-level-tests-pipeline | how a change of the pipeline itself reaches production
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.containers:
        return 2
    if organisation.training == "pipeline":
        return 2 if organisation.pipeline_ci_cd else 1
    return 0


# %% google-level | wrong | gives level 1 for tests of the app
# fails google-level-tests-by-hand | The tests are of the app
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training == "pipeline":
        return 2 if organisation.pipeline_ci_cd else 1
    return 1 if organisation.app_tested else 0


# %% google-level | wrong | gives level 2 for tests of the app
# fails google-level-tests-pipeline | how a change of the pipeline itself reaches production
# fails google-level-tests-ci-cd | the highest level is reached
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return 0
    return 2 if organisation.app_tested else 1


# %% google-level | wrong | gives level 2 for dashboards
# fails google-level-tests-pipeline | how a change of the pipeline itself reaches production
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training == "pipeline":
        return 2 if organisation.dashboards or organisation.pipeline_ci_cd else 1
    return 0


# %% google-level | wrong | gives level 2 when models are released automatically
# fails google-level-tests-pipeline | how a change of the pipeline itself reaches production
# fails google-level-tests-ci-cd | the highest level is reached
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return 0
    return 2 if organisation.model_release == "automatic" else 1


# %% google-level | wrong | takes tests of the app and automatic releases together for CI/CD
# fails google-level-tests-pipeline | how a change of the pipeline itself reaches production
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return 0
    released = organisation.app_tested and organisation.model_release == "automatic"
    return 2 if released or organisation.pipeline_ci_cd else 1


# %% google-level | wrong | gives everybody level 0
# fails google-level-tests-by-hand | What tells it from those that train by hand?
# fails google-level-tests-pipeline | is continuous training, whatever starts it
# fails google-level-tests-ci-cd | the highest level is reached
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    return 0


# %% google-level | wrong | wants new data or a measurement, not a calendar
# fails google-level-tests-pipeline | is continuous training, whatever starts it
# fails google-level-tests-ci-cd | the highest level is reached
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if not organisation.started_by - {"schedule"}:
        return 0
    return 2 if organisation.pipeline_ci_cd else 1


# %% google-level | wrong | counts possessions
# fails google-level-tests-by-hand | The ladder counts no possessions
# fails google-level-tests-pipeline | is continuous training, whatever starts it
# fails google-level-tests-ci-cd | the highest level is reached
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    things = [
        organisation.app_tested, organisation.containers, organisation.dashboards,
        organisation.feature_store, organisation.runs_tracked, organisation.pipeline_ci_cd,
        organisation.training == "pipeline",
    ]
    return min(2, sum(things) // 2)


# %% google-level | wrong | wants tests of the app for the top as well
# fails google-level-tests-ci-cd | no other possession is needed
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return 0
    return 2 if organisation.pipeline_ci_cd and organisation.app_tested else 1


# %% google-level | wrong | wants automatic releases of models for the top as well
# fails google-level-tests-ci-cd | no other possession is needed
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return 0
    released = organisation.model_release == "automatic"
    return 2 if organisation.pipeline_ci_cd and released else 1


# %% google-level | wrong | returns the level as text
# fails google-level-tests-interface | Return a whole number
# fails google-level-tests-by-hand | You gave level 0
# fails google-level-tests-pipeline | You gave level 1
# fails google-level-tests-ci-cd | You gave level 2
def google_level(organisation):
    """Return the level of an Organisation on Google's ladder (int, 0 to 2)."""
    if organisation.training != "pipeline":
        return "0"
    return "2" if organisation.pipeline_ci_cd else "1"


# %% microsoft-level | right | goes down the ladder with early returns
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    if not organisation.app_tested:
        return 0
    if organisation.training != "pipeline" or not organisation.runs_tracked:
        return 1
    if organisation.model_release != "automatic":
        return 2
    if "production metrics" not in organisation.started_by:
        return 3
    return 4


# %% microsoft-level | right | multiplies the steps
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    steps = [
        organisation.app_tested,
        bool(organisation.started_by) and organisation.runs_tracked,
        organisation.model_release == "automatic",
        "production metrics" in organisation.started_by,
    ]
    return int(np.cumprod(steps).sum())


# %% microsoft-level | wrong | takes any tested app for automated training
# fails microsoft-level-tests-software | DevOps but no MLOps
# fails microsoft-level-tests-automatic | Half a step is no step
# fails microsoft-level-tests-skipped | no automatic training
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    if not organisation.app_tested:
        return 0
    if organisation.model_release != "automatic":
        return 2
    return 4 if "production metrics" in organisation.started_by else 3


# %% microsoft-level | wrong | takes any retraining for the top
# fails microsoft-level-tests-automatic | That happens whether or not the model in use is well
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested:
        level = 1
        if organisation.training == "pipeline" and organisation.runs_tracked:
            level = 2
            if organisation.model_release == "automatic":
                level = 3
                if organisation.started_by:
                    level = 4
    return level


# %% microsoft-level | wrong | wants retraining on metrics for automated deployment
# fails microsoft-level-tests-automatic | it need not retrain on what production measures
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    if not organisation.app_tested:
        return 0
    if organisation.training != "pipeline" or not organisation.runs_tracked:
        return 1
    if organisation.model_release != "automatic":
        return 2
    return 4 if "production metrics" in organisation.started_by else 2


# %% microsoft-level | wrong | takes the highest step that is there
# fails microsoft-level-tests-skipped | a ladder is climbed from below
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    if "production metrics" in organisation.started_by:
        return 4
    if organisation.model_release == "automatic":
        return 3
    if organisation.training == "pipeline" and organisation.runs_tracked:
        return 2
    return 1 if organisation.app_tested else 0


# %% microsoft-level | wrong | counts the steps, wherever there is a gap
# fails microsoft-level-tests-skipped | a ladder is climbed from below
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    return sum(
        [
            organisation.app_tested,
            organisation.training == "pipeline" and organisation.runs_tracked,
            organisation.model_release == "automatic",
            "production metrics" in organisation.started_by,
        ]
    )


# %% microsoft-level | wrong | forgets that training must leave a trace
# fails microsoft-level-tests-automatic | whose pipeline leaves no trace
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested:
        level = 1
        if organisation.training == "pipeline":
            level = 2
            if organisation.model_release == "automatic":
                level = 3
                if "production metrics" in organisation.started_by:
                    level = 4
    return level


# %% microsoft-level | wrong | takes tracked runs for automated training
# fails microsoft-level-tests-software | DevOps but no MLOps
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested:
        level = 1
        if organisation.runs_tracked:
            level = 2
            if organisation.model_release == "automatic":
                level = 3
                if "production metrics" in organisation.started_by:
                    level = 4
    return level


# %% microsoft-level | wrong | takes the release of the pipeline for the release of the model
# fails microsoft-level-tests-automatic | For automated deployment it need not
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested:
        level = 1
        if organisation.training == "pipeline" and organisation.runs_tracked:
            level = 2
            if organisation.pipeline_ci_cd:
                level = 3
                if "production metrics" in organisation.started_by:
                    level = 4
    return level


# %% microsoft-level | wrong | takes containers for DevOps
# fails microsoft-level-tests-software | Containers, screens and stores are no level
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested or organisation.containers:
        level = 1
        if organisation.training == "pipeline" and organisation.runs_tracked:
            level = 2
            if organisation.model_release == "automatic":
                level = 3
                if "production metrics" in organisation.started_by:
                    level = 4
    return level


# %% microsoft-level | wrong | takes dashboards for production metrics
# fails microsoft-level-tests-automatic | that has all four steps
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    level = 0
    if organisation.app_tested:
        level = 1
        if organisation.training == "pipeline" and organisation.runs_tracked:
            level = 2
            if organisation.model_release == "automatic":
                level = 3
                if organisation.dashboards:
                    level = 4
    return level


# %% microsoft-level | wrong | takes stored features for recorded runs
# fails microsoft-level-tests-automatic | whose pipeline leaves no trace
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    traced = organisation.runs_tracked or organisation.feature_store
    if not organisation.app_tested:
        return 0
    if organisation.training != "pipeline" or not traced:
        return 1
    if organisation.model_release != "automatic":
        return 2
    return 4 if "production metrics" in organisation.started_by else 3


# %% microsoft-level | wrong | takes tests of the pipeline for tests of the app
# fails microsoft-level-tests-skipped | no tests of the app
def microsoft_level(organisation):
    """Return the level of an Organisation on Microsoft's ladder (int, 0 to 4)."""
    steps = [
        organisation.app_tested or organisation.pipeline_ci_cd,
        organisation.training == "pipeline" and organisation.runs_tracked,
        organisation.model_release == "automatic",
        "production metrics" in organisation.started_by,
    ]
    return (steps + [False]).index(False)


# %% use-case-of | right | asks use case by use case
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    if complaint in {"sixty"}:
        return "experimentation"
    if complaint in {"why_me"}:
        return "explainability"
    if complaint in {"eight_weeks"}:
        return "monitoring"
    if complaint in {"easter"}:
        return "scalability"
    if complaint in {"one_in_hundred"}:
        return "performance"
    if complaint in {"eleven_days"}:
        return "training and deployment"
    if complaint in {"autumn"}:
        return "reproducibility"
    if complaint in {"march"}:
        return "versioning"
    if complaint in {"friday_night"}:
        return "governance"
    if complaint in {"scooters"}:
        return "lifecycle management"
    if complaint in {"intern", "hundred_rides"}:
        return "security"
    raise KeyError(complaint)


# %% use-case-of | right | lists the complaints of each use case
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    members = {
        "experimentation": "sixty",
        "explainability": "why_me",
        "monitoring": "eight_weeks",
        "scalability": "easter",
        "performance": "one_in_hundred",
        "training and deployment": "eleven_days",
        "reproducibility": "autumn",
        "versioning": "march",
        "governance": "friday_night",
        "lifecycle management": "scooters",
        "security": "intern hundred_rides",
    }
    return next(name for name, some in members.items() if complaint in some.split())


# %% use-case-of | wrong | takes explainability for monitoring
# fails use-case-of-tests-understand | she still wants the reasons for her own case
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "monitoring",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes monitoring for explainability
# fails use-case-of-tests-understand | Somebody should have watched their share
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "explainability",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes load for speed
# fails use-case-of-tests-time | grow with the number of people who ask
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "performance",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes speed for load
# fails use-case-of-tests-time | more machines would not help
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "scalability",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes a slow release for a slow model
# fails use-case-of-tests-time | its way out of the workshop is too long
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "performance",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes a result that cannot be repeated for a lost version
# fails use-case-of-tests-order | obtain the same result from them
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "versioning",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes a lost file for a result to repeat
# fails use-case-of-tests-order | They want to name the file that served
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "reproducibility",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes a missing approval for a matter of deployment
# fails use-case-of-tests-order | Somebody had to agree beforehand
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "training and deployment",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | takes poisoned data for drift
# fails use-case-of-tests-order | but this is no drift
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "monitoring",
    }
    return answers[complaint]


# %% use-case-of | wrong | watches a model that should be retired
# fails use-case-of-tests-order | Nobody decides that it has had its day
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "governance",
        "scooters": "monitoring",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% use-case-of | wrong | invents a name
# fails use-case-of-tests-interface | one of the eleven names in USE_CASES
# fails use-case-of-tests-order | Who had to agree, and did not?
def use_case_of(complaint):
    """Return the use case (str, one of USE_CASES) that answers a complaint."""
    answers = {
        "sixty": "experimentation",
        "why_me": "explainability",
        "eight_weeks": "monitoring",
        "easter": "scalability",
        "one_in_hundred": "performance",
        "eleven_days": "training and deployment",
        "autumn": "reproducibility",
        "march": "versioning",
        "friday_night": "approval",
        "scooters": "lifecycle management",
        "intern": "security",
        "hundred_rides": "security",
    }
    return answers[complaint]


# %% profit | right | goes through the hires one by one
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | right | counts each cell of the table
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    y, p = np.array(y), np.array(p)
    handed, called = p < low, (p >= low) & (p < high)
    good, bad = y == 0, y == 1
    euros = gain * (handed & good).sum() - loss * (handed & bad).sum()
    return float(euros + gain * (called & good).sum() - call_cost * called.sum())


# %% profit | right | drops the indices and selects
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    table = pd.DataFrame({"y": list(y), "p": list(p)})
    table["earned"] = np.select(
        [table["p"] < low, table["p"] < high],
        [gain - (gain + loss) * table["y"], gain * (1 - table["y"]) - call_cost],
        default=0.0,
    )
    return float(table["earned"].sum())


# %% profit | wrong | charges the gain of good customers who are refused
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-matrix | That money never came
# fails profit-tests-limits | From the upper limit on, the app refuses
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0 if harmed else -gain
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | takes harmed and in order for each other
# fails profit-tests-matrix | You take the outcomes for each other
# fails profit-tests-calls | You refuse whoever is called
# fails profit-tests-limits | so the customer is called
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += gain if harmed else -loss
        elif risk >= high:
            euros += 0
        else:
            euros += gain - call_cost if harmed else -call_cost
    return euros


# %% profit | wrong | charges a bicycle for good customers who are refused
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-matrix | No bicycle left the station
# fails profit-tests-limits | From the upper limit on, the app refuses
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0 if harmed else -loss
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | books avoided losses as income
# fails profit-tests-matrix | A loss that was avoided is no income
# fails profit-tests-limits | a probability that lies on both is refused
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += loss if harmed else 0
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | hands over on the lower limit
# fails profit-tests-limits | A probability that is exactly the lower limit is not below it
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk <= low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | calls on the upper limit
# fails profit-tests-limits | the limit itself is included
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk > high:
            euros += 0
        else:
            euros += -call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | loses bicycles after a call
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-calls | You lose bicycles after a call
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0
        else:
            euros += -loss - call_cost if harmed else gain - call_cost
    return euros


# %% profit | wrong | charges only the calls that end well
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-calls | The call was made, and costs
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0
        else:
            euros += 0 if harmed else gain - call_cost
    return euros


# %% profit | wrong | takes a call for a refusal
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-calls | You refuse whoever is called
# fails profit-tests-limits | so the customer is called
# fails profit-tests-many | For 3,000 hires
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    euros = 0.0
    for harmed, risk in zip(y, p):
        if risk < low:
            euros += -loss if harmed else gain
        elif risk >= high:
            euros += 0
        else:
            euros += -call_cost
    return euros


# %% profit | wrong | returns the mean of a hire
# fails profit-tests-interface | earn -60 euros
# fails profit-tests-matrix | you return
# fails profit-tests-calls | you return
# fails profit-tests-limits | With the limits 0 and 1
# fails profit-tests-many | This is the mean of a hire
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    y, p = np.asarray(y), np.asarray(p)
    called = np.where(y == 1, 0, gain) - call_cost
    handed = np.where(y == 1, -loss, gain)
    return float(np.select([p < low, p < high], [handed, called], 0).mean())


# %% profit | wrong | lets pandas join the two by their index
# fails profit-tests-many | pandas joins Series by their index
def profit(y, p, low, high, gain, loss, call_cost):
    """Return the euros (float) that the policy earns on all hires together."""
    hires = pd.DataFrame({"y": y, "p": p})
    handed, called = hires[hires["p"] < low], hires[(hires["p"] >= low) & (hires["p"] < high)]
    euros = np.where(handed["y"] == 1, -loss, gain).sum()
    return float(euros + np.where(called["y"] == 1, 0, gain).sum() - call_cost * len(called))


# %% choose-threshold | right | keeps the best so far
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best, most = None, -np.inf
    for threshold in sorted(thresholds):
        euros = valid["earned"][valid["p"] < threshold].sum()
        if euros > most:
            best, most = threshold, euros
    return best, 1000 * later["earned"][later["p"] < best].sum() / len(later)


# %% choose-threshold | right | makes a table of all candidates
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    candidates = np.sort(thresholds)
    euros = [np.where(valid["p"] < t, valid["earned"], 0).sum() for t in candidates]
    best = float(candidates[int(np.argmax(euros))])
    return best, float(1000 * np.where(later["p"] < best, later["earned"], 0).mean())


# %% choose-threshold | wrong | chooses on the weeks of the report
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-weeks | those weeks have not happened
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def euros(hires, threshold):
        return hires.loc[hires["p"] < threshold, "earned"].sum()

    best = max(sorted(thresholds), key=lambda t: euros(later, t))
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | chooses on all weeks together
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-weeks | what has helped to choose can no longer judge
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def euros(hires, threshold):
        return hires.loc[hires["p"] < threshold, "earned"].sum()

    best = max(sorted(thresholds), key=lambda t: euros(valid, t) + euros(later, t))
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | takes a half
# fails choose-threshold-tests-weeks | should decide
# fails choose-threshold-tests-money | Nothing is special about the middle
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best = 0.5
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | counts right decisions
# fails choose-threshold-tests-money | count euros, not decisions
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def accuracy(threshold):
        return ((valid["p"] < threshold) == (valid["earned"] > 0)).mean()

    best = max(sorted(thresholds), key=accuracy)
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | reports the weeks of the choice
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-report | You report the weeks on which the threshold was chosen
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def euros(hires, threshold):
        return hires.loc[hires["p"] < threshold, "earned"].sum()

    best = max(sorted(thresholds), key=lambda t: euros(valid, t))
    return best, 1000 * euros(valid, best) / len(valid)


# %% choose-threshold | wrong | reports the sum
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-report | seasons of different size can be compared
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def euros(hires, threshold):
        return hires.loc[hires["p"] < threshold, "earned"].sum()

    best = max(sorted(thresholds), key=lambda t: euros(valid, t))
    return best, float(euros(later, best))


# %% choose-threshold | wrong | leaves the refused hires out of the report
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-report | You divide by the hires that were handed over
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def euros(hires, threshold):
        return hires.loc[hires["p"] < threshold, "earned"].sum()

    best = max(sorted(thresholds), key=lambda t: euros(valid, t))
    return best, 1000 * later.loc[later["p"] < best, "earned"].mean()


# %% choose-threshold | wrong | wants the most for each bicycle
# fails choose-threshold-tests-interface | 0.5 brings most on valid
# fails choose-threshold-tests-money | brings most for each bicycle
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    def per_hire(threshold):
        return valid.loc[valid["p"] < threshold, "earned"].mean()

    best = max(sorted(thresholds), key=per_hire)
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | takes the highest of equally good ones
# fails choose-threshold-tests-money | so take the lowest
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best, most = None, -np.inf
    for threshold in sorted(thresholds):
        euros = valid["earned"][valid["p"] < threshold].sum()
        if euros >= most:
            best, most = threshold, euros
    return best, 1000 * later["earned"][later["p"] < best].sum() / len(later)


# %% choose-threshold | wrong | hands over on the threshold
# fails choose-threshold-tests-report | A probability that is exactly the threshold is not below it
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best = max(sorted(thresholds), key=lambda t: valid.loc[valid["p"] <= t, "earned"].sum())
    return best, 1000 * later.loc[later["p"] <= best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | hands over on the threshold when it chooses
# fails choose-threshold-tests-report | When you choose, as when you report
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best = max(sorted(thresholds), key=lambda t: valid["earned"].where(valid["p"] <= t, 0).sum())
    return best, 1000 * later["earned"].where(later["p"] < best, 0).mean()


# %% choose-threshold | wrong | begins its search at a profit of zero
# fails choose-threshold-tests-money | a small loss brings more than a large one
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    best, most = max(thresholds), 0
    for threshold in sorted(thresholds):
        euros = valid.loc[valid["p"] < threshold, "earned"].sum()
        if euros > most:
            best, most = threshold, euros
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% choose-threshold | wrong | sorts the caller's list
# fails choose-threshold-tests-interface | changed the list of thresholds
def choose_threshold(valid, later, thresholds):
    """Return the best threshold on `valid` (float) and its euros per 1,000 hires of `later`."""
    thresholds.sort()
    best = max(thresholds, key=lambda t: valid.loc[valid["p"] < t, "earned"].sum())
    return best, 1000 * later.loc[later["p"] < best, "earned"].sum() / len(later)


# %% weekly-summary | right | goes week by week
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    rows = {}
    for week in sorted(set(hires.loc[hires["week"] <= now, "week"])):
        of_week = hires[hires["week"] == week]
        known = of_week[of_week["label_week"] <= now]
        rate = known["harmed"].sum() / len(known) if len(known) else np.nan
        rows[week] = {"hires": len(of_week), "known": len(known), "harm_rate": rate}
    return pd.DataFrame.from_dict(rows, orient="index")


# %% weekly-summary | right | summarises twice and puts the parts together
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    past = hires.query("week <= @now")
    known = past.query("label_week <= @now")
    table = pd.DataFrame({"hires": past.groupby("week").size()})
    table["known"] = known.groupby("week").size().reindex(table.index, fill_value=0)
    table["harm_rate"] = known.groupby("week")["harmed"].mean()
    return table


# %% weekly-summary | right | keeps a column of its own in a copy
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    log = hires.loc[hires["week"] <= now].copy()
    log["outcome"] = [h if k <= now else None for h, k in zip(log["harmed"], log["label_week"])]
    log["outcome"] = log["outcome"].astype(float)
    groups = log.groupby("week")["outcome"]
    return pd.DataFrame(
        {"hires": groups.size(), "known": groups.count(), "harm_rate": groups.mean()}
    )


# %% weekly-summary | wrong | counts unknown outcomes as in order
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-unknown | A verdict that has not been given is not a good one
# fails weekly-summary-tests-partly | Unknown is not zero
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    is_known = so_far["label_week"] <= now
    table = pd.DataFrame({"week": so_far["week"], "known": is_known})
    table["harmed"] = so_far["harmed"].where(is_known, 0)
    return table.groupby("week").agg(
        hires=("known", "size"), known=("known", "sum"), harm_rate=("harmed", "mean")
    )


# %% weekly-summary | wrong | drops weeks that are known in part
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-partly | A week is not either known or unknown here
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["label_week"] <= now)
    table = known.groupby(so_far["week"]).agg(hires="size", known="count", harm_rate="mean")
    return table.assign(harm_rate=table["harm_rate"].where(table["known"] == table["hires"]))


# %% weekly-summary | wrong | goes by the week of the hire and a delay of eight weeks
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-partly | each bicycle has its own delay
# fails weekly-summary-tests-delay | There is a column that says it
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["week"] + 8 <= now)
    return known.groupby(so_far["week"]).agg(hires="size", known="count", harm_rate="mean")


# %% weekly-summary | wrong | takes every outcome in the log
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-unknown | Whoever reads them knows the future
# fails weekly-summary-tests-partly | The log was read later
# fails weekly-summary-tests-delay | How old a hire is
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    return so_far.groupby("week")["harmed"].agg(hires="size", known="count", harm_rate="mean")


# %% weekly-summary | wrong | leaves out the week now itself
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-delay | you leave out an outcome whose label_week is 10
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["label_week"] < now)
    return known.groupby(so_far["week"]).agg(hires="size", known="count", harm_rate="mean")


# %% weekly-summary | wrong | leaves out hires that are not known
# fails weekly-summary-tests-interface | The index is the week of the hires
# fails weekly-summary-tests-unknown | A week of which nothing is known has vanished
# fails weekly-summary-tests-log | the rows should be the weeks
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    known = hires[(hires["week"] <= now) & (hires["label_week"] <= now)]
    return known.groupby("week")["harmed"].agg(hires="size", known="count", harm_rate="mean")


# %% weekly-summary | wrong | keeps hires of the future
# fails weekly-summary-tests-log | They have not been made yet
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    known = hires["harmed"].where(hires["label_week"] <= now)
    return known.groupby(hires["week"]).agg(hires="size", known="count", harm_rate="mean")


# %% weekly-summary | wrong | files outcomes under the week in which they become known
# fails weekly-summary-tests-interface | The index is the week of the hires
# fails weekly-summary-tests-unknown | A week of which nothing is known has vanished
# fails weekly-summary-tests-partly | not the week in which their outcomes arrive
# fails weekly-summary-tests-delay | Hires were made in the weeks 1 and 8
# fails weekly-summary-tests-log | the rows should be the weeks
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    known = hires["harmed"].where(hires["label_week"] <= now)
    table = known.groupby(hires["label_week"]).agg(hires="size", known="count", harm_rate="mean")
    return table.loc[:now].rename_axis("week")


# %% weekly-summary | wrong | leaves the count empty where nothing is known
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-unknown | so known is 0, a number like any other
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    past = hires[hires["week"] <= now]
    known = past[past["label_week"] <= now].groupby("week")["harmed"]
    table = pd.DataFrame({"hires": past.groupby("week").size()})
    return table.join(known.agg(known="count", harm_rate="mean"))


# %% weekly-summary | wrong | fills the rate with zero
# fails weekly-summary-tests-interface | In the example the column
# fails weekly-summary-tests-unknown | A verdict that has not been given is not a good one
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["label_week"] <= now)
    table = known.groupby(so_far["week"]).agg(hires="size", known="count", harm_rate="mean")
    return table.fillna(0)


# %% weekly-summary | wrong | drops weeks of which nothing is known
# fails weekly-summary-tests-interface | The index is the week of the hires
# fails weekly-summary-tests-unknown | A week of which nothing is known has vanished
# fails weekly-summary-tests-log | the rows should be the weeks
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["label_week"] <= now)
    table = known.groupby(so_far["week"]).agg(hires="size", known="count", harm_rate="mean")
    return table.dropna()


# %% weekly-summary | wrong | gives every week the rate of all weeks
# fails weekly-summary-tests-partly | Each week is judged by its own hires alone
def weekly_summary(hires, now):
    """Return hires, known and harm_rate by week (DataFrame), as known in week `now`."""
    so_far = hires[hires["week"] <= now]
    known = so_far["harmed"].where(so_far["label_week"] <= now)
    table = known.groupby(so_far["week"]).agg(hires="size", known="count")
    return table.assign(harm_rate=np.where(table["known"] > 0, known.mean(), np.nan))
