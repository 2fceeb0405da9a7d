"""An application in Python: it says what a flag serves, at every change and when it is asked.

follow.py <url> <flag> <cache folder>
"""

import json
import sys
import time

from featureflags_client import FeatureClient


def main(url: str, flag: str, cache: str) -> None:
    with FeatureClient(url, cache=cache) as client:

        def say(why: str) -> None:
            """One line: when (milliseconds since 1970), why it is said, and what the flag serves."""
            details = client.details(flag, "none")
            said = {
                "time": time.time() * 1000,
                "why": why,
                "value": details.value,
                "reason": details.reason,
                "version": details.version,
            }
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()

        client.on_change(lambda _: say("change"))
        client.wait_until_ready(10)
        say("ready")
        for line in sys.stdin:
            say(line.strip())


main(*sys.argv[1:])
