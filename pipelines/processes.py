"""Processes of this machine: their identity, and whether one still runs."""

import socket

import psutil


def this_process() -> str:
    """This process as `host id creation_time`.

    The creation time distinguishes it from a later process with the same id.
    """
    process = psutil.Process()
    return f"{socket.gethostname()} {process.pid} {process.create_time():.2f}"


def is_alive(identity: str) -> bool | None:
    """Whether a process runs; None if it cannot be known, because it is on another host."""
    host, _, rest = identity.partition(" ")
    if host != socket.gethostname() or rest.count(" ") != 1:
        return None
    number, created = rest.split()
    try:
        process = psutil.Process(int(number))
        same = abs(float(process.create_time()) - float(created)) < 1
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError):
        return False
