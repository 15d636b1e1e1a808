import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { repositoryName, storeName } from "../../../naming/registryNames";
import { type DocumentMutation, documentMutations } from "../documentMutations";

/** One thing that a stack's program could have registered otherwise. */
export interface Mutation {
  readonly what: string;
  /**
   * Changes the account.
   *
   * @returns what changes it back
   * @throws AwsError where AWS does not take it
   */
  readonly apply: () => () => void;
}

/** Who may assume the roles. */
export function trustMutations({ account: { iam } }: Deployment): readonly Mutation[] {
  return iam.roles.list().flatMap(({ roleName, assumeRolePolicyDocument: document }) =>
    ofDocument(`trust policy of ${roleName}`, document, (policyDocument) => {
      iam.roles.updateTrust({ roleName, policyDocument });
    }),
  );
}

/** What roles may do by their inline policies. */
export function inlineMutations({ account: { iam } }: Deployment): readonly Mutation[] {
  return iam.roles.list().flatMap(({ roleName }) =>
    iam.roles.listPolicies({ roleName }).flatMap((policyName) => {
      const { policyDocument: document } = iam.roles.getPolicy({ roleName, policyName });
      return ofDocument(`policy ${policyName} of ${roleName}`, document, (policyDocument) => {
        iam.roles.putPolicy({ roleName, policyName, policyDocument });
      });
    }),
  );
}

/** What roles may do by managed policies, and that they have them. */
export function managedMutations({ account: { iam } }: Deployment): readonly Mutation[] {
  const attachments = iam.roles
    .list()
    .flatMap(({ roleName }) =>
      iam.policies.attached({ roleName }).map(({ policyArn, policyName }) => ({ roleName, policyArn, policyName })),
    );
  const documents = iam.policies.list().flatMap(({ arn, policyName, policyDocument: document }) => {
    const holders = attachments.filter(({ policyArn }) => policyArn === arn);
    return ofDocument(`policy ${policyName}`, document, (policyDocument) => {
      holders.forEach((holder) => {
        iam.policies.detach(holder);
      });
      iam.policies.delete({ policyArn: arn });
      iam.policies.create({ policyName, policyDocument });
      holders.forEach((holder) => {
        iam.policies.attach(holder);
      });
    });
  });
  return [
    ...documents,
    ...attachments.map((attachment) => ({
      what: `${attachment.roleName}: without policy ${attachment.policyName}`,
      apply: () => {
        iam.policies.detach(attachment);
        return () => {
          iam.policies.attach(attachment);
        };
      },
    })),
  ];
}

/** What other accounts may do. */
export function sharingMutations({ account: { codeartifact }, settings: { domain } }: Deployment): readonly Mutation[] {
  const inRepository = { domain, repository: repositoryName };
  return [
    ...ofDocument(
      `policy of domain ${domain}`,
      codeartifact.domains.getPermissionsPolicy({ domain }).document,
      (policyDocument) => {
        codeartifact.domains.putPermissionsPolicy({ domain, policyDocument });
      },
    ),
    ...ofDocument(
      `policy of repository ${repositoryName}`,
      codeartifact.repositories.getPermissionsPolicy(inRepository).document,
      (policyDocument) => {
        codeartifact.repositories.putPermissionsPolicy({ ...inRepository, policyDocument });
      },
    ),
  ];
}

/** Where packages may come from. */
export function groupMutations({ account: { codeartifact }, settings: { domain } }: Deployment): readonly Mutation[] {
  return codeartifact.packageGroups
    .list({ domain })
    .filter(({ parent }) => parent !== undefined)
    .flatMap(({ pattern, description, originConfiguration: { restrictions } }) => {
      const group = { domain, packageGroup: pattern };
      const kinds = Object.keys(restrictions) as (keyof typeof restrictions)[];
      const say = (types: typeof kinds) => {
        codeartifact.packageGroups.updateOriginConfiguration({
          ...group,
          restrictions: Object.fromEntries(types.map((type) => [type, restrictions[type].mode])),
          addAllowedRepositories: types.flatMap((type) =>
            restrictions[type].effectiveRepositories.map((repository) => ({
              repositoryName: repository,
              originRestrictionType: type,
            })),
          ),
        });
      };
      return [
        {
          what: `without package group ${pattern}`,
          apply: () => {
            codeartifact.packageGroups.delete(group);
            return () => {
              codeartifact.packageGroups.create({ ...group, description });
              say(kinds);
            };
          },
        },
        ...kinds.map((type) => ({
          what: `package group ${pattern} without restriction ${type}`,
          apply: () => {
            codeartifact.packageGroups.updateOriginConfiguration({ ...group, restrictions: { [type]: "ALLOW" } });
            return () => {
              say([type]);
            };
          },
        })),
      ];
    });
}

/** How public packages come in. */
export function linkMutations({ account: { codeartifact }, settings: { domain } }: Deployment): readonly Mutation[] {
  const connected = { domain, repository: storeName, externalConnection: "public:pypi" };
  return [
    {
      what: `${repositoryName} without its upstream`,
      apply: () => {
        codeartifact.repositories.update({ domain, repository: repositoryName, upstreams: [] });
        return () => {
          codeartifact.repositories.update({ domain, repository: repositoryName, upstreams: [storeName] });
        };
      },
    },
    {
      what: `${storeName} without its external connection`,
      apply: () => {
        codeartifact.repositories.disassociateExternalConnection(connected);
        return () => {
          codeartifact.repositories.associateExternalConnection(connected);
        };
      },
    },
  ];
}

function ofDocument(name: string, document: string, put: (document: string) => void): readonly Mutation[] {
  return documentMutations(document).map((mutation: DocumentMutation) => ({
    what: `${name}, ${mutation.what}`,
    apply: () => {
      put(mutation.document);
      return () => {
        put(document);
      };
    },
  }));
}
