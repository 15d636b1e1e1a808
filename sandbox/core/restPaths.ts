import type { OperationModel } from "./model";

/** An operation that a request names by its method and path, and the parts of the path that are members of its input. */
interface FoundOperation {
  readonly model: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

interface Template {
  readonly model: OperationModel;
  readonly method: string;
  readonly path: RegExp;
  readonly names: readonly string[];
  /** Pairs that distinguish operations with one path. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

const templates = new WeakMap<ReadonlyMap<string, OperationModel>, readonly Template[]>();

/**
 * The operation of a service in a REST protocol that a request is for. Labels are read from the path as it was sent, so that
 * an encoded slash belongs to its label. https://smithy.io/2.0/spec/http-bindings.html
 *
 * @param models - of the service
 * @returns nothing where the service has no such operation
 */
export function findOperation(
  models: ReadonlyMap<string, OperationModel>,
  { method, url }: { readonly method: string; readonly url: string },
): FoundOperation | undefined {
  const [path = "", search = ""] = url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  for (const template of templatesOf(models)) {
    const match = template.method === method ? template.path.exec(path) : null;
    if (match !== null && template.query.every(([name, value]) => query.get(name) === value)) {
      const labels = template.names.map((name, index) => [name, decoded(match[index + 1] ?? "")] as const);
      return { model: template.model, labels: Object.fromEntries(labels) };
    }
  }
  return undefined;
}

function templatesOf(models: ReadonlyMap<string, OperationModel>): readonly Template[] {
  const known = templates.get(models) ?? readTemplates(models);
  templates.set(models, known);
  return known;
}

/** Those with a query come first, since another may have the same path without one. */
function readTemplates(models: ReadonlyMap<string, OperationModel>): readonly Template[] {
  const all = [...models.values()].flatMap((model) => {
    const [method, target] = model.http ?? [];
    if (method === undefined || target === undefined) {
      return [];
    }
    const [path = "", search = ""] = target.split("?");
    const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
    const pattern = path.replace(/\{\w+(\+?)\}/g, (_label, greedy) => (greedy === "" ? "([^/]+)" : "(.+)"));
    return [{ model, method, names, path: new RegExp(`^${pattern}/?$`), query: [...new URLSearchParams(search)] }];
  });
  return all.sort((one, other) => other.query.length - one.query.length);
}

/** What is not encoded as it should be is itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
