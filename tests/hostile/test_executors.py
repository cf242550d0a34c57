"""One job, every executor: threads, processes, a cluster, and no executor at all."""

import asyncio
import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from small_jobs import job, outputs

from batchgrader.execution import run_job
from batchgrader.jobs import Result


def grade(executor: Executor) -> list[list[list[str]]]:
    futures = [executor.submit(run_job, job(f"{n} * 2", "1 / 0")) for n in range(4)]
    return [outputs(Result.from_json(future.result())) for future in futures]


WANTED = [[[str(2 * n)], ["ZeroDivisionError"]] for n in range(4)]


def test_jobs_run_in_threads() -> None:
    with ThreadPoolExecutor(2) as executor:
        assert grade(executor) == WANTED


def test_jobs_run_in_the_standard_librarys_processes() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        assert grade(executor) == WANTED


def test_jobs_run_on_a_dask_cluster() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert grade(client.get_executor()) == WANTED


def test_a_job_runs_where_an_event_loop_runs_already() -> None:
    async def inside() -> str:
        return run_job(job("1 + 1"))

    assert outputs(Result.from_json(asyncio.run(inside()))) == [["2"]]


def test_a_job_leaves_no_event_loop_behind() -> None:
    run_job(job("1"))
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    assert asyncio.run(_nothing()) is None


async def _nothing() -> None:
    return None
