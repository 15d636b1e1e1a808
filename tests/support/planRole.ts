const issuer = "token.actions.githubusercontent.com";

/** The role of the plan's CloudFormation template, codeartifact.yml. */
export const planRole = {
  trust: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
          StringLike: { [`${issuer}:sub`]: "repo:orb-integration-hub/*:*" },
        },
      },
    ],
  },
  permissions: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "codeartifact:PublishPackageVersion",
          "codeartifact:PutPackageMetadata",
          "codeartifact:GetAuthorizationToken",
          "codeartifact:GetRepositoryEndpoint",
          "codeartifact:ReadFromRepository",
        ],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: ["sts:GetServiceBearerToken"],
        Resource: "*",
        Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
      },
    ],
  },
};
