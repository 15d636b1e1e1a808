"""Prints the policy documents that moto's tests list, which the source distribution of the given path has."""

import ast
import json
import sys
import tarfile

LISTS = {"invalid_policy_document_test_cases": "invalid", "valid_policy_documents": "valid"}

with tarfile.open(sys.argv[1]) as archive:
    [member] = [one for one in archive if one.name.endswith("/tests/test_iam/test_iam_policies.py")]
    program = ast.parse(archive.extractfile(member).read())

print(
    json.dumps(
        {
            LISTS[statement.targets[0].id]: ast.literal_eval(statement.value)
            for statement in program.body
            if isinstance(statement, ast.Assign) and statement.targets[0].id in LISTS
        }
    )
)
