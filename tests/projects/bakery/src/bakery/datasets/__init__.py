"""Datasets of the bakery's own."""

from kedro.io import AbstractDataset


class OvenCurveDataset(AbstractDataset):
    """Temperature over time, one value a line."""

    def __init__(self, filepath: str, metadata: dict | None = None):
        self._filepath = filepath
        self.metadata = metadata

    def _load(self) -> list[float]:
        with open(self._filepath, encoding="utf-8") as file:
            return [float(line) for line in file]

    def _save(self, data: list[float]) -> None:
        with open(self._filepath, "w", encoding="utf-8") as file:
            file.writelines(f"{value}\n" for value in data)

    def _describe(self) -> dict:
        return {"filepath": self._filepath}
