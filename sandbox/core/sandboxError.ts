/** What a person asked for and the sandbox cannot do, told without a stack trace. */
export class SandboxError extends Error {}
