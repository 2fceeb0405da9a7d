"""What typed calls give: typed.py <url> <generated file>"""

import importlib.util
import json
import sys

from featureflags_client import FeatureClient


def main(url: str, file: str) -> None:
    spec = importlib.util.spec_from_file_location("flags", file)
    assert spec is not None and spec.loader is not None
    generated = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    with FeatureClient(url, cache=False) as client:
        flags = generated.Flags(client)
        before = flags.new_checkout()
        client.wait_until_ready(10)
        values = [
            before,
            flags.new_checkout({"targetingKey": "ann"}),
            flags.button_colour(),
            flags.limit(),
            flags.banner(),
        ]
    print(json.dumps(values))


main(*sys.argv[1:])
