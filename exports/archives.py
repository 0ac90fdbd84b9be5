"""ZIP archives made while they are sent: neither the archive nor any file in it is ever held whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

#: The time that stands in every archive: one made twice from the same content is the same, byte for byte.
NO_TIME = (1980, 1, 1, 0, 0, 0)


class _Sink(io.RawIOBase):
    """What zipfile writes to; it cannot be wound back, so sizes come after the contents."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], level: int = 6) -> Iterator[bytes]:
    """The archive of the files (name, pieces), piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:  # type: ignore[arg-type]
        for name, pieces in files:
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(entry, "w") as target:
                for piece in pieces:
                    target.write(piece)
                    if taken := sink.taken():
                        yield taken
    yield sink.taken()
