from . import OvenDataset


class BigOvenDataset(OvenDataset):
    pass
