"""The dask cluster that the environment names: reached, or refused in words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pccstats.terms.errors import Problem, RequestProblem

if TYPE_CHECKING:
    from distributed import Client

CLUSTER = "PCCSTATS_CLUSTER"  # the address of a dask scheduler, as tcp://host:8786; without it, this machine
WAIT_SECONDS = 10
_SAYS_TOO_MUCH = ("distributed", "distributed.client", "tornado.application")  # dask gives each a level of its own
_HOW = f"Write it as tcp://host:8786, or tls://host:8786 for an encrypted way, or do not set {CLUSTER}."


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at an address, gone at the end with all it asked for.

    It speaks to that address and to no other; what it is given goes from there to the workers.

    Parameters
    ----------
    address : str
        As `tcp://host:8786`; as `tls://host:8786` with the certificates that dask's own configuration names.

    Raises
    ------
    RequestProblem
        Where dask is not installed, the address is none, nobody answers, or it is another who does.

    Examples
    --------
    >>> with connected("somewhere"):
    ...     pass
    Traceback (most recent call last):
        ...
    pccstats.terms.errors.RequestProblem: PCCSTATS_CLUSTER: This is no address of a cluster. Found 'somewhere'. ...
    """
    try:
        from distributed import Client, Security  # noqa: PLC0415 an extra, wanted by those who have a cluster
    except ImportError:
        step = f"Install it with `pip install pccstats[cluster]`, or do not set {CLUSTER}."
        raise RequestProblem(Problem("A cluster needs dask, which is not installed.", CLUSTER, address, step)) from None
    # What dask would log of ports and lost connections is said by us, once, in words.
    for name in _SAYS_TOO_MUCH:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    security = Security()
    _check(address, security)
    client = Client(address, security=security, timeout=WAIT_SECONDS, set_as_default=False, direct_to_workers=False)
    try:
        yield client
    finally:
        client.close(timeout=WAIT_SECONDS)


def _check(address: str, security: Any) -> None:
    """Refuse an address at which no scheduler is; a client that failed would speak of it long after."""
    arguments = security.get_connection_args("client")
    if address.startswith("tls://") and arguments.get("ssl_context") is None:
        rule = "An encrypted way needs certificates, and dask's configuration names none."
        step = (
            "Name them in distributed.comm.tls of dask's configuration: https://distributed.dask.org/en/stable/tls.html"
        )
        raise RequestProblem(Problem(rule, CLUSTER, address, step))
    try:
        kind = asyncio.run(_kind_of(address, arguments))
    except ValueError:
        raise RequestProblem(Problem("This is no address of a cluster.", CLUSTER, address, _HOW)) from None
    except Exception as why:  # noqa: BLE001 nobody is there, or somebody whose bytes dask takes for it knows not what
        said = f" The system says: {why}." if isinstance(why, OSError) and str(why) else ""
        step = f"Start the scheduler, correct the address, or do not set {CLUSTER}.{said}"
        raise RequestProblem(Problem("No cluster answers at this address.", CLUSTER, address, step)) from None
    if kind != "Scheduler":
        raise RequestProblem(Problem("What answers at this address is not a dask scheduler.", CLUSTER, address, _HOW))


async def _kind_of(address: str, arguments: dict[str, Any]) -> str:
    from distributed import rpc  # noqa: PLC0415

    async with rpc(address, timeout=WAIT_SECONDS, connection_args=arguments) as asked:
        found = await asyncio.wait_for(asked.identity(), WAIT_SECONDS + 1)
    return str(found.get("type"))
