"""Prints, for each distribution of the corpus, what Python's own libraries read of it."""

import email
import json
import re
from pathlib import Path

from packaging.utils import parse_sdist_filename, parse_wheel_filename


def expected(filename: str, metadata: str) -> dict[str, object]:
    headers = email.message_from_string(metadata)
    read = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
    name, version, *_ = read(filename)
    requires = headers["Requires-Python"]
    return {
        "name": headers["Name"],
        "version": headers["Version"],
        "normalName": name,
        "normalVersion": str(version),
        "requiresPython": requires and re.sub(r"\s*\n\s*", " ", requires).strip(),
    }


corpus = json.loads(Path(__file__).with_name("distributions.json").read_text(encoding="utf-8"))
print(json.dumps([expected(one["filename"], one["metadata"]) for one in corpus]))
