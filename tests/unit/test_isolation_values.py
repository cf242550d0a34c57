"""Boundaries and layers: plain values that cross the border, and what follows from them."""

import json

import pytest

from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.layers import Layers

FULL = frozenset({"user", "pid", "mount", "net", "ipc", "uts"})


def test_a_boundary_crosses_the_border_unchanged() -> None:
    boundary = Boundary(("/s/work",), ("/opt/r",), ("/s",), ("/course",), slot=3, memory=1)
    assert Boundary.from_json(boundary.to_json()) == boundary


def test_layers_cross_the_border_unchanged() -> None:
    layers = Layers("strong", True, FULL, 7, True, 2_000_000_000, 0, 0)
    assert Layers.from_json(layers.to_json()) == layers


def test_an_unknown_field_is_refused() -> None:
    text = json.dumps(json.loads(Boundary(("/s",)).to_json()) | {"network": True})
    with pytest.raises(TypeError, match="network"):
        Boundary.from_json(text)


def test_layers_are_named_in_one_line() -> None:
    strong = Layers("strong", True, frozenset({"net", "pid"}), 7, True, first_uid=60_000)
    assert strong.describe() == (
        "strong: bubblewrap, namespaces (pid, net), Landlock 7, seccomp, users of their own"
    )
    assert Layers.none().describe() == "none"


@pytest.mark.parametrize(
    ("layers", "connects"),
    [
        (Layers("strong", True, FULL, 7), True),
        (Layers("strong", True, FULL - {"net"}, 5), False),
        (Layers("strong", True, frozenset(), 7), False),
        (Layers("basic", False, FULL, 7), False),
        (Layers.none(), True),
    ],
)
def test_sockets_are_connected_only_where_none_of_others_can_be_seen(
    layers: Layers, connects: bool
) -> None:
    assert layers.connect == connects


def test_terminals_need_mounts_of_their_own() -> None:
    assert Layers("basic", False, FULL).terminals
    assert not Layers("strong", True).terminals


def test_whoever_is_a_user_of_its_own_cannot_change_or_signal_what_others_have() -> None:
    assert Layers("basic", first_uid=60_000).own_files
    assert Layers("basic", first_uid=60_000).own_signals
    assert not Layers("basic", landlock=5).own_signals
    assert not Layers("basic", landlock=7).own_files
