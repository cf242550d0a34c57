"""Answers to assignment 03, right and wrong, for the check and the demo class to grade.

Each cell replaces the solution cell of one exercise. A wrong answer names every test cell that it
must lose, with a fragment of the message that the learner must read there.
"""

# %% fingerprint | right | writes CSV, with the dtypes above it
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    columns = sorted(table)
    head = " ".join(f"{name}:{table[name].dtype}" for name in columns)
    text = table[columns].to_csv(index=False)
    return hashlib.sha256((head + "\n" + text).encode()).hexdigest()


# %% fingerprint | right | feeds one column after another to the hash
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    digest = hashlib.sha256()
    for name in sorted(table.columns):
        column = table[name]
        values = ["missing" if pd.isna(value) else repr(value) for value in column.tolist()]
        digest.update(json.dumps([name, str(column.dtype), values]).encode())
    return digest.hexdigest()


# %% fingerprint | wrong | uses Python's own hash
# fails fingerprint-tests-interface | such as Python's own hash() gives
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)]
    types = tuple(str(dtype) for dtype in table.dtypes)
    return hash((tuple(table.columns), types, table.to_csv(index=False)))


# %% fingerprint | wrong | hashes the values as they lie in memory
# fails fingerprint-tests-same-contents | bring them into one order before you hash
# fails fingerprint-tests-other-contents | names must go in, too
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    values = table.to_numpy()
    return hashlib.sha256((str(values.dtype) + repr(values.tolist())).encode()).hexdigest()


# %% fingerprint | wrong | hashes what is printed of the table
# fails fingerprint-tests-other-contents | What is printed of a long table
# fails fingerprint-tests-dtypes | have one fingerprint
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)].reset_index(drop=True)
    return hashlib.sha256(str(table).encode()).hexdigest()


# %% fingerprint | wrong | hashes a summary of the table
# fails fingerprint-tests-other-contents | The rows are in reverse order
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)]
    total = pd.util.hash_pandas_object(table, index=False).sum()
    text = f"{list(table.columns)} {list(table.dtypes)} {total}"
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | keeps the index
# fails fingerprint-tests-same-contents | Only the index differs
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)]
    text = str(list(table.dtypes)) + table.to_csv()
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | writes CSV, in which 1 and "1" look alike
# fails fingerprint-tests-dtypes | have one fingerprint
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    text = table[sorted(table.columns)].to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | rounds before it hashes
# fails fingerprint-tests-other-contents | Rounding hides small corrections
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)]
    text = str(list(table.dtypes)) + table.round(6).to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | forgets the names of the columns
# fails fingerprint-tests-other-contents | Two columns have exchanged their names
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    columns = [repr((str(table[c].dtype), table[c].tolist())) for c in table.columns]
    return hashlib.sha256("".join(sorted(columns)).encode()).hexdigest()


# %% fingerprint | wrong | sorts the rows, too
# fails fingerprint-tests-other-contents | The rows are in reverse order
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)].sort_values(sorted(table.columns))
    text = str(list(table.dtypes)) + table.to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | writes JSON, which keeps ten digits
# fails fingerprint-tests-other-contents | Rounding hides small corrections
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)].reset_index(drop=True)
    text = str(list(table.dtypes)) + table.to_json()
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | takes a missing value for a zero
# fails fingerprint-tests-other-contents | A missing value
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)].fillna(0)
    text = str(list(table.dtypes)) + table.to_csv(index=False)
    return hashlib.sha256(text.encode()).hexdigest()


# %% fingerprint | wrong | sorts by the names, then forgets them
# fails fingerprint-tests-other-contents | A column has another name
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    table = table[sorted(table.columns)]
    rows = pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()
    return hashlib.sha256(str(list(table.dtypes)).encode() + rows).hexdigest()


# %% fingerprint | wrong | writes cell after cell with nothing in between
# fails fingerprint-tests-other-contents | where one cell ends
def fingerprint(table):
    """Return the SHA-256 (str) of the contents of a DataFrame."""
    digest = hashlib.sha256()
    for name in sorted(table.columns):
        digest.update(f"{name} {table[name].dtype} ".encode())
        for value in table[name]:
            digest.update(str(value).encode())
    return digest.hexdigest()


# %% store | right | joins the copies in one place and looks before it keeps
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self.shelf = dict()

    def put(self, content):
        id = hashlib.sha256(content).hexdigest()
        if id not in self.shelf:
            self.shelf[id] = bytes(content)
        return id

    def get(self, id):
        if id not in self.shelf:
            raise KeyError(f"no content {id}")
        return self.shelf[id]

    def checkout(self, pointers):
        files = {}
        for name in pointers:
            files[name] = self.get(pointers[name])
        return files

    def size(self):
        return len(b"".join(self.shelf.values()))


# %% store | right | keeps files in a folder
class Store:
    """Contents in a folder, each under the hash of what is in it."""

    def __init__(self):
        self._kept = tempfile.TemporaryDirectory()
        self._folder = Path(self._kept.name)

    def put(self, content):
        id = hashlib.sha256(content).hexdigest()
        (self._folder / id).write_bytes(content)
        return id

    def get(self, id):
        try:
            return (self._folder / id).read_bytes()
        except FileNotFoundError:
            raise KeyError(id) from None

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(path.stat().st_size for path in self._folder.iterdir())


