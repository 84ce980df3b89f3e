"""Read texts of `.telemetry` files as kedro-telemetry does.

    python statements.py TEXTS.json READ.json

For each text: `true` or `false` where it states one, `null` where it states nothing, the name of the error where reading it fails.
"""

import json
import sys

import yaml
from kedro_telemetry.plugin import _is_valid_syntax


def read(text):
    try:
        telemetry = yaml.safe_load(text)
    except Exception as error:
        return type(error).__name__
    return telemetry["consent"] if _is_valid_syntax(telemetry) else None


def main(texts_path, read_path):
    with open(texts_path, encoding="utf-8") as file:
        texts = json.load(file)
    with open(read_path, "w", encoding="utf-8") as file:
        json.dump([read(text) for text in texts], file)


if __name__ == "__main__":
    main(*sys.argv[1:])
