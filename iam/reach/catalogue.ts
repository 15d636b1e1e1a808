/** An action that nothing in this project grants. Only an administrator is allowed it. */
export const anyOtherAction = "account:CloseAccount";

/**
 * Every action of IAM, STS, CodeArtifact, KMS and Lambda that changes something, by what it acts on; beside them the few that read what
 * must not be read, and those of S3 and of what runs code as a role.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/ ; a test compares the lists with it.
 */
export const catalogue = {
  role: [
    ...named(
      "iam",
      "AttachRolePolicy CreateRole CreateServiceLinkedRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy",
      "DeleteServiceLinkedRole DetachRolePolicy PassRole PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole",
      "UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
    ),
    ...named("sts", "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity SetContext SetSourceIdentity TagSession"),
  ],
  user: named(
    "iam",
    "AttachUserPolicy ChangePassword CreateAccessKey CreateLoginProfile CreateServiceSpecificCredential CreateUser",
    "DeactivateMFADevice DeleteAccessKey DeleteLoginProfile DeleteSSHPublicKey DeleteServiceSpecificCredential",
    "DeleteSigningCertificate DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy EnableMFADevice",
    "PutUserPermissionsBoundary PutUserPolicy ResetServiceSpecificCredential ResyncMFADevice TagUser UntagUser",
    "UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateServiceSpecificCredential UpdateSigningCertificate",
    "UpdateUser UploadSSHPublicKey UploadSigningCertificate",
  ),
  group: named(
    "iam",
    "AddUserToGroup AttachGroupPolicy CreateGroup DeleteGroup DeleteGroupPolicy DetachGroupPolicy PutGroupPolicy",
    "RemoveUserFromGroup UpdateGroup",
  ),
  policy: named(
    "iam",
    "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy",
  ),
  "oidc-provider": named(
    "iam",
    "AddClientIDToOpenIDConnectProvider CreateOpenIDConnectProvider DeleteOpenIDConnectProvider",
    "RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider",
    "UpdateOpenIDConnectProviderThumbprint",
  ),
  "saml-provider": named(
    "iam",
    "CreateSAMLProvider DeleteSAMLProvider TagSAMLProvider UntagSAMLProvider UpdateSAMLProvider",
  ),
  "instance-profile": named(
    "iam",
    "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile",
    "TagInstanceProfile UntagInstanceProfile",
  ),
  "server-certificate": named(
    "iam",
    "DeleteServerCertificate TagServerCertificate UntagServerCertificate UpdateServerCertificate",
    "UploadServerCertificate",
  ),
  mfa: named("iam", "CreateVirtualMFADevice DeleteVirtualMFADevice TagMFADevice UntagMFADevice"),
  "delegation-request": named(
    "iam",
    "AcceptDelegationRequest AssociateDelegationRequest CreateDelegationRequest RejectDelegationRequest",
    "SendDelegationToken",
  ),
  "root-user": named("sts", "AssumeRoot"),
  "federated-user": named("sts", "GetFederationToken"),
  domain: named(
    "codeartifact",
    "DeleteDomain DeleteDomainPermissionsPolicy GetAuthorizationToken PutDomainPermissionsPolicy TagResource",
    "UntagResource",
  ),
  repository: named(
    "codeartifact",
    "AssociateExternalConnection AssociateWithDownstreamRepository DeleteRepository DeleteRepositoryPermissionsPolicy",
    "DisassociateExternalConnection PutRepositoryPermissionsPolicy ReadFromRepository TagResource UntagResource",
    "UpdateRepository",
  ),
  package: named(
    "codeartifact",
    "CopyPackageVersions DeletePackage DeletePackageVersions DisposePackageVersions GetPackageVersionAsset",
    "PublishPackageVersion PutPackageMetadata PutPackageOriginConfiguration UpdatePackageVersionsStatus",
  ),
  "package-group": named(
    "codeartifact",
    "DeletePackageGroup TagResource UntagResource UpdatePackageGroup UpdatePackageGroupOriginConfiguration",
  ),
  key: named(
    "kms",
    "CancelKeyDeletion CreateAlias CreateGrant Decrypt DeleteAlias DeleteImportedKeyMaterial DeriveSharedSecret",
    "DisableKey DisableKeyRotation EnableKey EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetKeyPolicy GetKeyRotationStatus",
    "ImportKeyMaterial ListResourceTags PutKeyPolicy ReEncryptFrom ReEncryptTo ReplicateKey RetireGrant RevokeGrant",
    "RotateKeyOnDemand ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias",
    "UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac",
  ),
  function: named(
    "lambda",
    "AddPermission CreateAlias CreateFunction CreateFunctionUrlConfig DeleteAlias DeleteFunction",
    "DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig",
    "DeleteFunctionUrlConfig DeleteResourcePolicy DisableReplication EnableReplication InvokeAsync InvokeFunction",
    "InvokeFunctionUrl PublishVersion PutFunctionCodeSigningConfig PutFunctionConcurrency",
    "PutFunctionEventInvokeConfig PutFunctionRecursionConfig PutFunctionScalingConfig PutResourcePolicy",
    "PutRuntimeManagementConfig RemovePermission TagResource UntagResource UpdateAlias UpdateFunctionCode",
    "UpdateFunctionCodeSigningConfig UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig",
    "UpdateFunctionUrlConfig",
  ),
  layer: named("lambda", "PublishLayerVersion"),
  layerVersion: named("lambda", "AddLayerVersionPermission DeleteLayerVersion RemoveLayerVersionPermission"),
  eventSourceMapping: named("lambda", "DeleteEventSourceMapping UpdateEventSourceMapping"),
  "code signing config": named("lambda", "DeleteCodeSigningConfig UpdateCodeSigningConfig"),
  capacityProvider: named(
    "lambda",
    "CreateCapacityProvider DeleteCapacityProvider PassCapacityProvider UpdateCapacityProvider",
  ),
  "function alias": named("lambda", "DeleteProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig"),
  "durable execution": named(
    "lambda",
    "CheckpointDurableExecution SendDurableExecutionCallbackFailure SendDurableExecutionCallbackHeartbeat",
    "SendDurableExecutionCallbackSuccess StopDurableExecution",
  ),
  microvmImage: named(
    "lambda",
    "CreateMicrovmAuthToken CreateMicrovmShellAuthToken DeleteMicrovmImage DeleteMicrovmImageVersion ResumeMicrovm",
    "RunMicrovm SuspendMicrovm TerminateMicrovm UpdateMicrovmImage UpdateMicrovmImageVersion",
  ),
  networkConnector: named("lambda", "CreateNetworkConnector DeleteNetworkConnector UpdateNetworkConnector"),
  object: named("s3", "DeleteObject GetObject PutObject"),
  /** What AWS makes inside a domain that a request names, though the action has no resource. */
  inDomain: named("codeartifact", "CreateDomain CreatePackageGroup CreateRepository"),
  nothing: [
    ...named(
      "iam",
      "CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey",
      "DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions",
      "DisableOutboundWebIdentityFederation EnableOrganizationsRootCredentialsManagement",
      "EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation PutAccountProperties",
      "SetSTSRegionalEndpointStatus SetSecurityTokenServicePreferences UpdateAccountEmailAddress UpdateAccountName",
      "UpdateAccountPasswordPolicy UpdateCloudFrontPublicKey UploadCloudFrontPublicKey",
    ),
    ...named(
      "sts",
      "DecodeAuthorizationMessage GetDelegatedAccessToken GetServiceBearerToken GetWebIdentityToken TagGetWebIdentityToken",
    ),
    ...named(
      "kms",
      "ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DisconnectCustomKeyStore GenerateRandom",
      "UpdateCustomKeyStore",
    ),
    ...named(
      "lambda",
      "ConnectMicrovm CreateCodeSigningConfig CreateEventSourceMapping CreateMicrovmImage PassNetworkConnector",
    ),
    // Of no service above: only a document that allows everything allows it.
    anyOtherAction,
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What an action acts on. */
export type ResourceKind = keyof typeof catalogue;

/**
 * Services that run code as a role handed to them, each with the actions that start it; one list of them is enough.
 * Source: https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/ and the services' pages on PassRole
 */
export const runners: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "cloudformation.amazonaws.com": [
    ["cloudformation:CreateStack"],
    ["cloudformation:UpdateStack"],
    ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
  ],
  "codebuild.amazonaws.com": [["codebuild:CreateProject", "codebuild:StartBuild"]],
  "datapipeline.amazonaws.com": [
    ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
  ],
  "ec2.amazonaws.com": [["ec2:RunInstances"], ["ec2:AssociateIamInstanceProfile"]],
  "ecs-tasks.amazonaws.com": [["ecs:RegisterTaskDefinition", "ecs:RunTask"]],
  "glue.amazonaws.com": [["glue:CreateDevEndpoint"], ["glue:CreateJob", "glue:StartJobRun"], ["glue:UpdateJob"]],
  "lambda.amazonaws.com": [
    ["lambda:CreateFunction", "lambda:InvokeFunction"],
    ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ["lambda:CreateFunction", "lambda:AddPermission"],
  ],
  "sagemaker.amazonaws.com": [
    ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ["sagemaker:CreateTrainingJob"],
  ],
  "ssm.amazonaws.com": [["ssm:StartAutomationExecution"]],
  "states.amazonaws.com": [["states:CreateStateMachine", "states:StartExecution"]],
};

function named(service: string, ...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" ")).map((name) => `${service}:${name}`);
}
