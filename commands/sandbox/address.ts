/** Where a sandbox listens by default. */
export const defaultPort = 8787;

/** The address that a sandbox has there, as an URL without a slash at its end. */
export const defaultAddress = `http://127.0.0.1:${defaultPort}`;
