import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { pythonTools } from "../../../commands/python/pythonTools";
import { SandboxError } from "../../../sandbox/core/awsError";
import { benchWheels } from "./projects";
import type { ServedRegistry } from "./registry";
import { uploadForm } from "../../../sandbox/fixtures/distributions";

const administrator = "root";

/**
 * devpi-server with an index of its own that draws on no other. It asks no one who reads for a password: that is how it
 * comes, and to its advantage.
 */
export async function serveDevpi(progress: (what: string) => void): Promise<ServedRegistry> {
  const tools = await pythonTools(join(__dirname, "requirements.txt"), progress);
  if ("missing" in tools) {
    throw new SandboxError(`devpi-server cannot be had: ${tools.missing}.`);
  }
  const folder = mkdtempSync(join(tmpdir(), "devpi-"));
  const port = await freePort();
  await promisify(execFile)(join(tools.bin, "devpi-init"), ["--serverdir", folder, "--no-root-pypi"]);
  const server = spawn(
    join(tools.bin, "devpi-server"),
    ["--serverdir", folder, "--host", "127.0.0.1", "--port", String(port), "--offline-mode"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  server.stderr.resume();
  const close = async () => {
    server.kill();
    await once(server, "exit");
    rmSync(folder, { recursive: true });
  };
  try {
    await listening(server.stdout);
    const address = `http://127.0.0.1:${port}`;
    await fill(address);
    return {
      name: "devpi-server",
      pageUrl: (project) => `${address}/${administrator}/bench/+simple/${project}/`,
      headers: {},
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(address: string): Promise<void> {
  const { password } = (
    (await ask(`${address}/+login`, {
      method: "POST",
      body: JSON.stringify({ user: administrator, password: "" }),
    })) as {
      result: { password: string };
    }
  ).result;
  const headers = { "x-devpi-auth": Buffer.from(`${administrator}:${password}`).toString("base64") };
  const index = `${address}/${administrator}/bench`;
  await ask(index, { method: "PUT", headers, body: JSON.stringify({ type: "stage", bases: [] }) });
  for (const wheel of await benchWheels()) {
    await ask(`${index}/`, { method: "POST", headers, body: uploadForm(wheel) });
  }
}

async function ask(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`devpi-server answers ${response.status} to ${url}: ${text.slice(0, 500)}`);
  }
  return text.startsWith("{") ? JSON.parse(text) : text;
}

async function listening(output: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface(output)) {
    if (line.includes("Serving on") || line.includes("listening on")) {
      output.resume();
      return;
    }
  }
  throw new Error("devpi-server ended before it listened");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
