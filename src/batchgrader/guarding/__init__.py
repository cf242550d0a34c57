"""What a kernel's verdict is worth: the guard in the kernel, and what the worker makes of it.

Tests run in the process of the answers that they judge, and Python hides nothing from itself. The
guard makes a forged score fail, or at least seen: it keeps the pristine machinery of tests from
before any line of the submission, puts it back before each test, watches it while the test runs,
and signs what came of it with a key that the worker gave. The worker believes nothing else.
"""
