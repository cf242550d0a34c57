"""What crosses to a worker of the instructor's configuration, and what must not."""

import pickle
from pathlib import Path

from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from batchgrader.execution import pack_runner
from batchgrader.execution.cells import SurvivingExecute
from batchgrader.execution.runner import unpack_runner


def test_every_setting_of_execute_arrives() -> None:
    config = Config()
    config.Execute.timeout = 7
    config.Execute.extra_arguments.append("--quiet")
    config.ExecutePreprocessor.startup_timeout = 8
    config.NotebookClient.shutdown_kernel = "graceful"
    kind, arrived = unpack_runner(pack_runner(Execute, config))
    runner = kind(config=arrived)
    assert isinstance(runner, Execute)
    assert isinstance(runner, SurvivingExecute)
    assert (runner.timeout, runner.startup_timeout) == (7, 8)
    assert runner.extra_arguments == Execute(config=config).extra_arguments != []
    assert runner.shutdown_kernel == "graceful"


def test_settings_of_kernel_managers_arrive() -> None:
    config = Config({"KernelManager": {"transport": "tcp"}, "Session": {"debug": False}})
    assert unpack_runner(pack_runner(Execute, config))[1] == config


def test_the_address_of_the_database_does_not_cross() -> None:
    config = Config({"CourseDirectory": {"db_url": "postgresql://me:secret@host"}})
    config.Execute.timeout = 7
    assert b"secret" not in pack_runner(Execute, config)


def test_settings_of_others_that_cannot_be_pickled_do_no_harm(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        packed = pack_runner(Execute, Config({"Application": {"log": stream}}))
    assert pickle.loads(packed)[1] == {}


def test_a_class_from_a_configuration_file_arrives(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        "from nbgrader.preprocessors import Execute\n"
        "seconds = 5\n"
        "class Mine(Execute):\n"
        "    word = 'mine'\n"
        "c = get_config()\n"
        "c.Autograde.autograde_preprocessors = [Mine]\n"
        "c.Mine.timeout_func = lambda cell: seconds\n"
    )
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()
    packed = pack_runner(config.Autograde.autograde_preprocessors[0], config)
    kind, arrived = unpack_runner(packed)
    runner = kind(config=arrived)
    assert runner.word == "mine"
    assert runner.timeout_func(None) == 5
