/** Why a stack cannot be deployed, in words for the person who asked; no stack trace belongs to it. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}
