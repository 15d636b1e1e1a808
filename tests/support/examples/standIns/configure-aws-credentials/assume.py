import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

env = os.environ
NAMES = {"AccessKeyId": "aws-access-key-id", "SecretAccessKey": "aws-secret-access-key", "SessionToken": "aws-session-token"}

if env.get("AWS_ENDPOINT_URL") or env.get("AWS_CONFIG_FILE") not in (None, os.devnull):
    sys.exit("Error: an endpoint of the job would receive the identity token")

# GitHub gives each job an address of its own; here all jobs of a run share one, and say which they are.
address = f"{env['ACTIONS_ID_TOKEN_REQUEST_URL']}&job={env['GITHUB_JOB']}&audience=sts.amazonaws.com"
bearer = {"Authorization": f"Bearer {env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
try:
    identity = json.load(urlopen(Request(address, headers=bearer)))["value"]
    query = {
        **{"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": env["ROLE"]},
        **{"RoleSessionName": env["SESSION_NAME"], "DurationSeconds": env["DURATION"], "WebIdentityToken": identity},
    }
    answer = ElementTree.parse(urlopen(env["HUB_AWS"], urlencode(query).encode()))
except HTTPError as error:
    sys.exit(f"Error: Could not assume role with OIDC: {error.read().decode()}")

values = {name: next(e.text for e in answer.iter() if e.tag.endswith("}" + tag) or e.tag == tag) for tag, name in NAMES.items()}
for value in values.values():
    print(f"::add-mask::{value}")
if env["AS_OUTPUTS"] == "true":
    with open(env["GITHUB_OUTPUT"], "a") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
if env["AS_ENVIRONMENT"] == "true":
    with open(env["GITHUB_ENV"], "a") as file:
        file.writelines(f"{name.replace('-', '_').upper()}={value}\n" for name, value in values.items())
        file.writelines(f"{name}={env['REGION']}\n" for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
