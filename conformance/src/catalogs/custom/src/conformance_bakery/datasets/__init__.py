from kedro.io import AbstractDataset


class OvenDataset(AbstractDataset):
    def __init__(self, filepath):
        self._filepath = filepath

    def load(self):
        return None

    def save(self, data):
        pass

    def _describe(self):
        return {}
