"""The place where an embedded database lies: is there room, and can SQLite keep its promises there?"""

import os
from pathlib import Path

from lifecycle.errors import NoSpaceLeft, RecordsUnreachable

RESERVE = 32 * 1024 * 1024
"""Bytes that must be free before anything is written, so that what begins can also end."""
SHARED = ("nfs", "cifs", "smb", "afs", "9p", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs")
"""Beginnings of the names of file systems that several machines share. WAL needs memory that is shared on one."""
MOUNTS = Path("/proc/self/mountinfo")


def require_room(folder: Path) -> None:
    """NoSpaceLeft unless the reserve is free in this folder; RecordsUnreachable when that cannot be told."""
    try:
        free = free_bytes(folder)
    except OSError as error:
        raise RecordsUnreachable(
            f"{folder} cannot be reached ({error.strerror}). Nothing was written. Try again."
        ) from error
    if free < RESERVE:
        raise NoSpaceLeft(
            f"Only {free // 1024**2} MB are free in {folder}; {RESERVE // 1024**2} MB are kept in reserve. "
            "Nothing was written. Make room, and work goes on by itself."
        )


def free_bytes(folder: Path) -> int:
    """The bytes that an ordinary user may still write to a folder's file system."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def number_of(file: Path) -> tuple[int, int] | None:
    """Which file lies here, as the system numbers it; None when there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def require_local(folder: Path) -> None:
    """RecordsUnreachable when a folder lies on a file system shared over the network."""
    kind = file_system(folder)
    if kind.startswith(SHARED):
        raise RecordsUnreachable(
            f"{folder} lies on a file system of the network ({kind}), where SQLite can lose decisions. Choose a "
            "folder on a local disk with --data DIR, or keep the records in PostgreSQL: PHASEGATE_DATABASE_URL."
        )


def file_system(folder: Path) -> str:
    """The kind of file system that a folder lies on, as Linux names it; empty where nobody can tell."""
    try:
        mounts = [line.split() for line in MOUNTS.read_text(errors="replace").splitlines()]
    except OSError:
        return ""
    place, longest, kind = str(folder.resolve()), -1, ""
    for mount in mounts:
        point = mount[4].replace("\\040", " ")
        inside = point in ("/", place) or place.startswith(f"{point}/")
        if inside and len(point) >= longest:
            longest, kind = len(point), mount[mount.index("-") + 1]
    return kind
