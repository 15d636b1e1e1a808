import { AwsError } from "./awsError";

/**
 * The values of parameters that a request must have.
 *
 * @throws ValidationError that names every one which is missing
 */
export function requiredParameters<Names extends readonly string[]>(
  parameters: URLSearchParams,
  names: Names,
): { readonly [Index in keyof Names]: string } {
  const missing = names.filter((name) => !parameters.has(name));
  if (missing.length > 0) {
    const faults = missing.map((name) => `Value null at '${memberName(name)}' failed to satisfy constraint`);
    const errors = missing.length === 1 ? "1 validation error" : `${missing.length} validation errors`;
    const rule = faults.map((fault) => `${fault}: Member must not be null`).join("; ");
    throw new AwsError("ValidationError", `${errors} detected: ${rule}`, 400);
  }
  return names.map((name) => parameters.get(name) ?? "") as { readonly [Index in keyof Names]: string };
}

/** Errors name members as the API's model does. */
function memberName(parameter: string): string {
  return parameter.charAt(0).toLowerCase() + parameter.slice(1);
}
