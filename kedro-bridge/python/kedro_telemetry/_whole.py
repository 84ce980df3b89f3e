"""Whether a library is there to its end: on Linux, whoever loads half of one is killed for it."""

_HEADER = 64
_ELF_OF_64_BITS = b"\x7fELF\x02\x01"
# Where the header has the beginning of the table of sections, an entry's length, and their number.
_TABLE = (slice(40, 48), slice(58, 60), slice(60, 62))


def is_whole(path):
    """Whether the file has all that its header says; other forms are the system's to judge."""
    with open(path, "rb") as file:
        header = file.read(_HEADER)
        if not header.startswith(_ELF_OF_64_BITS):
            return True
        return len(header) == _HEADER and file.seek(0, 2) >= _end(header)


def _end(header):
    """Where the table of sections ends, behind which there is nothing."""
    beginning, size, count = (int.from_bytes(header[part], "little") for part in _TABLE)
    return beginning + size * count