# %% store | wrong | keeps the caller's own object
# fails store-tests-unchanged | keep a copy that nobody else holds
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = content
        return name

    def get(self, id):
        return bytes(self._contents[id])

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | numbers its contents
# fails store-tests-ids | The same content has different ids in two stores
class Store:
    """Contents in memory, each under a number."""

    def __init__(self):
        self._contents = []

    def put(self, content):
        content = bytes(content)
        if content not in self._contents:
            self._contents.append(content)
        return str(self._contents.index(content))

    def get(self, id):
        if not id.isdigit() or int(id) >= len(self._contents):
            raise KeyError(id)
        return self._contents[int(id)]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(map(len, self._contents))


# %% store | wrong | cuts the hash short
# fails store-tests-ids | The id is not the SHA-256 of the content
class Store:
    """Contents in memory, each under the first digits of its hash."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()[:1]
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | keeps equal contents again and again
# fails store-tests-once | Equal contents are one content
class Store:
    """Contents in memory, in a list."""

    def __init__(self):
        self._contents = []

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents.append((name, bytes(content)))
        return name

    def get(self, id):
        for name, content in self._contents:
            if name == id:
                return content
        raise KeyError(id)

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for _, content in self._contents)


# %% store | wrong | answers None for an unknown id
# fails store-tests-once | An unknown id was passed over in silence
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents.get(id)

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | leaves unknown files out of a checkout
# fails store-tests-once | An unknown id was passed over in silence
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        return {n: self._contents[id] for n, id in pointers.items() if id in self._contents}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | raises ValueError for an unknown id
# fails store-tests-once | An unknown id raises KeyError, not ValueError
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        if id not in self._contents:
            raise ValueError("unknown id")
        return self._contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | returns bytearrays, which callers can change
# fails store-tests-unchanged | get returns bytes, which nobody can change
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytearray(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% store | wrong | counts contents, not bytes
# fails store-tests-once | which is a number of contents
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return len(self._contents)


# %% store | wrong | shares one shelf among all stores
# fails store-tests-once | A new store
class Store:
    """Contents in memory, each under the hash of what is in it."""

    contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self.contents[name] = bytes(content)
        return name

    def get(self, id):
        return self.contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        return sum(len(content) for content in self.contents.values())


# %% store | wrong | asks Python what its objects take
# fails store-tests-once | One content of 30 bytes
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        return {name: self.get(id) for name, id in pointers.items()}

    def size(self):
        import sys

        return sum(sys.getsizeof(content) for content in self._contents.values())


# %% store | wrong | writes the contents into the caller's pointers
# fails store-tests-unchanged | checkout changed the dict of pointers
class Store:
    """Contents in memory, each under the hash of what is in it."""

    def __init__(self):
        self._contents = {}

    def put(self, content):
        name = hashlib.sha256(content).hexdigest()
        self._contents[name] = bytes(content)
        return name

    def get(self, id):
        return self._contents[id]

    def checkout(self, pointers):
        for name in pointers:
            pointers[name] = self.get(pointers[name])
        return pointers

    def size(self):
        return sum(len(content) for content in self._contents.values())


# %% train | right | gives the one seed to both
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    rest, held = train_test_split(
        np.arange(len(images)), test_size=n, random_state=config["seed"]
    )
    forest = RandomForestClassifier(n_estimators=config["trees"], random_state=config["seed"])
    forest.fit(images[rest], digits[rest])
    predictions = forest.predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": forest.score(images[held], digits[held]),
    }


# %% train | right | draws from one RandomState of its own
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    rng = np.random.RandomState(config["seed"])
    held = rng.choice(len(images), size=round(config["held_out"] * len(images)), replace=False)
    rest = np.setdiff1d(np.arange(len(images)), held)
    forest = RandomForestClassifier(config["trees"], random_state=rng).fit(images[rest], digits[rest])
    predictions = forest.predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": np.mean(predictions == digits[held]),
    }


# %% train | right | borrows the global generator and gives it back
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    state = np.random.get_state()
    try:
        np.random.seed(config["seed"])
        order = np.random.permutation(len(images))
        n = round(config["held_out"] * len(images))
        held, rest = order[:n], order[n:]
        forest = RandomForestClassifier(config["trees"]).fit(images[rest], digits[rest])
    finally:
        np.random.set_state(state)
    predictions = forest.predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | right | lets scikit-learn round the share
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    seed = config["seed"]
    X, X_held, y, y_held, _, held = train_test_split(
        images, digits, np.arange(len(images)), test_size=config["held_out"], random_state=seed
    )
    forest = RandomForestClassifier(n_estimators=config["trees"], random_state=seed).fit(X, y)
    predictions = forest.predict(X_held)
    return {"held": held, "predictions": predictions, "accuracy": np.mean(predictions == y_held)}


# %% train | wrong | sets the generator of everybody
# fails train-tests-global | NumPy's global generator stands elsewhere
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    np.random.seed(config["seed"])
    order = np.random.permutation(len(images))
    n = round(config["held_out"] * len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(config["trees"]).fit(images[rest], digits[rest])
    predictions = forest.predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | shuffles with Python's global generator
# fails train-tests-global | Python's global generator
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    random.seed(config["seed"])
    order = list(range(len(images)))
    random.shuffle(order)
    n = round(config["held_out"] * len(images))
    held, rest = np.array(order[:n]), np.array(order[n:])
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | seeds the split only
# fails train-tests-repeatable | the forest does, too
# fails train-tests-global | NumPy's global generator stands elsewhere
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    order = np.random.default_rng(config["seed"]).permutation(len(images))
    n = round(config["held_out"] * len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(config["trees"]).fit(images[rest], digits[rest])
    predictions = forest.predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | seeds the forest only
# fails train-tests-repeatable | the split does, too
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    order = np.random.default_rng().permutation(len(images))
    n = round(config["held_out"] * len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | fixes the split at 42
# fails train-tests-other-seed | Other seeds held out the same rows
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    rest, held = train_test_split(np.arange(len(images)), test_size=n, random_state=42)
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | fits the forest on all rows
# fails train-tests-other-seed | It was fitted on the rows that it is asked about
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    held = np.random.default_rng(config["seed"]).permutation(len(images))[:n]
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    predictions = forest.fit(images, digits).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | takes the seed out of the caller's config
# fails train-tests-repeatable | Your function changed the config
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    seed = config.pop("seed")
    order = np.random.default_rng(seed).permutation(len(images))
    n = round(config["held_out"] * len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(config["trees"], random_state=seed)
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | scores the forest on all rows
# fails train-tests-interface | the share of the held-out rows whose digit is predicted right
# fails train-tests-other-seed | Neither other rows nor rounding
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    rest, held = train_test_split(
        np.arange(len(images)), test_size=n, random_state=config["seed"]
    )
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    forest.fit(images[rest], digits[rest])
    return {
        "held": held,
        "predictions": forest.predict(images[held]),
        "accuracy": forest.score(images, digits),
    }


# %% train | wrong | grows the same forest for every seed
# fails train-tests-other-seed | the forest begins with the same random numbers
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    order = np.random.default_rng(config["seed"]).permutation(len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(config["trees"], random_state=0)
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | takes a hundred trees, whatever the config says
# fails train-tests-other-seed | The config asks for 5 trees
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    order = np.random.default_rng(config["seed"]).permutation(len(images))
    held, rest = order[:n], order[n:]
    forest = RandomForestClassifier(random_state=config["seed"])
    predictions = forest.fit(images[rest], digits[rest]).predict(images[held])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | shuffles the caller's arrays
# fails train-tests-repeatable | Your function changed the images
# fails train-tests-other-seed | Other seeds held out the same rows
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    np.random.default_rng(config["seed"]).shuffle(images)
    np.random.default_rng(config["seed"]).shuffle(digits)
    n = round(config["held_out"] * len(images))
    held = np.arange(n)
    forest = RandomForestClassifier(config["trees"], random_state=config["seed"])
    predictions = forest.fit(images[n:], digits[n:]).predict(images[:n])
    return {
        "held": held,
        "predictions": predictions,
        "accuracy": (predictions == digits[held]).mean(),
    }


# %% train | wrong | rounds the accuracy
# fails train-tests-other-seed | Neither other rows nor rounding
def train(images, digits, config):
    """Train a forest as the config says; return a dict of held, predictions and accuracy."""
    n = round(config["held_out"] * len(images))
    rest, held = train_test_split(
        np.arange(len(images)), test_size=n, random_state=config["seed"]
    )
    forest = RandomForestClassifier(n_estimators=config["trees"], random_state=config["seed"])
    forest.fit(images[rest], digits[rest])
    return {
        "held": held,
        "predictions": forest.predict(images[held]),
        "accuracy": round(forest.score(images[held], digits[held]), 2),
    }


# %% env-diff | right | walks over all the names
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    from packaging.utils import canonicalize_name

    before = {canonicalize_name(name): version for name, version in before.items()}
    after = {canonicalize_name(name): version for name, version in after.items()}
    out = {"added": set(), "removed": set(), "upgraded": set(), "downgraded": set()}
    for name in before | after:
        if name not in before:
            out["added"].add(name)
        elif name not in after:
            out["removed"].add(name)
        elif Version(after[name]) > Version(before[name]):
            out["upgraded"].add(name)
        elif Version(after[name]) < Version(before[name]):
            out["downgraded"].add(name)
    return out


# %% env-diff | right | replaces the signs by hand
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    def normal(name):
        name = name.lower().replace("_", "-").replace(".", "-")
        return "-".join(part for part in name.split("-") if part)

    a = {normal(name): before[name] for name in before}
    b = {normal(name): after[name] for name in after}
    shared = set(a) & set(b)
    return dict(
        added=set(b) - shared,
        removed=set(a) - shared,
        upgraded={n for n in shared if Version(a[n]) < Version(b[n])},
        downgraded={n for n in shared if Version(a[n]) > Version(b[n])},
    )


# %% env-diff | wrong | compares versions as text
# fails env-diff-tests-order | As text it is, character by character
# fails env-diff-tests-same | These are two ways to write one version
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    a = {re.sub(r"[-_.]+", "-", name).lower(): v for name, v in before.items()}
    b = {re.sub(r"[-_.]+", "-", name).lower(): v for name, v in after.items()}
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | takes the names as they are written
# fails env-diff-tests-names | To pip, capitals make no difference
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    both = set(before) & set(after)
    return {
        "added": set(after) - both,
        "removed": set(before) - both,
        "upgraded": {n for n in both if Version(after[n]) > Version(before[n])},
        "downgraded": {n for n in both if Version(after[n]) < Version(before[n])},
    }


# %% env-diff | wrong | knows capitals, but not underscores and dots
# fails env-diff-tests-names | underscore, dot and hyphen make no difference
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    a = {name.lower(): Version(v) for name, v in before.items()}
    b = {name.lower(): Version(v) for name, v in after.items()}
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | returns the names as they are written
# fails env-diff-tests-names | Return their names in normal form, too
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    def normal(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    a = {normal(name): Version(v) for name, v in before.items()}
    b = {normal(name): Version(v) for name, v in after.items()}
    return {
        "added": {name for name in after if normal(name) not in a},
        "removed": {name for name in before if normal(name) not in b},
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | exchanges added and removed
# fails env-diff-tests-interface | it was added; nothing was removed
# fails env-diff-tests-names | What was added and what was removed are exchanged
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    a = {re.sub(r"[-_.]+", "-", name).lower(): Version(v) for name, v in before.items()}
    b = {re.sub(r"[-_.]+", "-", name).lower(): Version(v) for name, v in after.items()}
    return {
        "added": set(a) - set(b),
        "removed": set(b) - set(a),
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | splits versions into numbers
# fails env-diff-tests-order | there are pre-releases
# fails env-diff-tests-same | ValueError
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    def numbers(version):
        return [int(part) for part in version.split(".")]

    a = {re.sub(r"[-_.]+", "-", name).lower(): numbers(v) for name, v in before.items()}
    b = {re.sub(r"[-_.]+", "-", name).lower(): numbers(v) for name, v in after.items()}
    for packages in (a, b):
        for version in packages.values():
            while len(version) > 1 and version[-1] == 0:
                version.pop()
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | calls every other spelling a downgrade
# fails env-diff-tests-same | These are two ways to write one version
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    a = {re.sub(r"[-_.]+", "-", name).lower(): v for name, v in before.items()}
    b = {re.sub(r"[-_.]+", "-", name).lower(): v for name, v in after.items()}
    changed = {name for name in set(a) & set(b) if a[name] != b[name]}
    upgraded = {name for name in changed if Version(b[name]) > Version(a[name])}
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": upgraded,
        "downgraded": changed - upgraded,
    }


# %% env-diff | wrong | keeps two signs in a row
# fails env-diff-tests-names | Several such signs in a row
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    def normal(packages):
        return {re.sub("[-_.]", "-", name).lower(): Version(v) for name, v in packages.items()}

    a, b = normal(before), normal(after)
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
    }


# %% env-diff | wrong | returns upgraded packages as they are written
# fails env-diff-tests-names | what was upgraded or downgraded in normal form
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    def normal(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    a = {normal(name): Version(v) for name, v in before.items()}
    b = {normal(name): Version(v) for name, v in after.items()}
    shared = {name for name in after if normal(name) in a}
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {n for n in shared if b[normal(n)] > a[normal(n)]},
        "downgraded": {n for n in shared if b[normal(n)] < a[normal(n)]},
    }


# %% env-diff | wrong | exchanges upgraded and downgraded
# fails env-diff-tests-order | upgraded and downgraded are exchanged
def env_diff(before, after):
    """Return which packages were added, removed, upgraded and downgraded (dict of sets of str)."""
    a = {re.sub(r"[-_.]+", "-", name).lower(): Version(v) for name, v in before.items()}
    b = {re.sub(r"[-_.]+", "-", name).lower(): Version(v) for name, v in after.items()}
    return {
        "added": set(b) - set(a),
        "removed": set(a) - set(b),
        "upgraded": {name for name in set(a) & set(b) if b[name] < a[name]},
        "downgraded": {name for name in set(a) & set(b) if b[name] > a[name]},
    }


# %% config-id | right | writes a canonical text of its own
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    def write(value):
        if isinstance(value, dict):
            return "{" + ",".join(f"{k!r}:{write(value[k])}" for k in sorted(value)) + "}"
        if isinstance(value, list):
            return "[" + ",".join(write(item) for item in value) + "]"
        return repr(value)

    return hashlib.sha256(write(config).encode()).hexdigest()


# %% config-id | right | sorts every dict, then writes it down
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    def ordered(value):
        if isinstance(value, dict):
            return {name: ordered(item) for name, item in sorted(value.items())}
        if isinstance(value, list):
            return [ordered(item) for item in value]
        return value

    return hashlib.sha256(str(ordered(config)).encode("utf-8")).hexdigest()


# %% config-id | wrong | hashes the dict as it prints
# fails config-id-tests-order | Only the order of the keys is another
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    return hashlib.sha256(str(config).encode()).hexdigest()


# %% config-id | wrong | sorts the uppermost level only
# fails config-id-tests-order | Only the order of keys further down is another
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    return hashlib.sha256(str(sorted(config.items())).encode()).hexdigest()


# %% config-id | wrong | drops settings that are off
# fails config-id-tests-differences | A setting that is None was chosen
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    chosen = {name: value for name, value in config.items() if value}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


# %% config-id | wrong | writes every value as text
# fails config-id-tests-order | Only the order of keys further down is another
# fails config-id-tests-differences | A number and a text are different values
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    text = ";".join(f"{name}={config[name]}" for name in sorted(config))
    return hashlib.sha256(text.encode()).hexdigest()


# %% config-id | wrong | rounds numbers
# fails config-id-tests-differences | They differ in the last digit
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    def tidy(value):
        if isinstance(value, dict):
            return {name: tidy(item) for name, item in value.items()}
        return round(value, 6) if isinstance(value, float) else value

    return hashlib.sha256(json.dumps(tidy(config), sort_keys=True).encode()).hexdigest()


# %% config-id | wrong | sorts the letters of the text
# fails config-id-tests-differences | The order within a list means something
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    letters = "".join(sorted(json.dumps(config, sort_keys=True)))
    return hashlib.sha256(letters.encode()).hexdigest()


# %% config-id | wrong | uses Python's own hash
# fails config-id-tests-interface | Return 64 hexadecimal digits
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    return hash(json.dumps(config, sort_keys=True))


# %% config-id | wrong | writes names and values with nothing in between
# fails config-id-tests-differences | where a name ends
def config_id(config):
    """Return the SHA-256 (str) of a configuration."""
    def write(value):
        if isinstance(value, dict):
            return "{" + "".join(name + write(value[name]) for name in sorted(value)) + "}"
        if isinstance(value, list):
            return "[" + ",".join(write(item) for item in value) + "]"
        return repr(value)

    return hashlib.sha256(write(config).encode()).hexdigest()


# %% roll-back | right | reverts first and commits afterwards
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-commit", bad)
    git("commit", "--message", f"Take back {bad[:7]}")
    return git("log", "-1", "--format=%H")


# %% roll-back | right | asks git for the full id
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", bad)
    return git("rev-list", "--max-count=1", "HEAD").strip()


# %% roll-back | wrong | resets to the day before
# fails roll-back-tests-later-work | Work that was done after the bad commit is gone
# fails roll-back-tests-history | no longer in the history of the branch
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("reset", "--hard", f"{bad}~")
    git("commit", "--allow-empty", "--message", "Roll back")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | checks out the commit before
# fails roll-back-tests-later-work | Work that was done after the bad commit is gone
# fails roll-back-tests-history | There is no new commit on the branch main
# fails roll-back-tests-clean | no branch is checked out
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("checkout", "--quiet", f"{bad}~")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | brings back all files of the day before
# fails roll-back-tests-later-work | Work that was done after the bad commit is gone
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("rm", "-r", "--quiet", ".")
    git("checkout", f"{bad}~", "--", ".")
    git("commit", "--message", "Roll back")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | rewrites the history without the commit
# fails roll-back-tests-history | no longer in the history of the branch
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("rebase", "--quiet", "--onto", f"{bad}~", bad)
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | forgets to commit
# fails roll-back-tests-interface | the threshold is not what it was
# fails roll-back-tests-later-work | A file that came with the bad commit is still there
# fails roll-back-tests-history | There is no new commit
# fails roll-back-tests-clean | that are not committed
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-commit", bad)
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | takes back the newest commit
# fails roll-back-tests-interface | the threshold is not what it was
# fails roll-back-tests-later-work | Work that was done after the bad commit is gone
# fails roll-back-tests-clean | something else than its change
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-edit", "HEAD")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | returns the bad commit
# fails roll-back-tests-interface | You returned the bad commit
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-edit", bad)
    return bad


# %% roll-back | wrong | takes back everything since the commit
# fails roll-back-tests-later-work | Work that was done after the bad commit is gone
# fails roll-back-tests-history | One change is taken back by one commit
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-edit", f"{bad}~..HEAD")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | returns a shortened id
# fails roll-back-tests-interface | the newest commit is
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("revert", "--no-edit", bad)
    return git("rev-parse", "--short", "HEAD")


# %% roll-back | wrong | brings back whole files
# fails roll-back-tests-later-work | Take back the change, not the file
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    before = git("ls-tree", "-r", "--name-only", f"{bad}~").split()
    for path in git("diff", "--name-only", f"{bad}~", bad).split():
        if path in before:
            git("checkout", f"{bad}~", "--", path)
        else:
            git("rm", "--quiet", path)
    git("commit", "--message", f"Take back {bad[:7]}")
    return git("rev-parse", "HEAD")


# %% roll-back | wrong | goes to main first
# fails roll-back-tests-clean | you changed the branch main
def roll_back(git, bad):
    """Undo one commit by a new one and return the id of the new commit (str)."""
    git("switch", "main")
    git("revert", "--no-edit", bad)
    return git("rev-parse", "HEAD")


# %% bisect-regression | right | calls itself on one half
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    if len(versions) == 1:
        return versions[0]
    half = len(versions) // 2
    if is_bad(versions[half - 1]):
        return bisect_regression(versions[:half], is_bad)
    return bisect_regression(versions[half:], is_bad)


# %% bisect-regression | right | keeps the last good and the first bad
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    good, bad = -1, len(versions) - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if is_bad(versions[middle]):
            bad = middle
        else:
            good = middle
    return versions[bad]


# %% bisect-regression | right | lets the bisect module do it
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    from bisect import bisect_left

    return versions[bisect_left(versions, True, hi=len(versions) - 1, key=is_bad)]


# %% bisect-regression | wrong | tests one version after another
# fails bisect-regression-tests-calls | each test can halve what is left
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    for version in versions[:-1]:
        if is_bad(version):
            return version
    return versions[-1]


# %% bisect-regression | wrong | tests from the newest back
# fails bisect-regression-tests-calls | each test can halve what is left
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    position = len(versions) - 1
    while position > 0 and is_bad(versions[position - 1]):
        position -= 1
    return versions[position]


# %% bisect-regression | wrong | returns the last good version
# fails bisect-regression-tests-interface | Tuesday is the last good version
# fails bisect-regression-tests-everywhere | is the first bad one; you returned
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    low, high = 0, len(versions) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(versions[middle]):
            high = middle
        else:
            low = middle + 1
    return versions[max(low - 1, 0)]


# %% bisect-regression | wrong | never moves past the middle
# fails bisect-regression-tests-interface | the search does not end
# fails bisect-regression-tests-everywhere | the search does not end
# fails bisect-regression-tests-calls | the search does not end
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    low, high = 0, len(versions) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(versions[middle]):
            high = middle
        else:
            low = middle
    return versions[low]


# %% bisect-regression | wrong | returns the position
# fails bisect-regression-tests-interface | Return the version, an element of the list
# fails bisect-regression-tests-everywhere | the very first included
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    low, high = 0, len(versions) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(versions[middle]):
            high = middle
        else:
            low = middle + 1
    return low


# %% bisect-regression | wrong | takes the first version for good
# fails bisect-regression-tests-everywhere | Nothing says that the first one is good
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    good, bad = 0, len(versions) - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (good, middle) if is_bad(versions[middle]) else (middle, bad)
    return versions[bad]


# %% bisect-regression | wrong | tests the last version as well
# fails bisect-regression-tests-calls | You tested the last of
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    if not is_bad(versions[-1]):
        return None
    low, high = 0, len(versions) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(versions[middle]):
            high = middle
        else:
            low = middle + 1
    return versions[low]


# %% bisect-regression | wrong | asks twice about each version
# fails bisect-regression-tests-calls | more than once
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    low, high = 0, len(versions) - 1
    while low < high:
        middle = (low + high) // 2
        if is_bad(versions[middle]):
            high = middle
        if not is_bad(versions[middle]):
            low = middle + 1
    return versions[low]


# %% bisect-regression | wrong | takes versions out of the caller's list
# fails bisect-regression-tests-everywhere | Your function changed the list
def bisect_regression(versions, is_bad):
    """Return the first bad version, with as few calls of is_bad as halving needs."""
    while len(versions) > 1:
        middle = (len(versions) - 1) // 2
        if is_bad(versions[middle]):
            del versions[middle + 1 :]
        else:
            del versions[: middle + 1]
    return versions[0]


# %% reproduce | right | checks each thing in turn
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    data = archive.get(record["data"])
    found = hashlib.sha256(data).hexdigest()
    if found != record["data"]:
        raise ValueError(f"damaged: {found}")
    again = fit(pd.read_csv(io.BytesIO(data)), dict(record["config"]))
    if set(again) != set(record["metrics"]):
        raise ValueError("other metrics")
    for name in again:
        if not math.isclose(again[name], record["metrics"][name]):
            raise ValueError(f"{name} differs")
    return again


# %% reproduce | right | compares arrays of metrics
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if record["data"] != hashlib.sha256(content).hexdigest():
        raise ValueError("The archive is damaged.")
    metrics = fit(pd.read_csv(io.StringIO(content.decode())), record["config"])
    names = sorted(metrics)
    if names != sorted(record["metrics"]) or not np.allclose(
        [metrics[n] for n in names], [record["metrics"][n] for n in names], rtol=1e-9, atol=0
    ):
        raise ValueError("The run could not be reproduced.")
    return metrics


# %% reproduce | right | reads every digit of the file
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    table = pd.read_csv(io.StringIO(content.decode()), float_precision="round_trip")
    metrics = fit(table, copy.deepcopy(record["config"]))
    if set(metrics) != set(record["metrics"]):
        raise ValueError("The names of the metrics differ.")
    for name, promised in record["metrics"].items():
        if not math.isclose(promised, metrics[name]):
            raise ValueError(f"{name} was {promised} and is {metrics[name]}.")
    return metrics


# %% reproduce | wrong | trains on the newest data
# fails reproduce-tests-recorded-inputs | You trained on other data than those of the record
# fails reproduce-tests-damaged-data | The file in the archive was edited
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    metrics = fit(pd.read_csv(io.BytesIO(archive.latest())), record["config"])
    if metrics.keys() != record["metrics"].keys() or any(
        not math.isclose(metrics[n], record["metrics"][n]) for n in metrics
    ):
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | trusts the name of the data
# fails reproduce-tests-damaged-data | The file in the archive was edited
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    if metrics.keys() != record["metrics"].keys() or any(
        not math.isclose(metrics[n], record["metrics"][n]) for n in metrics
    ):
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | reads the record aloud
# fails reproduce-tests-recorded-inputs | Nothing was trained
# fails reproduce-tests-broken-promise | and nobody was told
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    return record["metrics"]


# %% reproduce | wrong | rounds the metrics before it compares
# fails reproduce-tests-broken-promise | allow for that, and for no more
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    now = {name: round(value, 4) for name, value in metrics.items()}
    then = {name: round(value, 4) for name, value in record["metrics"].items()}
    if now != then:
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | answers yes or no
# fails reproduce-tests-interface | Return the metrics that fit returned
# fails reproduce-tests-broken-promise | and nobody was told
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    return all(math.isclose(metrics[name], record["metrics"][name]) for name in metrics)


# %% reproduce | wrong | does not compare the metrics
# fails reproduce-tests-broken-promise | and nobody was told
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    return fit(pd.read_csv(io.BytesIO(content)), record["config"])


# %% reproduce | wrong | complains only if the metrics got worse
# fails reproduce-tests-broken-promise | and nobody was told
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    if any(metrics[name] < promised - 1e-9 for name, promised in record["metrics"].items()):
        raise ValueError("The model has become worse.")
    return metrics


# %% reproduce | wrong | asks for equality to the last digit
# fails reproduce-tests-broken-promise | The metrics differ in the thirteenth digit
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    if metrics != record["metrics"]:
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | looks at the data after the training
# fails reproduce-tests-damaged-data | You trained on damaged data first
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    same = metrics.keys() == record["metrics"].keys() and all(
        math.isclose(metrics[n], record["metrics"][n]) for n in metrics
    )
    if hashlib.sha256(content).hexdigest() != record["data"] or not same:
        raise ValueError("This is not what the record says.")
    return metrics


# %% reproduce | wrong | uses assert for a damaged file
# fails reproduce-tests-damaged-data | raise ValueError, not AssertionError
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    assert hashlib.sha256(content).hexdigest() == record["data"]
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    if metrics.keys() != record["metrics"].keys() or any(
        not math.isclose(metrics[n], record["metrics"][n]) for n in metrics
    ):
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | keeps the settings of today
# fails reproduce-tests-interface | your metrics are not those of the record
# fails reproduce-tests-recorded-inputs | the record says
# fails reproduce-tests-broken-promise | and nobody was told
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    return fit(pd.read_csv(io.BytesIO(content)), {"depth": 12})


# %% reproduce | wrong | allows more than rounding
# fails reproduce-tests-broken-promise | allow for that, and for no more
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    promised = record["metrics"]
    if set(metrics) != set(promised):
        raise ValueError("The names of the metrics differ.")
    if not all(np.isclose(metrics[name], promised[name]) for name in promised):
        raise ValueError("The metrics differ.")
    return metrics


# %% reproduce | wrong | returns the metrics of the record
# fails reproduce-tests-broken-promise | return what the new training gave
def reproduce(record, archive, fit):
    """Train again what the record says; return the metrics, or raise ValueError if they differ."""
    content = archive.get(record["data"])
    if hashlib.sha256(content).hexdigest() != record["data"]:
        raise ValueError("These are not the data of the record.")
    metrics = fit(pd.read_csv(io.BytesIO(content)), record["config"])
    promised = record["metrics"]
    if metrics.keys() != promised.keys() or any(
        not math.isclose(metrics[n], promised[n]) for n in promised
    ):
        raise ValueError("The metrics differ.")
    return promised


# %% run-notebook | right | puts a cell below the tagged one
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    names = {"__name__": "__main__"}
    known = set()
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            earlier = set(names)
            exec(compile(cell["source"], "<cell>", "exec"), names)
            if "parameters" in cell["metadata"].get("tags", []):
                known = set(names) - earlier
                names.update({name: parameters[name] for name in parameters if name in known})
                if set(parameters) - known:
                    raise ValueError("unknown parameters")
    if set(parameters) - known:
        raise ValueError("no cell for parameters")
    return names["result"]


# %% run-notebook | right | reads the names out of the cell before it runs anything
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    import ast

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", ())]
    known = {
        node.id
        for cell in tagged
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if not set(parameters) <= known:
        raise ValueError(f"not parameters: {set(parameters) - known}")
    space = dict()
    for cell in cells:
        exec(cell.source, space)
        if cell in tagged:
            space |= parameters
    return space["result"]


# %% run-notebook | wrong | sets the parameters before the first cell
# fails run-notebook-tests-parameters | that cell sets back
# fails run-notebook-tests-slips | You ran it all the same
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space = dict(parameters)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
    return space["result"]


# %% run-notebook | wrong | runs the cells in its own notebook
# fails run-notebook-tests-fresh | it found that name in your notebook
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    placed = not parameters
    for cell in notebook.cells:
        if cell.cell_type == "code":
            before = set(globals())
            for name in parameters:
                if "parameters" in cell.metadata.get("tags", []):
                    globals().pop(name, None)
            exec(cell.source, globals())
            if "parameters" in cell.metadata.get("tags", []):
                if any(name not in globals() for name in parameters):
                    raise ValueError("unknown parameter")
                globals().update(parameters)
                placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return globals()["result"]


# %% run-notebook | wrong | passes over slips of the pen
# fails run-notebook-tests-slips | You ran it all the same
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space.update(parameters)
    return space["result"]


# %% run-notebook | wrong | leaves the parameters cell out
# fails run-notebook-tests-parameters | Only week was replaced, and factor was lost
# fails run-notebook-tests-slips | Raise ValueError, not NameError
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if parameters and "parameters" in cell.metadata.get("tags", []):
            space.update(parameters)
        else:
            exec(cell.source, space)
    return space["result"]


# %% run-notebook | wrong | runs text cells, too
# fails run-notebook-tests-interface | only code cells are run
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space, placed = {}, not parameters
    for cell in notebook.cells:
        exec(cell.source, space)
        if "parameters" in cell.metadata.get("tags", []):
            if not parameters.keys() <= space.keys():
                raise ValueError("unknown parameter")
            space.update(parameters)
            placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | sorts the cells by execution count
# fails run-notebook-tests-fresh | Run the cells from the top to the bottom
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells.sort(key=lambda cell: cell.execution_count or 0)
    space, placed = {}, not parameters
    for cell in cells:
        exec(cell.source, space)
        if "parameters" in cell.metadata.get("tags", []):
            if not parameters.keys() <= space.keys():
                raise ValueError("unknown parameter")
            space.update(parameters)
            placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | writes the parameters into the notebook
# fails run-notebook-tests-parameters | Your function changed the notebook
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if parameters and not tagged:
        raise ValueError("no parameters cell")
    for cell in tagged:
        defaults = {}
        exec(cell.source, defaults)
        for name, value in parameters.items():
            if name not in defaults:
                raise ValueError(f"no parameter {name}")
            cell.source += f"\n{name} = {value!r}"
    space = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
    return space["result"]


# %% run-notebook | wrong | swallows the errors of the notebook
# fails run-notebook-tests-fresh | A NameError of the notebook must come through
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space, placed = {}, not parameters
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        try:
            exec(cell.source, space)
        except Exception as error:
            space["error"] = str(error)
        if "parameters" in cell.metadata.get("tags", []):
            if not parameters.keys() <= space.keys():
                raise ValueError("unknown parameter")
            space.update(parameters)
            placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | runs in two spaces of names
# fails run-notebook-tests-parameters | Its cells share one space of names
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space, placed = {}, not parameters
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, {}, space)
            if "parameters" in cell.metadata.get("tags", []):
                if not parameters.keys() <= space.keys():
                    raise ValueError("unknown parameter")
                space.update(parameters)
                placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | keeps one space for all notebooks
# fails run-notebook-tests-fresh | A name that one notebook has set is still there
def run_notebook(notebook, parameters, space={}):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    placed = not parameters
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                if not parameters.keys() <= space.keys():
                    raise ValueError("unknown parameter")
                space.update(parameters)
                placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | looks for a cell with that tag alone
# fails run-notebook-tests-parameters | it may have other tags as well
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space, placed = {}, not parameters
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        exec(cell.source, space)
        if cell.metadata.get("tags") == ["parameters"]:
            if parameters.keys() - space.keys():
                raise ValueError("unknown parameters")
            space.update(parameters)
            placed = True
    if not placed:
        raise ValueError("no parameters cell")
    return space["result"]


# %% run-notebook | wrong | takes the first cell for the one with the parameters
# fails run-notebook-tests-parameters | Their cell need not be the first
# fails run-notebook-tests-slips | You ran it all the same
def run_notebook(notebook, parameters):
    """Run the code cells of a notebook with these parameters; return its `result`."""
    space = {}
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        exec(cell.source, space)
        if number == 0:
            if parameters.keys() - space.keys():
                raise ValueError("unknown parameters")
            space.update(parameters)
    return space["result"]


# %% what-changed | right | the table, read by chance from the other end
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    if case in ("smudges", "today"):
        return "data"
    if case in ("lunch", "ceiling"):
        return "environment"
    return {"yaml": "configuration", "shades": "code", "dice": "seed", "eight": "threads"}[case]


# %% what-changed | right | with the other defensible answers
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration code environment configuration seed configuration"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | takes the growing table for code
# fails what-changed-tests-data-and-code | The same code asked twice
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data code configuration code environment environment seed threads"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | takes the division by 16 for data
# fails what-changed-tests-data-and-code | a step of the program
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration data environment environment seed threads"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | trusts a file that kept name and size
# fails what-changed-tests-data-and-code | Neither a name nor a size says what is in a file
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "environment data configuration code environment environment seed threads"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | takes None for a fixed seed
# fails what-changed-tests-surroundings | None means that the random numbers begin
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration code environment environment configuration threads"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | takes the ninth digit for chance
# fails what-changed-tests-surroundings | nothing is drawn at random
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration code environment environment seed seed"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | takes the number of workers for the environment
# fails what-changed-tests-surroundings | interpreter and packages are the same
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration code environment environment seed environment"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | calls an upgrade of packages code
# fails what-changed-tests-surroundings | no file of the project was touched
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data configuration code code environment seed threads"
    return dict(zip(CASES, answers.split()))[case]


# %% what-changed | wrong | calls settings code
# fails what-changed-tests-interface | the program is the same, line for line
def what_changed(case):
    """Return which input of a training changed in this case, a word of INPUTS (str)."""
    answers = "data data code code environment environment seed threads"
    return dict(zip(CASES, answers.split()))[case]
