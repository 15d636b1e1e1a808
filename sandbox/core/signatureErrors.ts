import { AwsError } from "./awsError";

/** A service that is asked by signed requests. */
export type SignedService = "codeartifact" | "iam" | "sts";

/** What is wrong with a request's signature. */
export type SignatureProblem = "missing" | "incomplete" | "unknownKey" | "mismatch" | "expired";

/**
 * AWS's errors before an identity is known, in CodeArtifact's protocol and in the query protocol, which IAM and STS speak:
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/CommonErrors.html beside
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const codes: Readonly<
  Record<SignatureProblem, { readonly rest: string; readonly query: string; readonly status: number }>
> = {
  missing: { rest: "MissingAuthenticationTokenException", query: "MissingAuthenticationToken", status: 403 },
  incomplete: { rest: "IncompleteSignatureException", query: "IncompleteSignature", status: 400 },
  unknownKey: { rest: "UnrecognizedClientException", query: "InvalidClientTokenId", status: 403 },
  mismatch: { rest: "InvalidSignatureException", query: "SignatureDoesNotMatch", status: 403 },
  expired: { rest: "ExpiredTokenException", query: "ExpiredToken", status: 403 },
};

const messages: Readonly<Record<SignatureProblem, string>> = {
  missing: "Missing Authentication Token",
  incomplete: "The request signature does not conform to AWS standards",
  unknownKey: "The security token included in the request is invalid.",
  mismatch:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
    "and signing method. Consult the service documentation for details.",
  expired: "The security token included in the request is expired",
};

/** The error that a service answers with. */
export function signatureError(service: SignedService, fault: SignatureProblem, message?: string): AwsError {
  const { rest, query, status } = codes[fault];
  return new AwsError(service === "codeartifact" ? rest : query, message ?? messages[fault], status);
}
