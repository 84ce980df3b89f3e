CONF_SOURCE = "elsewhere"
from kedro.config import TemplatedConfigLoader  # noqa
