"""Workers on a Dask cluster: what the command asks of it, and what it says where there is none."""

import socket
from collections.abc import Iterator

import pytest

from batchgrader.command.cluster import cluster
from batchgrader.command.usage import UsageError

distributed = pytest.importorskip("distributed")


@pytest.fixture
def address() -> Iterator[str]:
    """A cluster of two threads in this process."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    ) as made:
        yield made.scheduler_address


def test_a_cluster_is_an_executor_with_its_number_of_threads(address: str) -> None:
    with cluster(address) as (executor, threads):
        assert threads == 2
        assert executor.submit(str.upper, "graded").result(timeout=60) == "GRADED"


def test_a_cluster_without_workers_is_refused() -> None:
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
    ) as empty:
        where = empty.scheduler_address
        with pytest.raises(UsageError, match="has no workers; start some with"), cluster(where):
            pass


@pytest.mark.parametrize("form", ["tcp://127.0.0.1:{}", "127.0.0.1:{}"])
def test_an_address_where_nobody_answers_is_named(form: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = form.format(free.getsockname()[1])
        with pytest.raises(UsageError, match="No Dask scheduler answers at"), cluster(where):
            pass


def test_an_address_that_makes_no_sense_is_named() -> None:
    with pytest.raises(UsageError, match="No Dask scheduler answers at nonsense"):
        cluster("nonsense").__enter__()
