import { firstFault, isObject, listOf } from "./json";

/** Identity providers that every account has. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
const builtInProviders = [
  "accounts.google.com",
  "cognito-identity.amazonaws.com",
  "graph.facebook.com",
  "www.amazon.com",
];

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const operators = [
  ..."Equals NotEquals EqualsIgnoreCase NotEqualsIgnoreCase Like NotLike".split(" ").map((name) => `String${name}`),
  ..."Numeric Date"
    .split(" ")
    .flatMap((type) =>
      "Equals NotEquals LessThan LessThanEquals GreaterThan GreaterThanEquals".split(" ").map((name) => type + name),
    ),
  ..."Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null".split(" "),
];

/** Forms only: whether a principal exists is not asked. */
const principalForms = new Map([
  [
    "AWS",
    /^(?:\*|\d{12}|A[A-Z0-9]{15,}|arn:[\w-]+:(?:iam::\d{12}:(?:root|(?:user|role)\/[^\s*?]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^\s*?]+))$/,
  ],
  ["Service", /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/],
  ["CanonicalUser", /^[0-9a-f]{64}$/],
]);

/** Who a statement speaks of. */
export function principalFault(principal: unknown): string | undefined {
  if (principal === "*") {
    return undefined;
  }
  if (!isObject(principal) || Object.keys(principal).length === 0) {
    return `Invalid principal in policy: ${JSON.stringify(principal)}`;
  }

  return firstFault(Object.entries(principal), ([type, names]) =>
    listOf(names).length === 0
      ? namedPrincipalFault(type, names)
      : firstFault(listOf(names), (name) => namedPrincipalFault(type, name)),
  );
}

function namedPrincipalFault(type: string, name: unknown): string | undefined {
  if (type === "Federated") {
    const known = typeof name === "string" && (builtInProviders.includes(name) || isProviderArn(name));

    return known
      ? undefined
      : `Federated principals must be valid domain names or SAML metadata ARNs: ${JSON.stringify(name)} is neither, ` +
          "nor the ARN of an OIDC provider";
  }

  return typeof name === "string" && principalForms.get(type)?.test(name)
    ? undefined
    : `Invalid principal in policy: "${type.toUpperCase()}":${JSON.stringify(name)}`;
}

function isProviderArn(name: string): boolean {
  return /^arn:[\w-]+:iam::\d{12}:(?:oidc|saml)-provider\/[^\s*?]+$/.test(name);
}

/** Messages as IAM gives them; https://github.com/garnaat/kappa/issues/111 has the second. */
export function actionFault(action: unknown): string | undefined {
  if (action === "*") {
    return undefined;
  }
  const [vendor = "", name, ...rest] = typeof action === "string" ? action.split(":") : [];
  if (name === undefined) {
    return `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${JSON.stringify(action)}`;
  }
  if (rest.length > 0) {
    return `Actions/Condition can contain only one colon: ${JSON.stringify(action)}`;
  }

  return /^[\w-]+$/.test(vendor) && /^[\w*?-]+$/.test(name) ? undefined : `Invalid Action: ${JSON.stringify(action)}`;
}

/** In a trust policy. `sts:*` is too much, `sts:AssumeRole*` is not. */
export function trustActionFault(action: unknown): string | undefined {
  const name = typeof action === "string" ? /^sts:(.+)$/i.exec(action)?.[1]?.toLowerCase() : undefined;

  return name !== undefined &&
    (name.startsWith("assumerole") || ["tagsession", "setsourceidentity", "setcontext"].includes(name))
    ? undefined
    : `AssumeRole policy may only specify STS AssumeRole actions: ${JSON.stringify(action)}`;
}

/** What a statement covers. */
export function resourceFault(resource: unknown): string | undefined {
  return resource === "*" || (typeof resource === "string" && /^arn:[^:]+:[^:]+:[^:]*:[^:]*:\S+$/.test(resource))
    ? undefined
    : `Resource ${JSON.stringify(resource)} must be in ARN format or "*".`;
}

/** When a statement holds. */
export function conditionFault(condition: unknown): string | undefined {
  if (condition === undefined) {
    return undefined;
  }
  if (!isObject(condition)) {
    return "Syntax errors in policy: Condition is an object.";
  }

  return firstFault(Object.entries(condition), ([operator, tests]) => {
    const name = operator.replace(/^For(?:AllValues|AnyValue):/i, "").replace(/IfExists$/i, "");
    if (!operators.some((known) => known.toLowerCase() === name.toLowerCase())) {
      return `Invalid Condition type : ${operator}`;
    }

    return isObject(tests)
      ? firstFault(Object.entries(tests), testFault)
      : `Syntax errors in policy: ${operator} is an object of condition keys.`;
  });
}

function testFault([key, values]: readonly [string, unknown]): string | undefined {
  if (!key.includes(":")) {
    return `Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${JSON.stringify(key)}`;
  }

  return listOf(values).every((value) => ["string", "number", "boolean"].includes(typeof value))
    ? undefined
    : `Syntax errors in policy: the values of ${key} are strings.`;
}
