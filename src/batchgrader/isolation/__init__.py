"""What a kernel may reach: namespaces, Landlock, seccomp and limits, and the probe of what holds.

Knows nothing of kernels or notebooks: it is about processes, and the fork server's keepers use it.
"""
