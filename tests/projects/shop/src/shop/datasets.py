"""Datasets of the shop's own."""

from pathlib import Path

from kedro.io import AbstractDataset


class LinesDataset(AbstractDataset):
    """The lines of a file."""

    def __init__(self, filepath, metadata=None):
        self._filepath = Path(filepath)
        self.metadata = metadata

    def _load(self):
        return self._filepath.read_text().splitlines()

    def _save(self, data):
        self._filepath.write_text("\n".join(data))

    def _describe(self):
        return {"filepath": str(self._filepath)}
