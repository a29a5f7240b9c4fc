"""Processes that end with the one that started them, in whatever way that one ended."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def ending_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """What a child does between fork and exec (`preexec_fn`) so that the kernel sends it `how` when this process dies. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:
            # It died before the kernel was told.
            os.kill(os.getpid(), how)

    return prepare


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """The same, asked for by the child itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)
