import { arnParts, nameInArn } from "../arns";
import type { ReachAccount } from "./account";
import type { Fact, Gains } from "./facts";
import { outsider } from "./search";

/** Whose reach is judged: what is its own, and what is not. */
export interface Subject {
  /** ARN of the role or user that the search starts as. */
  readonly principal: string;
  /** Name of the domain whose stack it belongs to. @default - none: nothing is its own */
  readonly domain?: string;
  /** Name of that stack. @default - none: no state is its own */
  readonly stack?: string;
  /** ARNs of the packages that it is named to publish. @default - none */
  readonly packages?: readonly string[];
  /** ARNs of its stack's KMS keys. @default - none */
  readonly keys?: readonly string[];
  /** ARNs of the Lambda functions and layers that it is named to deploy. @default - none */
  readonly lambda?: readonly string[];
  /** How the ARNs of the S3 objects begin that it stores zip files in. @default - none */
  readonly zipFiles?: string;
}

/** Something that a principal must not come to, or may. */
export interface Goal {
  readonly id: string;
  /** What a role that reaches it can do, as `publish a package of its own`. */
  readonly text: string;
  readonly reachedBy: (fact: Fact, place: Place) => boolean;
}

/** A subject in its account, with the questions that goals ask. */
export interface Place {
  readonly subject: Subject;
  readonly account: ReachAccount;
  readonly gains: Gains;
  /** Whether an ARN is what the subject's stack makes by its names. */
  readonly isRegistrys: (arn: string) => boolean;
  /** Whether an ARN belongs to another stack of the account. */
  readonly isOtherStacks: (arn: string) => boolean;
}

/** A goal that was reached, and by what. */
export interface Reached {
  readonly goal: Goal;
  readonly fact: Fact;
}

const deletions = ["DeletePackage", "DeletePackageVersions", "DeleteRepository", "DeleteDomain"];
const opening = ["UpdatePackageGroupOriginConfiguration", "DeletePackageGroup", "PutPackageOriginConfiguration"];
const keyReads = ["kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"];
const lambdaDeployment =
  /^lambda:(?:PublishLayerVersion|PublishVersion|(?:Create|Update)Alias|UpdateFunction(?:Code|Configuration))$/;
const keyUse = /^kms:(?:Decrypt|Encrypt|Generate|ReEncrypt|Sign|Verify|CreateGrant|DeriveSharedSecret)/;

