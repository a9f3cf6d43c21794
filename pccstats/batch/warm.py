"""Kernels that start warm: each a fork of one process that has the package imported already.

Beginning a Python and importing what a notebook needs takes longer than the cells of many a notebook. Here that is done
once a run, by the process of `kernel_server`. A kernel is none the less a process of its own, from its first cell to
its end, and sees what one that starts cold would see. Where no process can be forked, kernels start cold, and that is
said once.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, suppress
from importlib.metadata import EntryPoint
from itertools import count
from pathlib import Path
from typing import Any, cast

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pccstats.batch.kernel_server import ALLOCATORS, LAUNCHER
from pccstats.batch.provenance import digest_of_package
from pccstats.batch.shared import OneOfARun
from pccstats.sources.kept_answers import digest_of_code
from pccstats.terms.errors import Problem, RequestProblem

ASKED = "PCCSTATS_KERNELS"
WARM, COLD = "warm", "cold"
START_LIMIT_SECONDS = 60
END_LIMIT_SECONDS = 10
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


def fork_server(say: Callable[[str], None]) -> AbstractContextManager[ForkServer]:
    """The process whose forks are kernels: one for all within the outermost `with`, begun when the first is needed.

    Parameters
    ----------
    say : callable
        Told in one sentence why kernels start cold, where they do.

    Raises
    ------
    RequestProblem
        Where the environment asks for kernels of a kind that there is not.
    """
    return _OF_THIS_RUN.shared(lambda: closing(ForkServer(say)))


def kernel_environment() -> dict[str, str]:
    """The environment every kernel gets: the same on every machine, whatever the analyst's own settings."""
    paths = [str(PACKAGE_PARENT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **{name: value for name, value in os.environ.items() if name not in _NOT_FOR_KERNELS},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_USE_FRAME_EVAL": "NO",  # what ipykernel's debugger sets as it is imported, sooner or later
        "TZ": "UTC",
    }


class ForkServer:
    """The process that becomes kernels, as seen from the run that asks it; safe to ask from several threads."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._guard, self._tells = threading.Lock(), threading.Lock()
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._listener: threading.Thread | None = None
        self._ready: Future[None] = Future()
        self._asked: dict[int, Future[ForkedKernel]] = {}
        self._alive: dict[int, ForkedKernel] = {}
        self._is_cold = False
        self._why_cold = _why_cold()

    def prepare(self) -> None:
        """Begin the process, once, and do not wait for it: it imports while the data are read."""
        if not self._why_cold:
            self._begin_once()

    def begin(self) -> None:
        """Begin the process, once, and wait until it can fork or it is known that it will not."""
        if self._why_cold:
            self._start_cold(self._why_cold)
        self._begin_once()
        if self._is_cold:
            return
        try:
            self._ready.result(START_LIMIT_SECONDS)
        except TimeoutError:
            self._start_cold(f"the process to fork it from had not begun after {START_LIMIT_SECONDS} seconds")
        except _Lost as why:
            self._start_cold(str(why))

    def fork(
        self, command: list[str], folder: str, environment: Mapping[str, str], module: str = LAUNCHER
    ) -> ForkedKernel | None:
        """A kernel, begun as a fork; None where it must be started cold, the reason for which has been said.

        Parameters
        ----------
        command : list of str
            As for a kernel that starts cold.
        folder : str
            Where it works.
        environment : mapping
            Its own, whole.
        module : str
            What the command runs, where that is no kernel but a module of the package.
        """
        self.begin()
        if self._is_cold:
            return None
        number, answer = next(self._numbers), Future[ForkedKernel]()
        self._asked[number] = answer
        arguments, environment = command[command.index(module) + 1 :], dict(environment)
        try:
            self._tell(start=number, module=module, arguments=arguments, folder=folder, environment=environment)
            return answer.result(START_LIMIT_SECONDS)
        except _RefusedOnce as why:
            self._say(f"A notebook starts a Python of its own from nothing: {why}.")
        except TimeoutError:
            self._asked.pop(number, None)
            self._start_cold(f"the process to fork it from did not answer for {START_LIMIT_SECONDS} seconds")
        except _Lost as why:
            self._start_cold(str(why))
        return None

    def send(self, kernel: int, number: int) -> None:
        """Have a kernel, and all it started, sent a signal; one that has ended is left alone."""
        with suppress(OSError):  # a server that is gone has taken its kernels with it
            self._tell(kernel=kernel, signal=number)

    def close(self) -> None:
        """End every kernel that is left, and the process itself; the time they took is known when this returns."""
        with self._guard:
            self._is_cold = True  # nothing is begun any more
            process, asked, listener = self._process, self._socket, self._listener
        if process is not None and not self._ready.done():
            process.kill()  # it imports still, and has no kernels
        if asked is not None:
            with suppress(OSError):  # where the process has ended already
                asked.shutdown(socket.SHUT_RDWR)
        if process is not None and listener is not None:
            try:
                process.wait(END_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()  # its kernels die with it
                process.wait()
            listener.join()
        if asked is not None:
            asked.close()

    def _begin_once(self) -> None:
        with self._guard:
            if self._is_cold or self._socket is not None:
                return
            _ = digest_of_package(), digest_of_code()  # of what is loaded from now on, should it be edited meanwhile
            self._socket, its = socket.socketpair()
            command = [sys.executable, "-m", "pccstats.batch.kernel_server", str(its.fileno())]
            try:
                self._process = subprocess.Popen(  # noqa: S603 our own module
                    command,
                    cwd=PACKAGE_PARENT,
                    env=kernel_environment() | ALLOCATORS,
                    pass_fds=(its.fileno(),),
                    start_new_session=True,  # Ctrl-C is for the run, which ends it in order
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                self._ready.set_exception(_Lost(str(error)))
                return
            finally:
                its.close()
            self._listener = threading.Thread(
                target=self._listen, args=(self._socket,), name="fork server", daemon=True
            )
            self._listener.start()

    def _start_cold(self, why: str) -> None:
        with self._guard:
            is_known, self._is_cold = self._is_cold, True
        if not is_known:
            self._say(f"Every notebook starts a Python of its own from nothing, which takes longer: {why}.")

    def _tell(self, **words: Any) -> None:
        try:
            with self._tells:
                cast("socket.socket", self._socket).sendall(json.dumps(words).encode() + b"\n")
        except OSError:
            raise _Lost(_GONE) from None

    def _listen(self, asked: socket.socket) -> None:
        with suppress(OSError), asked.makefile("rb") as lines:
            for line in lines:
                self._hear(json.loads(line))
        if not self._ready.done():
            self._ready.set_exception(_Lost("the process to fork it from ended as it began"))
        for answer in list(self._asked.values()):
            answer.set_exception(_Lost(_GONE))
        for kernel in list(self._alive.values()):
            kernel.is_lost = True
            kernel.ends(-signal.SIGKILL)

    def _hear(self, words: Mapping[str, Any]) -> None:
        if "ended" in words:
            self._alive.pop(words["ended"]).ends(words["code"])
        elif "kernel" in words:
            kernel = self._alive[words["kernel"]] = ForkedKernel(self, words["kernel"])
            if (answer := self._asked.pop(words["started"], None)) is not None:
                answer.set_result(kernel)
            else:
                kernel.kill()  # whoever asked waits no more, and has begun one cold
        elif "started" in words:
            if (answer := self._asked.pop(words["started"], None)) is not None:
                answer.set_exception(_RefusedOnce(words["refused"]))
        elif "failed" in words:
            self._ready.set_exception(_Lost(words["failed"]))
        else:
            self._ready.set_result(None)


class ForkedKernel:
    """A kernel that is the child of the fork server, to be handled as a `subprocess.Popen` is.

    Attributes
    ----------
    pid : int
        Its number, which is also that of its group.
    is_lost : bool
        True where it ended because the server did, through no fault of its own.
    """

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.pid = pid
        self.is_lost = False
        self._server = server
        self._code: int | None = None
        self._has_ended = threading.Event()

    def poll(self) -> int | None:
        """How it ended, as `subprocess` says it; None while it lives."""
        return self._code

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end, for at most so many seconds."""
        self._has_ended.wait(timeout)
        return self._code

    def send_signal(self, number: int) -> None:
        """Send a signal to it and all it started."""
        self._server.send(self.pid, number)

    def terminate(self) -> None:
        """Ask it, and all it started, to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all it started, at once."""
        self.send_signal(signal.SIGKILL)

    def ends(self, code: int) -> None:
        """Have it known how it ended."""
        self._code = code
        self._has_ended.set()


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of the server where it can, else as a process begun from nothing."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel; `server` is the one to fork it from."""
        server: ForkServer = kwargs.pop("server")
        process: Any = server.fork(cmd, kwargs["cwd"], kwargs["env"])
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid = process, process.pid  # and no group: signals to it go by the server
        self.cwd = kwargs["cwd"]
        return self.connection_info


PROVISIONER = "pccstats-warm"
_place = f"{__name__}:{WarmProvisioner.__name__}"
KernelProvisionerFactory.provisioners[PROVISIONER] = EntryPoint(
    PROVISIONER, _place, KernelProvisionerFactory.GROUP_NAME
)

_OF_THIS_RUN = OneOfARun[ForkServer]("fork server")
_NOT_FOR_KERNELS = frozenset({"PYTHONSTARTUP", "IPYTHONDIR"})
_GONE = "the process to fork it from has ended"


class _Lost(ConnectionError):
    """The server is not there, or no more."""


class _RefusedOnce(Exception):
    """The server will not make this one kernel."""


def _why_cold() -> str:
    """Why no kernel can be forked here; empty where they can."""
    asked = os.environ.get(ASKED) or WARM
    if asked not in (WARM, COLD):
        rule = "There are no such kernels."
        raise RequestProblem(Problem(rule, ASKED, asked, f"Set it to {WARM} or {COLD}, or do not set it."))
    if asked == COLD:
        return f"{ASKED} is {COLD}"
    return "" if sys.platform == "linux" else "only Linux can fork a Python that has much loaded without harm"
