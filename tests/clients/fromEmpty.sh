# Deploys a registry into an empty account with the AWS CLI alone, as its administrator.
# Set: DOMAIN, ACCOUNT, REPOSITORY_ID, OWNER_ID.
in_domain() { aws codeartifact "$@" --domain "$DOMAIN"; }

in_domain create-domain --tags key=Project,value=made-by-hand
in_domain create-repository --repository pypi-store
in_domain associate-external-connection --repository pypi-store --external-connection public:pypi
in_domain create-repository --repository python-packages --upstreams repositoryName=pypi-store

in_domain create-package-group --package-group '/pypi//acme~'
in_domain update-package-group-origin-configuration --package-group '/pypi//acme~' \
  --restrictions EXTERNAL_UPSTREAM=BLOCK,INTERNAL_UPSTREAM=BLOCK,PUBLISH=ALLOW_SPECIFIC_REPOSITORIES \
  --add-allowed-repositories repositoryName=python-packages,originRestrictionType=PUBLISH
in_domain update-package-group-origin-configuration --package-group '/*' --restrictions PUBLISH=BLOCK

issuer=token.actions.githubusercontent.com
cat > trust.json <<END
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
  "Principal": {"Federated": "arn:aws:iam::$ACCOUNT:oidc-provider/$issuer"},
  "Condition": {"StringEquals": {
    "$issuer:aud": "sts.amazonaws.com", "$issuer:sub": "repo:acme/services:environment:dev",
    "$issuer:repository_id": "$REPOSITORY_ID", "$issuer:repository_owner_id": "$OWNER_ID"}}}]}
END
place="arn:aws:codeartifact:us-east-1:$ACCOUNT"
cat > publisher.json <<END
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "codeartifact:GetAuthorizationToken", "Resource": "$place:domain/$DOMAIN"},
  {"Effect": "Allow", "Action": "sts:GetServiceBearerToken", "Resource": "*", "Condition": {
    "StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"},
    "NumericLessThanEquals": {"sts:DurationSeconds": "3600"}, "NumericGreaterThan": {"sts:DurationSeconds": "0"}}},
  {"Effect": "Allow", "Action": ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
   "Resource": "$place:repository/$DOMAIN/python-packages"},
  {"Effect": "Allow", "Action": "codeartifact:PublishPackageVersion",
   "Resource": "$place:package/$DOMAIN/python-packages/pypi//acme-core"}]}
END
aws iam create-role --role-name acme-publisher --assume-role-policy-document file://trust.json
aws iam put-role-policy --role-name acme-publisher --policy-name permissions --policy-document file://publisher.json