/** All goals, the worst first. */
export const goals: readonly Goal[] = [
  goal("administrator", "do anything in the account", (fact) => did(fact, /^account:/)),
  goal("iam-elsewhere", "change anything in IAM outside the registry's names", (fact, { isRegistrys }) =>
    didOn(fact, /^iam:/, (arn) => !isRegistrys(arn)),
  ),
  goal("own-rights", "change its own trust, permissions or boundary", (fact, place) =>
    didOn(fact, /^iam:/, (arn) => ownDocuments(place).includes(arn)),
  ),
  goal("act-elsewhere", "act as a role outside its stack", (fact, place) =>
    actsAs(
      fact,
      (arn) =>
        arn !== place.subject.principal &&
        arn !== outsider &&
        !place.isRegistrys(arn) &&
        !isRoleOfOwnFunction(place, arn),
    ),
  ),
  goal("act-registry", "act as a publisher or reader of its stack", (fact, { subject, isRegistrys }) =>
    actsAs(fact, (arn) => arn !== subject.principal && isRegistrys(arn)),
  ),
  goal(
    "unbounded",
    "make or change a role that lacks the stack's boundary",
    (fact, { subject, account, isRegistrys }) =>
      fact.kind === "bounds"
        ? !fact.boundary.endsWith(`:policy/${subject.domain ?? ""}-boundary`)
        : fact.kind === "did" &&
          fact.how === undefined &&
          /^iam:(?!Create|PutRolePermissionsBoundary|Tag|Untag)/.test(fact.action) &&
          isRegistrys(fact.resource) &&
          lacksBoundary(account, fact.resource),
  ),
  goal("other-stack", "change or delete anything of another stack", (fact, { isOtherStacks }) =>
    didOn(fact, /^(?!kms:).*:(?!Get|Read|PublishPackage)/, (arn) => isOtherStacks(arn) && !isCreation(fact)),
  ),
  goal("in-other-stack", "make a repository or package group in another stack's domain", (fact, { isOtherStacks }) =>
    didOn(fact, /^codeartifact:Create/, isOtherStacks),
  ),
  goal("squat", "make a domain", (fact) => did(fact, /^codeartifact:CreateDomain$/)),
  goal(
    "unmarked",
    "make something that lacks the stack's tags",
    (fact) =>
      didOn(fact, named(["CreateDomain", "CreatePackageGroup", "CreateRepository"]), () => true) &&
      ["Environment", "ManagedBy", "Project"].some((tag) => fact.how?.includes(tag) !== true),
  ),
  goal("share", "share the registry with anyone, by a policy of the domain or repository", (fact, { isRegistrys }) =>
    didOn(fact, /^codeartifact:(?:Put|Delete)\w+PermissionsPolicy$/, isRegistrys),
  ),
  goal(
    "replace",
    "delete a package, a repository or the domain, and so replace a published file",
    (fact, { isRegistrys }) => didOn(fact, named(deletions), isRegistrys),
  ),
  goal("dispose", "dispose of or hide a package version", (fact, { isRegistrys }) =>
    didOn(fact, named(["DisposePackageVersions", "UpdatePackageVersionsStatus"]), isRegistrys),
  ),
  goal("open-name", "open a private name to the public index", (fact, { isRegistrys }) =>
    didOn(fact, named(opening), isRegistrys),
  ),
  goal("publish-store", "publish past python-packages, into pypi-store", (fact, { isRegistrys }) =>
    didOn(
      fact,
      named(["PublishPackageVersion", "CopyPackageVersions", "PutPackageMetadata"]),
      (arn) => isRegistrys(arn) && !arn.includes("/python-packages/"),
    ),
  ),
  goal("publish-other", "publish a package that it is not named for", (fact, { subject, isRegistrys }) =>
    didOn(
      fact,
      named(["PublishPackageVersion", "CopyPackageVersions", "PutPackageMetadata"]),
      (arn) => isRegistrys(arn) && arn.includes("/python-packages/") && !(subject.packages ?? []).includes(arn),
    ),
  ),
  goal("publish-elsewhere", "publish in another stack's registry", (fact, { isOtherStacks }) =>
    didOn(fact, named(["PublishPackageVersion"]), isOtherStacks),
  ),
  goal("publish", "publish the packages that it is named for", (fact, { subject }) =>
    didOn(fact, named(["PublishPackageVersion"]), (arn) => (subject.packages ?? []).includes(arn)),
  ),
  goal("read-elsewhere", "read packages of pypi-store or of another stack", (fact, { isRegistrys }) =>
    didOn(fact, reading, (arn) => !isRegistrys(arn) || !arn.includes("/python-packages")),
  ),
  goal("token-elsewhere", "mint a token for another stack's registry", (fact, { isRegistrys }) =>
    didOn(fact, named(["GetAuthorizationToken"]), (arn) => !isRegistrys(arn)),
  ),
  goal("read", "read packages of its stack", (fact, { isRegistrys }) =>
    didOn(fact, reading, (arn) => isRegistrys(arn) && arn.includes("/python-packages")),
  ),
  goal("token", "mint a token for its stack's registry", (fact, { isRegistrys }) =>
    didOn(fact, named(["GetAuthorizationToken"]), isRegistrys),
  ),
  goal("bearer", "have AWS issue a bearer token for another service", (fact) => bearer(fact, "for another service")),
  goal(
    "long-token",
    "mint a token of a life that no setting can give",
    (fact) => bearer(fact, "for 0 seconds") || bearer(fact, "for 43201 seconds"),
  ),
  goal("key-elsewhere", "change or share a KMS key that is not its stack's", (fact, { subject }) =>
    didOn(fact, /^kms:/, (arn) => !(subject.keys ?? []).includes(arn) && !isKeyReadOrUse(fact)),
  ),
  goal(
    "use-key",
    "use a KMS key other than through S3 for the state's bucket",
    (fact, { account }) => fact.kind === "did" && keyUse.test(fact.action) && !throughState(account, fact.how),
  ),
  goal("read-key", "look at a KMS key that is not its stack's", (fact, { subject }) =>
    didOn(fact, /^kms:/, (arn) => keyReads.includes(actionOf(fact)) && !(subject.keys ?? []).includes(arn)),
  ),
  goal(
    "other-state",
    "write an S3 object that is neither its own stack's state nor its zip file",
    (fact, { subject }) =>
      didOn(fact, /^s3:(?:Put|Delete)/, (arn) => !isStateOf(subject, arn) && !isZipFileOf(subject, arn)),
  ),
  goal(
    "read-other-state",
    "read an S3 object that is neither state of this project nor its zip file",
    (fact, { subject }) => didOn(fact, /^s3:Get/, (arn) => !arn.includes("/.pulumi/") && !isZipFileOf(subject, arn)),
  ),
  goal("lambda-elsewhere", "change a Lambda function or layer that it is not named for", (fact, { subject }) =>
    didOn(fact, /^lambda:/, (arn) => !isOwnLambda(subject, arn)),
  ),
  goal(
    "attach-other",
    "attach a layer of another account, or one that it is not named for",
    (fact, { subject }) =>
      did(fact, /^lambda:UpdateFunctionConfiguration$/) &&
      fact.how !== undefined &&
      !isOwnLambda(subject, fact.how.replace(/^with /, "")),
  ),
  goal("lambda-more", "delete, share or call a function or layer that it is named for", (fact, { subject }) =>
    didOn(fact, /^lambda:/, (arn) => isOwnLambda(subject, arn) && !lambdaDeployment.test(actionOf(fact))),
  ),
  goal(
    "change-registry",
    "change tags, upstreams, connections and package groups of its stack",
    (fact, { isRegistrys }) =>
      didOn(
        fact,
        named(["UpdateRepository", "TagResource", "AssociateExternalConnection", "UpdatePackageGroup"]),
        isRegistrys,
      ),
  ),
  goal("state", "write its own stack's state", (fact, { subject }) =>
    didOn(fact, /^s3:Put/, (arn) => isStateOf(subject, arn)),
  ),
  goal("act-function", "run code as the role of a function that it is named for", (fact, place) =>
    actsAs(fact, (arn) => isRoleOfOwnFunction(place, arn)),
  ),
  goal("deploy-lambda", "publish the layers and move the functions that it is named for", (fact, { subject }) =>
    didOn(fact, lambdaDeployment, (arn) => isOwnLambda(subject, arn)),
  ),
];

