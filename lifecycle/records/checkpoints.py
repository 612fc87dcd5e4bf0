"""Checkpoints: signed notes of the journal's size and head, kept where the database's owner cannot rewrite them.

A note is a C2SP signed note with the body of a tlog-checkpoint: origin, size, head in base64, and when. The
head is that of the linear chain. Notes are appended to one file; beside it lie the public keys and, readable
for its owner only, the signing key. None of it lies in the database, nor in the data folder that is backed up.
"""

import base64
import binascii
import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lifecycle.errors import LifecycleError
from lifecycle.records.journal import stamp
from lifecycle.value import Value

EVERY = 100
"""So many entries at the most are not yet vouched for by a checkpoint."""

NOTES, KEYS, SIGNING_KEY = "checkpoints.txt", "public-keys.txt", "signing-key"
ED25519 = b"\x01"
DASH = "\u2014 "
NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9]\d{0,17})\n(?P<head>[A-Za-z0-9+/]{43}=)\n(?P<at>[0-9TZ:-]{20})\n)"
    r"\n\u2014 (?P<name>[^ \n]+) (?P<signature>[A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=)\n\n"
)
"""The last character of a signature has two bits to spare, which nothing signs: they must be 0."""

LINES = (
    re.compile(r"[^\n]+"),
    re.compile(r"0|[1-9]\d*"),
    re.compile(r"[A-Za-z0-9+/]{43}="),
    re.compile(r"[0-9TZ:-]{20}"),
    re.compile(r""),
    re.compile(r"\u2014 [^ \n]+ [A-Za-z0-9+/]{91}="),
)
"""The lines of a note one by one, to tell the beginning of one, which a crash may leave, from anything else."""


class BadCheckpoint(LifecycleError):
    """A checkpoint cannot be trusted: its form or signature is wrong, or it is another installation's."""


class Checkpoint(Value):
    """What a note vouches for: so many entries, the last with this hash, at this moment."""

    size: int
    head: str
    at: str


class Signed(NamedTuple):
    """A note as it lies in the file."""

    origin: str
    checkpoint: Checkpoint
    text: str
    name: str
    signature: bytes


def origin_of(instance: str) -> str:
    """The name under which an installation signs."""
    return f"phasegate/{instance}"


def key_line(origin: str, public: bytes) -> str:
    """A public key as C2SP writes it: name, id of the key, algorithm and key."""
    return f"{origin}+{_key_id(origin, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def notes(text: str) -> Iterator[Signed]:
    """The notes of a file; BadCheckpoint where it holds something else."""
    place = 0
    for number, found in enumerate(NOTE.finditer(text), start=1):
        if found.start() != place:
            raise BadCheckpoint(f"what stands before checkpoint {number} is none")
        place = found.end()
        signature = base64.b64decode(found["signature"])
        yield Signed(found["origin"], _checkpoint(found), found["text"], found["name"], signature)
    if text[place:]:
        raise BadCheckpoint("what stands after the last checkpoint is none")


def _checkpoint(note: re.Match[str]) -> Checkpoint:
    head = base64.b64decode(note["head"]).hex()
    return Checkpoint(size=int(note["size"]), head=head, at=note["at"])


def checked(text: str, instance: str, keys: Iterable[str]) -> tuple[Checkpoint, ...]:
    """The checkpoints of a file, each signed by one of these keys; BadCheckpoint for the first that is not right.

    Sizes never fall: a note of an earlier state after one of a later state is a replay.
    """
    origin, found, size = origin_of(instance), [], 0
    known = dict(_key(line) for line in keys)
    for number, note in enumerate(notes(text), start=1):
        if (note.origin, note.name) != (origin, origin):
            raise BadCheckpoint(f"checkpoint {number} belongs to another installation: {note.origin}")
        key = known.get(note.signature[:4])
        if key is None or not _signed(key, note.signature[4:], note.text.encode()):
            raise BadCheckpoint(f"the signature of checkpoint {number} ({note.checkpoint.size} entries) is wrong")
        if note.checkpoint.size < size:
            raise BadCheckpoint(f"checkpoint {number} is older than the one before it")
        size = note.checkpoint.size
        found.append(note.checkpoint)
    return tuple(found)


def signers(text: str, keys: Collection[str]) -> set[str]:
    """Those of these public keys that a note of a file names as its signer's."""
    named = {note.signature[:4] for note in notes(text)} if keys else set()
    return {line for line in keys if _key(line)[0] in named}


