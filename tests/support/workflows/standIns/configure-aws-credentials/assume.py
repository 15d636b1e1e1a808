import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

env = os.environ
NAMES = {"AccessKeyId": "AWS_ACCESS_KEY_ID", "SecretAccessKey": "AWS_SECRET_ACCESS_KEY", "SessionToken": "AWS_SESSION_TOKEN"}

# GitHub gives each job an address of its own; here all jobs of a run share one, and say which they are.
job = urlencode({"job": env["GITHUB_JOB"], "stack": env.get("STACK", ""), "audience": "sts.amazonaws.com"})
address = f"{env['ACTIONS_ID_TOKEN_REQUEST_URL']}&{job}"
bearer = {"Authorization": f"Bearer {env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
try:
    identity = json.load(urlopen(Request(address, headers=bearer)))["value"]
    query = {
        **{"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": env["ROLE"]},
        **{"RoleSessionName": "GitHubActions", "DurationSeconds": "3600", "WebIdentityToken": identity},
    }
    answer = ElementTree.parse(urlopen(env["AWS_ENDPOINT_URL"], urlencode(query).encode()))
except HTTPError as error:
    sys.exit(f"Error: Could not assume role with OIDC: {error.read().decode()}")

with open(env["GITHUB_ENV"], "a") as file:
    for element in answer.iter():
        name = NAMES.get(element.tag.rpartition("}")[2])
        if name is not None:
            print(f"::add-mask::{element.text}")
            file.write(f"{name}={element.text}\n")
    file.writelines(f"{name}={env['REGION']}\n" for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
