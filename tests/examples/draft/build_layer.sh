#!/bin/bash
set -e

# ... existing code ...

# Authenticate with CodeArtifact
echo "Authenticating with CodeArtifact..."
export CODEARTIFACT_AUTH_TOKEN=$(aws codeartifact get-authorization-token \
  --domain ${CODEARTIFACT_DOMAIN} \
  --query authorizationToken \
  --output text)

# Configure pip to use CodeArtifact
REPOSITORY_ENDPOINT=$(aws codeartifact get-repository-endpoint \
  --domain ${CODEARTIFACT_DOMAIN} \
  --repository python-packages \
  --format pypi \
  --query repositoryEndpoint \
  --output text)

# Set pip index URL with authentication
export PIP_INDEX_URL="https://aws:${CODEARTIFACT_AUTH_TOKEN}@${REPOSITORY_ENDPOINT#https://}simple/"

# Now pipenv install will use CodeArtifact
pipenv install
