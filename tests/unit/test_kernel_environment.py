"""What a kernel has in its environment, warm or cold."""

from pathlib import Path

from batchgrader.kernels.order import kernel_environment

PRIVATE = Path("/run/private")


def test_temporary_files_go_to_the_private_folder() -> None:
    made = kernel_environment({"TMPDIR": "/tmp", "KEPT": "yes"}, PRIVATE)
    assert made["TMPDIR"] == made["JOBLIB_TEMP_FOLDER"] == "/run/private"
    assert made["KEPT"] == "yes"


def test_one_thread_unless_something_else_is_asked_for() -> None:
    made = kernel_environment({"OMP_NUM_THREADS": "2"}, PRIVATE)
    assert (made["OMP_NUM_THREADS"], made["OPENBLAS_NUM_THREADS"]) == ("2", "1")


def test_what_is_meant_for_the_parent_is_not_passed_on() -> None:
    assert "JPY_PARENT_PID" not in kernel_environment({"JPY_PARENT_PID": "1"}, PRIVATE)


def test_text_is_utf_8_where_no_locale_is_set() -> None:
    assert kernel_environment({}, PRIVATE)["LC_CTYPE"] == "C.UTF-8"
    assert "LC_CTYPE" not in kernel_environment({"LANG": "de_DE.UTF-8"}, PRIVATE)
