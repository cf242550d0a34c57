"""Where kernels come from: a fork server, a keeper for each kernel, and what speaks to them.

A run starts one fork server (``ForkServer``), which imports what notebooks import, once. A worker
asks it for a kernel (``KernelProcess``); a keeper is forked, and the keeper forks the kernel, which
confines itself and becomes a fresh IPython kernel, or the program of another language's.
"""

# More threads cost small models more than they give, and change the last bits of a sum.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