@dataclass(frozen=True)
class Place:
    """Where checkpoints are kept, and the file of the key that signs them."""

    folder: Path
    key: Path

    @classmethod
    def at(cls, folder: Path, key: Path | None = None) -> "Place":
        """A folder; the key lies in it, unless it is kept elsewhere."""
        return cls(folder, key or folder / SIGNING_KEY)

    def text(self) -> str:
        """All notes written so far, without the beginning of one that a crash left at the end."""
        text = _read(self.folder / NOTES)
        end = max((found.end() for found in NOTE.finditer(text)), default=0)
        return text[:end] if _cut_short(text[end:]) else text

    def keys(self) -> tuple[str, ...]:
        """The public keys that checkpoints here were signed with, oldest first."""
        return tuple(_read(self.folder / KEYS).splitlines())

    def last(self) -> Checkpoint | None:
        """The newest checkpoint, its signature not looked at."""
        newest = [*NOTE.finditer(_read(self.folder / NOTES, tail=1024))][-1:]
        if not newest:
            return None
        return _checkpoint(newest[0])

    def public(self, instance: str) -> str | None:
        """The public part of the key in use; None before there is one."""
        if not self.key.exists():
            return None
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.key.read_text()))
        return key_line(origin_of(instance), private.public_key().public_bytes_raw())

    def new_key(self, instance: str, *, instead: bool = False) -> str:
        """Make a key and put it in use, `instead` of the one there is; the public part of the one in use."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.key.parent.mkdir(parents=True, exist_ok=True)
        private = Ed25519PrivateKey.generate()
        part = self.key.with_name(f".{self.key.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(private.private_bytes_raw().hex())
        try:
            part.replace(self.key) if instead else self.key.hardlink_to(part)
        except FileExistsError:  # somebody else made the first key meanwhile
            pass
        finally:
            part.unlink(missing_ok=True)
        return str(self.public(instance))

    def write(self, instance: str, size: int, head: str, now: datetime) -> bool:
        """Append a checkpoint, unless a newer one stands there already; the key must be there."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.key.read_text()))
        public, origin = private.public_key().public_bytes_raw(), origin_of(instance)
        text = f"{origin}\n{size}\n{base64.b64encode(bytes.fromhex(head)).decode()}\n{stamp(now)}\n"
        signature = _key_id(origin, public) + private.sign(text.encode())
        note = f"{text}\n{DASH}{origin} {base64.b64encode(signature).decode()}\n\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            last = self.last()
            if last and last.size >= size:
                return False
            self._require_own(origin)
            if (line := key_line(origin, public)) not in self.keys():
                _append(self.folder / KEYS, f"{line}\n")
            self._take_back_what_was_cut_short()
            _append(self.folder / NOTES, note)
        return True

    def _require_own(self, origin: str) -> None:
        if (text := _read(self.folder / NOTES, head=1024)) and not text.startswith(f"{origin}\n"):
            raise BadCheckpoint(
                f"The checkpoints in {self.folder} belong to another installation. Move that folder away, or name "
                "another one in PHASEGATE_CHECKPOINTS."
            )

    def _take_back_what_was_cut_short(self) -> None:
        """The beginning of a note that a crash left at the end; it vouches for nothing."""
        text = _read(self.folder / NOTES, tail=1024)
        rest = text[max((found.end() for found in NOTE.finditer(text)), default=0) :]
        if rest and _cut_short(rest):
            os.truncate(self.folder / NOTES, (self.folder / NOTES).stat().st_size - len(rest.encode()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else appends meanwhile."""
        with (self.folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _cut_short(text: str) -> bool:
    """Whether a text is nothing, or the beginning of a note."""
    *whole, rest = text.split("\n")
    right = len(whole) <= len(LINES) and all(line.fullmatch(one) for line, one in zip(LINES, whole, strict=False))
    return right and not (len(whole) == len(LINES) and rest)


def _append(file: Path, text: str) -> None:
    """Append a text whole, or not at all."""
    content = text.encode()
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        before = os.fstat(handle).st_size
        if os.write(handle, content) != len(content):
            os.ftruncate(handle, before)
            raise OSError(f"{file} could not be written whole")
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path, *, head: int = -1, tail: int | None = None) -> str:
    """A file, or its first or last bytes; nothing where there is none."""
    try:
        with file.open("rb") as opened:
            if tail is not None:
                opened.seek(max(0, file.stat().st_size - tail))
            return opened.read(head).decode(errors="replace")
    except FileNotFoundError:
        return ""


def _key(line: str) -> tuple[bytes, bytes]:
    """A public key by its id; BadCheckpoint for a line that is none."""
    name, _, rest = line.partition("+")
    known, _, key = rest.partition("+")
    try:
        public = base64.b64decode(key, validate=True)
    except binascii.Error:
        public = b""
    if public[:1] != ED25519 or _key_id(name, public[1:]).hex() != known:
        raise BadCheckpoint(f"'{line}' is no public key")
    return bytes.fromhex(known), public[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def _signed(public: bytes, signature: bytes, text: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def contradicted(checkpoints: Sequence[Checkpoint], heads: dict[int, str]) -> Checkpoint | None:
    """The first checkpoint that the journal does not bear out; `heads` are its hashes by number of entries."""
    return next((one for one in checkpoints if heads.get(one.size) != one.head), None)
