"""Mints a token, and writes it and the registry's addresses to the outputs of this step."""

import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from codeartifact import Registry  # noqa: E402
from registry_login import index_urls  # noqa: E402
from step import run_step, set_outputs  # noqa: E402


def main() -> None:
    registry = Registry()
    token, endpoint = registry.token(), registry.endpoint()
    index, with_token = index_urls(endpoint, token)
    set_outputs(
        {
            "token": token,
            "upload-url": endpoint,
            "index-url": index,
            "authenticated-index-url": with_token,
        }
    )
    print(f"A token of {registry.domain} for {os.environ['TOKEN_LIFETIME']} seconds; {index}")


run_step(main)
