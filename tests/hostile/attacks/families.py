"""The five families of attacks, by name; the siege and its tests ask for them here."""

from attacks import Attack, denial, forgery, leak, malformed, reading, tampering

FAMILIES: dict[str, tuple[Attack, ...]] = {
    "forgery": forgery.ATTACKS + reading.ATTACKS,
    "leak": leak.ATTACKS,
    "tampering": tampering.ATTACKS,
    "denial": denial.ATTACKS,
    "malformed": malformed.ATTACKS,
}

# A few of each family, for what is graded in another way too.
SAMPLE = {
    "forgery": ("math", "silent-traceback", "forged-reply"),
    "leak": ("class", "environment", "memory", "tcp", "pathname", "links", "home"),
    "tampering": ("marks", "others", "privilege", "startup"),
    "denial": ("loop", "daemon", "fork-bomb", "everything", "memory"),
    "malformed": ("deep", "pipe"),
}


def attacks_of(family: str) -> dict[str, Attack]:
    """The attacks of a family, by a name that no other family has; other names are of samples."""
    if family not in FAMILIES:
        return {
            name: attack
            for each, names in SAMPLE.items()
            for name, attack in attacks_of(each).items()
            if attack.name in names
        }
    found = {f"{family}-{attack.name}": attack for attack in FAMILIES[family]}
    if len(found) != len(FAMILIES[family]):
        raise ValueError(f"two attacks of the family {family} have one name")
    return found
