"""The process that has the package imported, and forks a kernel as often as it is asked.

`pccstats.batch.warm` starts it, and the two speak in lines of JSON over a socket. Told `start`, it forks; told
`signal`, it passes that on; of each kernel it says when it `started` and how it `ended`. When the socket closes, for
whatever reason, every kernel and all it started is killed and the process ends.

Nothing of one kernel reaches the next, for this process runs no notebook: it imports, waits and forks, in one thread.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import json
import os
import pkgutil
import random
import runpy
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any

LAUNCHER = "ipykernel_launcher"  # the module that a cold kernel runs
ALLOCATORS = {  # of pyarrow: one would begin a thread, the other ask for 1 GB of what a kernel may take
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MIMALLOC_ARENA_RESERVE": "0",
}
_FLOORS = ("terms", "reference", "methods", "sources", "presentation", "review")
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def main() -> None:
    """Serve until the socket closes; a fork leaves the loop and goes on as the kernel it was asked for."""
    del sys.path[0]  # the folder this was started in, as the launcher of a cold kernel does
    order = _Server(socket.socket(fileno=int(sys.argv[1]))).serve()
    if order is not None:
        _become(order)


class _Server:
    """The socket to whoever asks, and the kernels alive."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._unread = b""
        self._alive: set[int] = set()
        self._woken, self._wake = os.pipe()

    def serve(self) -> Mapping[str, Any] | None:
        """Answer until the socket closes, then None; in a fork, what it shall become."""
        try:
            _import_what_notebooks_use()
        except Exception as error:  # noqa: BLE001 whatever a module says as it begins
            self._tell(failed=f"{type(error).__name__}: {error}")
            return None
        if why := _unfit_to_fork():
            self._tell(failed=why)
            return None
        gc.collect()
        gc.freeze()  # what is there now is left alone, so that kernels share the memory it lies in
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._tell(ready=True)
        while True:
            heard, _, _ = select([self._asked.fileno(), self._woken], [], [])
            if self._woken in heard:
                os.read(self._woken, 4096)
                self._bury()
            if self._asked.fileno() in heard:
                orders = self._orders()
                if orders is None:
                    self._end_all()
                    return None
                for order in orders:
                    if "signal" in order:
                        self._pass_on(order["kernel"], order["signal"])
                    elif self._is_started_in_fork(order):
                        return order

    def _orders(self) -> list[dict[str, Any]] | None:
        """What came in since; None where the socket has closed."""
        try:
            came = self._asked.recv(65536)
        except ConnectionError:
            came = b""
        if not came:
            return None
        *lines, self._unread = (self._unread + came).split(b"\n")
        return [json.loads(line) for line in lines]

    def _tell(self, **words: Any) -> None:
        with suppress(ConnectionError):  # nobody listens any more: the next read says so
            self._asked.sendall(json.dumps(words).encode() + b"\n")

    def _is_started_in_fork(self, order: Mapping[str, Any]) -> bool:
        """Fork; true in the fork. One that would not be as a cold kernel is not made, and told."""
        if why := unlike_cold(Path(order["folder"])):
            self._tell(started=order["start"], refused=why)
            return False
        server = os.getpid()
        try:
            kernel = os.fork()
        except OSError as error:
            self._tell(started=order["start"], refused=str(error))
            return False
        if kernel:
            self._alive.add(kernel)
            self._tell(started=order["start"], kernel=kernel)
            return False
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._asked.close()
        os.close(self._woken)
        os.close(self._wake)
        return True

    def _pass_on(self, kernel: int, number: int) -> None:
        """Send a signal to a kernel and all in its group; one that has ended has a number that may be another's."""
        if kernel in self._alive:
            try:
                os.killpg(kernel, number)
            except ProcessLookupError:
                os.kill(kernel, number)  # a fork that has not made its group yet

    def _bury(self) -> None:
        """Tell of the kernels that have ended, once all they left behind is killed."""
        for kernel in sorted(self._alive):
            if os.waitid(os.P_PID, kernel, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                self._bury_one(kernel)

    def _bury_one(self, kernel: int) -> None:
        with suppress(OSError):
            os.killpg(kernel, signal.SIGKILL)  # before it is waited for, its number can be nobody else's
        _, status = os.waitpid(kernel, 0)
        self._alive.discard(kernel)
        self._tell(ended=kernel, code=os.waitstatus_to_exitcode(status))

    def _end_all(self) -> None:
        for kernel in sorted(self._alive):
            self._pass_on(kernel, signal.SIGKILL)
        for kernel in sorted(self._alive):
            self._bury_one(kernel)


def _import_what_notebooks_use() -> None:
    """Every module of the package, and what these and a kernel bring only when they are used."""
    for floor in _FLOORS:
        folder = importlib.import_module(f"pccstats.{floor}")
        for module in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
            importlib.import_module(f"pccstats.{module.name.removeprefix('pccstats.')}")
    importlib.import_module("IPython.core.completerlib")
    importlib.import_module("IPython.core.debugger")
    importlib.import_module("IPython.core.logger")
    importlib.import_module("IPython.core.oinspect")
    importlib.import_module("IPython.extensions.storemagic")
    importlib.import_module("ipykernel.debugger")
    importlib.import_module("ipykernel.ipkernel")
    importlib.import_module("ipykernel.kernelapp")
    importlib.import_module("matplotlib.backends.backend_agg")
    importlib.import_module("matplotlib.backends.backend_svg")
    importlib.import_module("pandas.core.arrays.arrow.extension_types")
    importlib.import_module("pandas.core.methods.to_dict")
    importlib.import_module("psutil")
    importlib.import_module("pyarrow.dataset")
    importlib.import_module("pyarrow.parquet")
    importlib.import_module("pydantic.dataclasses")
    importlib.import_module("scipy.stats")
    importlib.import_module("tornado.platform.asyncio")
    importlib.import_module("PIL.Image").preinit()
    importlib.import_module("pccstats.presentation.markup").read_templates()
    importlib.import_module("pccstats.sources.kept_answers").digest_of_code()
    plan = importlib.import_module("pccstats.terms.plan").Plan
    importlib.import_module("pccstats.sources.entries").entry_of(plan)  # the model that a plan is held against


def _unfit_to_fork() -> str:
    """Why a fork of this process could hang: locks that other threads hold are held for ever in it."""
    names = sorted(thread.read_text("utf-8").strip() for thread in Path("/proc/self/task").glob("*/comm"))
    return f"its parts have begun threads ({', '.join(names)})" if len(names) > 1 else ""


def unlike_cold(folder: Path) -> str:
    """Why a fork would not be like a kernel started in this folder: what lies there stands before what is imported."""
    own = {path.stem for path in folder.glob("*.py")} & set(sys.modules)
    own |= {path.name for path in folder.glob("matplotlibrc")}
    return f"the folder of the notebook has its own {', '.join(sorted(own))}" if own else ""


def _become(order: Mapping[str, Any]) -> None:
    """Make this fork as a process just begun, and run in it what it was begun for, to its end."""
    import numpy as np  # noqa: PLC0415 the name is bound by a fork alone

    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"] | {"JPY_PARENT_PID": str(os.getppid())})
    time.tzset()
    os.chdir(order["folder"])
    random.seed()
    np.random.seed()  # noqa: NPY002 what is shared by all who ask for no generator of their own
    found = importlib.util.find_spec(order["module"])
    sys.argv[:] = [str(found and found.origin), *order["arguments"]]
    if order["module"] == LAUNCHER:
        _run_kernel()
    else:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def _run_kernel() -> None:
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    kernel: Any = IPKernelApp.instance(parent_handle=os.getppid())
    kernel.initialize()
    kernel.start()


if __name__ == "__main__":
    main()
