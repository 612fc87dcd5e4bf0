"""Usage: python verify_export.py [FOLDER] [PUBLIC KEYS]; exit 0 whole, 3 tampered, 4 truncated, 5 forged, 6 unread."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import NoReturn

JOURNAL, RECORDS, NOTES, KEYS = FILES = ("journal.jsonl", "records.jsonl", "checkpoints.txt", "public-keys.txt")
BODY = r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<head>[A-Za-z0-9+/]{43}=)\n[0-9TZ:-]{20}\n)"
NOTE = re.compile(BODY + r"\n\u2014 (?P<name>[^ \n]+) (?P<signature>[A-Za-z0-9+/]{90}[AEIMQUYcgkosw048]=)\n\n")
UNFIT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def _stop(code: int, why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(code)


def _line(value: object) -> bytes:  # RFC 8785, for objects of texts, whole numbers and null under ASCII names
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _chain(folder: Path, head: str, wanted: set[int]) -> tuple[int, dict[int, str], set[str], bytes]:
    seq, heads, keys = 0, {0: head}, set[str]()
    with (folder / JOURNAL).open("rb") as journal, (folder / RECORDS).open("rb") as records:
        for seq, line in enumerate(journal, start=1):
            try:
                entry = json.loads(line)
                right = _line(entry) == line and (entry["seq"], entry["previous"]) == (seq, head)
                claimed, inner = entry.pop("hash"), hashlib.sha256(_line(entry)[:-1]).digest()
                right &= claimed == hashlib.sha256(b"phasegate-journal-v1\0" + bytes.fromhex(head) + inner).hexdigest()
                if entry["digest"] is not None:
                    record = json.loads(other := records.readline())
                    told = {"id": entry["object"], "kind": entry["action"], "project": entry["project"], "seq": seq}
                    right &= _line(record) == other and record == {**told, "body": record["body"]}
                    right &= hashlib.sha256(record["body"].encode()).hexdigest() == entry["digest"]
                keys.update({entry["object"]} if entry["action"] == "signing key" else ())
            except UNFIT:
                right = False
            if not right:
                _stop(3, f"entry {seq}, or its record, is missing, out of place or was changed")
            head = claimed
            heads.update({seq: head} if seq in wanted else {})
        return seq, heads | {seq: head}, keys, records.readline()


def _checkpoints(text: str, origin: str, keys: set[str]) -> list[tuple[int, str, str]]:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as PublicKey
    except ModuleNotFoundError:
        _stop(6, "chain and records are whole; SIGNATURES WERE NOT CHECKED: pip install cryptography")
    end, size, found = 0, 0, []
    try:
        public = {bytes.fromhex(line.split("+")[1]): (base64.b64decode(line.split("+", 2)[2]), line) for line in keys}
        for note in NOTE.finditer(text):
            signature, place = base64.b64decode(note["signature"]), (note.start(), note["origin"], note["name"])
            key, line = public[signature[:4]]
            named = hashlib.sha256(f"{origin}\n".encode() + key).digest()[:4]
            if place != (end, origin, origin) or int(note["size"]) < size or named != signature[:4]:
                raise ValueError
            PublicKey.from_public_bytes(key[1:]).verify(signature[4:], note["text"].encode())
            end, size = note.end(), int(note["size"])
            found.append((size, base64.b64decode(note["head"]).hex(), line))
        if not text[end:]:
            return found
    except (*UNFIT, InvalidSignature):
        pass
    _stop(5, f"what follows the checkpoint of {size} entries is forged or of another origin")


def verify(folder: Path, *trusted: str) -> str:
    """Everything in its order of weight; a sentence when all is well, or the end with a code."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    text, listed = ((folder / name).read_bytes().decode(errors="replace") for name in (NOTES, KEYS))
    start = hashlib.sha256(b"phasegate-journal-v1" + manifest["instance"].encode()).hexdigest()
    size, heads, recorded, left = _chain(folder, start, {int(note["size"]) for note in NOTE.finditer(text)})
    keys = set(trusted or listed.splitlines()) or recorded
    points = _checkpoints(text, f"phasegate/{manifest['instance']}", keys)
    if wrong := [vouched for vouched, head, _ in points if heads.get(vouched) != head]:
        _stop(4, f"a checkpoint vouches for {wrong[0]} entries that are not these {size}")
    if (trusted and not points) or {key for *_, key in points} - recorded:
        _stop(5, "no checkpoint is signed with a trusted key, or one with a key that is not in the journal")
    if left or size < manifest["entries"]:
        _stop(3 if left else 4, f"there are records without entries, or fewer than {manifest['entries']} entries")
    if other := [n for n in FILES if hashlib.sha256((folder / n).read_bytes()).hexdigest() != manifest["files"][n]]:
        _stop(3, f"{other[0]} is not the file that was exported")
    newest = points[-1][0] if points else 0
    return f"whole: {size} entries, head {heads[size]}; checkpoints vouch for {newest} of them, keys {sorted(keys)}"


if __name__ == "__main__":
    try:
        print(verify(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent, *sys.argv[2:]))
    except (OSError, *UNFIT) as error:
        _stop(6, f"this is no export that can be read: {error}")
