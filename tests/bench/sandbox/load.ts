import { Agent, request } from "node:http";

/** What is asked for in turn, and with what. */
export interface Target {
  readonly name: string;
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const connections = 8;

/**
 * Asks for a target's addresses in turn over eight connections that stay open.
 *
 * @returns answers per second
 * @throws Error for an answer that is not 200
 */
export async function answersPerSecond({ name, urls, headers }: Target, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const start = performance.now();
  const end = start + seconds * 1000;
  let answers = 0;
  let next = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      const url = urls[next++ % urls.length] ?? "";
      const status = await get(url, headers, agent);
      if (status !== 200) {
        throw new Error(`${name} answered ${status} to ${url}`);
      }
      answers++;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, ask));
    return answers / ((performance.now() - start) / 1000);
  } finally {
    agent.destroy();
  }
}

function get(url: string, headers: Target["headers"], agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (response) => {
      response.on("end", () => {
        resolve(response.statusCode ?? 0);
      });
      response.on("error", reject);
      response.resume();
    });
    asked.on("error", reject);
    asked.end();
  });
}
