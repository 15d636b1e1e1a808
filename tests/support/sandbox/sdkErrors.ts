/** `answered`, or the error of one of AWS's SDK clients as `NAME STATUS: message`. */
export async function errorOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return "answered";
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
}
