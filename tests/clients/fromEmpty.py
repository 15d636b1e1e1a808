"""Deploys a registry into an empty account with boto3 alone, as its administrator. Arguments: domain, account."""
import json
import sys

import boto3

domain, account = sys.argv[1:]
codeartifact = boto3.client("codeartifact")
iam = boto3.client("iam")

codeartifact.create_domain(domain=domain, tags=[{"key": "Project", "value": "made-by-hand"}])
codeartifact.create_repository(domain=domain, repository="pypi-store")
codeartifact.associate_external_connection(
    domain=domain, repository="pypi-store", externalConnection="public:pypi"
)
codeartifact.create_repository(
    domain=domain, repository="python-packages", upstreams=[{"repositoryName": "pypi-store"}]
)
codeartifact.create_package_group(domain=domain, packageGroup="/pypi//acme~")
codeartifact.update_package_group_origin_configuration(
    domain=domain,
    packageGroup="/pypi//acme~",
    restrictions={"EXTERNAL_UPSTREAM": "BLOCK", "PUBLISH": "ALLOW_SPECIFIC_REPOSITORIES"},
    addAllowedRepositories=[{"repositoryName": "python-packages", "originRestrictionType": "PUBLISH"}],
)
reader = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "codeartifact:ReadFromRepository", "Resource": "*"}
codeartifact.put_repository_permissions_policy(
    domain=domain,
    repository="python-packages",
    policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [reader]}),
)
policy = iam.create_policy(
    PolicyName=f"{domain}-reader",
    PolicyDocument=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "codeartifact:ReadFromRepository", "Resource": "*"}],
        }
    ),
)["Policy"]["Arn"]
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}
iam.create_role(
    RoleName=f"{domain}-reader",
    AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
)
iam.attach_role_policy(RoleName=f"{domain}-reader", PolicyArn=policy)
print(
    json.dumps(
        {
            "repositories": [one["name"] for one in codeartifact.list_repositories_in_domain(domain=domain)["repositories"]],
            "upstreams": codeartifact.describe_repository(domain=domain, repository="python-packages")["repository"]["upstreams"],
            "groups": [one["pattern"] for one in codeartifact.list_package_groups(domain=domain)["packageGroups"]],
            "policies": iam.list_attached_role_policies(RoleName=f"{domain}-reader")["AttachedPolicies"],
        }
    )
)