const reading = named(["ReadFromRepository", "GetPackageVersionAsset"]);

/** The goals that a subject has reached, each with the first fact that reaches it. */
export function reachedGoals(account: ReachAccount, gains: Gains, subject: Subject): readonly Reached[] {
  const place: Place = {
    subject,
    account,
    gains,
    isRegistrys: (arn) => subject.domain !== undefined && belongsTo(subject.domain, arn),
    isOtherStacks: (arn) =>
      account.domains
        .map((domain) => nameInArn(domain.arn))
        .some((domain) => domain !== subject.domain && (belongsTo(domain, arn) || isAccountRoleOf(domain, arn))),
  };
  const facts = gains.all();
  return goals.flatMap((goal) => {
    const found = facts.find(({ fact }) => goal.reachedBy(fact, place));
    return found === undefined ? [] : [{ goal, fact: found.fact }];
  });
}

function goal(id: string, text: string, reachedBy: Goal["reachedBy"]): Goal {
  return { id, text, reachedBy };
}

/** What a stack makes, by its names. */
function belongsTo(domain: string, arn: string): boolean {
  const { service, path = "" } = arnParts(arn);
  return service === "codeartifact"
    ? new RegExp(`^(?:domain|repository|package|package-group)/${domain}(?:/|$)`).test(path)
    : service === "iam" && new RegExp(`^(?:role|policy)/${domain}-codeartifact-`).test(path);
}

/** What an administrator makes for a stack. */
function isAccountRoleOf(domain: string, arn: string): boolean {
  return new RegExp(`:iam::\\d+:(?:role|policy)/${domain}-(?:deploy|boundary|inspection|lambda-deployer)$`).test(arn);
}

/** The subject itself, with the policies that are attached to it and bound it. */
function ownDocuments({ subject, account }: Place): readonly string[] {
  const own = account.identities.find(({ arn }) => arn === subject.principal);
  return [subject.principal, ...(own?.attached ?? []), ...(own?.boundary === undefined ? [] : [own.boundary])];
}

function lacksBoundary(account: ReachAccount, role: string): boolean {
  const found = account.identities.find(({ arn }) => arn === role);
  return role.includes(":role/") && found !== undefined && found.boundary === undefined;
}

function isCreation(fact: Fact): boolean {
  return /^codeartifact:Create/.test(actionOf(fact));
}

/** Pulumi keeps a stack's state under the stack's name: https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy */
function isStateOf({ stack }: Subject, arn: string): boolean {
  return (
    stack !== undefined &&
    new RegExp(`/\\.pulumi/(?:stacks|history|backups|locks/organization)/package-registry/${stack}[./]`).test(arn)
  );
}

/** A function or a layer, or a version or an alias of one. */
function isOwnLambda({ lambda = [] }: Subject, arn: string): boolean {
  return lambda.some((own) => arn === own || arn.startsWith(`${own}:`));
}

function isRoleOfOwnFunction({ subject, account: { workloads = [] } }: Place, role: string): boolean {
  return workloads.some(({ arn, roleArn }) => roleArn === role && isOwnLambda(subject, arn));
}

function isZipFileOf({ zipFiles }: Subject, arn: string): boolean {
  return zipFiles !== undefined && arn.startsWith(zipFiles);
}

function isKeyReadOrUse(fact: Fact): boolean {
  return keyReads.includes(actionOf(fact)) || keyUse.test(actionOf(fact));
}

function throughState({ objects = [] }: ReachAccount, how = ""): boolean {
  const bucket = /^through s3 for (.*)$/.exec(how)?.[1];
  return bucket !== undefined && objects.some((object) => object.startsWith(`${bucket}/`));
}

function actionOf(fact: Fact): string {
  return fact.kind === "did" ? fact.action : "";
}

function did(fact: Fact, action: RegExp): fact is Extract<Fact, { kind: "did" }> {
  return fact.kind === "did" && action.test(fact.action);
}

function didOn(fact: Fact, action: RegExp, on: (resource: string) => boolean): fact is Extract<Fact, { kind: "did" }> {
  return did(fact, action) && on(fact.resource);
}

function bearer(fact: Fact, how: string): boolean {
  return did(fact, /^sts:GetServiceBearerToken$/) && fact.how === how;
}

function actsAs(fact: Fact, as: (arn: string) => boolean): boolean {
  return fact.kind === "acts" && as(fact.as);
}

function named(names: readonly string[]): RegExp {
  return new RegExp(`^codeartifact:(?:${names.join("|")})$`);
}
