"""Makes, changes and deletes a domain, a repository and a package group through Cloud Control, with boto3's waiters."""
import json

import boto3
from botocore.exceptions import ClientError, WaiterError

client = boto3.client("cloudcontrol")
quick = {"Delay": 1, "MaxAttempts": 2}


def ended(answer):
    event = answer["ProgressEvent"]
    client.get_waiter("resource_request_success").wait(RequestToken=event["RequestToken"], WaiterConfig=quick)
    return event["Identifier"]


def failure(answer):
    token = answer["ProgressEvent"]["RequestToken"]
    try:
        client.get_waiter("resource_request_success").wait(RequestToken=token, WaiterConfig=quick)
    except WaiterError as error:
        event = error.last_response["ProgressEvent"]
        return [event["OperationStatus"], event["ErrorCode"]]
    return ["SUCCESS"]


def code(call):
    try:
        call()
    except ClientError as error:
        return [type(error).__name__, error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return "answered"


def create(kind, desired, **more):
    return client.create_resource(TypeName=f"AWS::CodeArtifact::{kind}", DesiredState=json.dumps(desired), **more)


def get(kind, identifier):
    answer = client.get_resource(TypeName=f"AWS::CodeArtifact::{kind}", Identifier=identifier)
    return json.loads(answer["ResourceDescription"]["Properties"])


def update(kind, identifier, *patch):
    return client.update_resource(
        TypeName=f"AWS::CodeArtifact::{kind}", Identifier=identifier, PatchDocument=json.dumps(patch)
    )


def delete(kind, identifier):
    return client.delete_resource(TypeName=f"AWS::CodeArtifact::{kind}", Identifier=identifier)


desired = {
    "Domain": {"DomainName": "acme"},
    "Repository": {"DomainName": "acme", "RepositoryName": "packages", "Description": "first"},
    "PackageGroup": {"DomainName": "acme", "Pattern": "/pypi//acme-*", "Description": "first"},
}
made = {kind: ended(create(kind, desired[kind])) for kind in desired}
found = {}
for kind in desired:
    model = json.dumps({"DomainName": "acme"})
    pages = client.get_paginator("list_resources").paginate(TypeName=f"AWS::CodeArtifact::{kind}", ResourceModel=model)
    found[kind] = made[kind] in [one["Identifier"] for page in pages for one in page["ResourceDescriptions"]]
group = made["PackageGroup"]
ended(update("PackageGroup", group, {"op": "replace", "path": "/Description", "value": "second"}))
ended(update("Repository", made["Repository"], {"op": "replace", "path": "/Description", "value": "second"}))
ended(update("Domain", made["Domain"], {"op": "add", "path": "/Tags", "value": [{"Key": "Team", "Value": "acme"}]}))
changed = [get("PackageGroup", group)["Description"], get("Repository", made["Repository"])["Description"]]
changed.append(get("Domain", made["Domain"])["Tags"])
errors = {
    "again": failure(create("Domain", desired["Domain"])),
    "fullDomain": failure(delete("Domain", made["Domain"])),
    "type": code(lambda: create("Nothing", {})),
    "property": code(lambda: create("Domain", {"DomainName": "other", "Colour": "red"})),
    "pattern": code(lambda: update("PackageGroup", group, {"op": "replace", "path": "/Pattern", "value": "/npm/*"})),
    "patch": code(lambda: update("PackageGroup", group, {"op": "replace", "path": "/None/None", "value": ""})),
    "request": code(lambda: client.get_resource_request_status(RequestToken="none")),
}
create("Domain", {"DomainName": "other"}, ClientToken="one")
errors["token"] = code(lambda: create("Domain", {"DomainName": "third"}, ClientToken="one"))
for kind in reversed(list(desired)):
    ended(delete(kind, made[kind]))
errors["gone"] = [code(lambda: get(kind, made[kind])) for kind in desired]
errors["deleteAgain"] = failure(delete("PackageGroup", group))
print(json.dumps({"found": found, "changed": changed, "errors": errors}))
