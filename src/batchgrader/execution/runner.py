"""What runs the notebooks: nbgrader's Execute as the instructor configured it, packed for workers.

The coordinator packs; a job unpacks and gets the same class, made to survive what notebooks do.
"""

import functools
import logging
from typing import Any

import cloudpickle
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_client.session import Session
from nbconvert.preprocessors import ExecutePreprocessor
from traitlets.config import Config

from batchgrader.execution.cells import SurvivingExecute

LOG = logging.getLogger("batchgrader.execution")

# Whose settings reach a kernel. The rest of a configuration, the database's address with its
# password for one, has no business where strangers' programs run.
_CONFIGURED = (
    AsyncKernelManager,
    AsyncKernelClient,
    KernelSpecManager,
    KernelProvisionerFactory,
    LocalProvisioner,
    Session,
)


def pack_runner(execute_class: type[ExecutePreprocessor], config: Config) -> bytes:
    """Pack an Execute class and what of the configuration concerns it; the coordinator calls it."""
    names = {each.__name__ for kind in (execute_class, *_CONFIGURED) for each in kind.__mro__}
    concerned = Config({name: config[name] for name in names if name in config})
    return bytes(cloudpickle.dumps((execute_class, concerned)))


@functools.lru_cache(maxsize=8)
def unpack_runner(runner: bytes) -> tuple[type[Any], Config]:
    """The packed class, made to survive what notebooks do to their kernels, and its settings."""
    execute_class, config = cloudpickle.loads(runner)
    # A name of its own: a section of the configuration must not be applied twice.
    return type("SurvivingRunner", (SurvivingExecute, execute_class), {}), config
