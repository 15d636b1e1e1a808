"""Mints a token and hands it, with the registry's addresses, to the outputs of this step."""

import os

from codeartifact import Registry, run_step


def main() -> None:
    registry = Registry()
    token, endpoint = registry.token(), registry.endpoint()
    index = f"{endpoint}simple/"
    scheme, _, rest = index.partition("://")
    outputs = {
        "token": token,
        "upload-url": endpoint,
        "index-url": index,
        "authenticated-index-url": f"{scheme}://aws:{token}@{rest}",
    }
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())
    print(f"A token of {registry.domain} for {os.environ['TOKEN_LIFETIME']} seconds; {index}")


run_step(main)
