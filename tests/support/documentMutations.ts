/** A policy document with one thing changed. */
export interface DocumentMutation {
  readonly what: string;
  /** JSON text. */
  readonly document: string;
}

interface Statement {
  readonly Sid?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Conditions;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * A document without each of its statements, actions, resources, principals, conditions, and values of conditions, one at a
 * time, and with each statement of an identity policy on every resource; one of a resource policy is about that resource
 * whatever it says. Where a statement has only one of something, that goes with the statement.
 *
 * @param text - JSON whose statements are a list
 */
export function documentMutations(text: string): readonly DocumentMutation[] {
  const { Statement: statements, ...rest } = JSON.parse(text) as { readonly Statement: readonly Statement[] };
  return statements.flatMap((statement, index) =>
    statementMutations(statement).map(({ what, changed }) => ({
      what: `${statement.Sid ?? `statement ${index + 1}`}: ${what}`,
      document: JSON.stringify({
        ...rest,
        Statement: statements.flatMap((one, place) => (place === index ? (changed ?? []) : one)),
      }),
    })),
  );
}

interface StatementMutation {
  readonly what: string;
  /** Nothing where the statement is gone. */
  readonly changed: Statement | undefined;
}

function statementMutations(statement: Statement): readonly StatementMutation[] {
  const { Action, Resource, Principal, Condition = {} } = statement;
  return [
    { what: "gone", changed: undefined },
    ...without(Action).map(({ value, others }) => ({
      what: `without ${value}`,
      changed: { ...statement, Action: others },
    })),
    ...without(Resource).map(({ value, others }) => ({
      what: `without ${value}`,
      changed: { ...statement, Resource: others },
    })),
    ...(Resource === undefined || Resource === "*" || Principal !== undefined
      ? []
      : [{ what: "on every resource", changed: { ...statement, Resource: "*" } }]),
    ...(typeof Principal === "object"
      ? Object.entries(Principal).flatMap(([kind, values]) =>
          without(values).map(({ value, others }) => ({
            what: `without ${value}`,
            changed: { ...statement, Principal: { ...Principal, [kind]: others } },
          })),
        )
      : []),
    ...conditionMutations(Condition).map(({ what, conditions }) => ({
      what,
      changed: { ...statement, Condition: Object.keys(conditions).length === 0 ? undefined : conditions },
    })),
  ];
}

function conditionMutations(conditions: Conditions) {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => {
      const otherKeys = Object.fromEntries(Object.entries(keys).filter(([other]) => other !== key));
      const otherOperators = Object.fromEntries(Object.entries(conditions).filter(([other]) => other !== operator));
      return [
        {
          what: `without ${operator} ${key}`,
          conditions: {
            ...otherOperators,
            ...(Object.keys(otherKeys).length === 0 ? {} : { [operator]: otherKeys }),
          },
        },
        ...without(values).map(({ value, others }) => ({
          what: `without ${operator} ${key} ${value}`,
          conditions: { ...conditions, [operator]: { ...keys, [key]: others } },
        })),
      ];
    }),
  );
}

/** A list without each of its values; of a single one nothing is taken. */
function without(values: string | readonly string[] | undefined) {
  return typeof values === "string" || values === undefined || values.length < 2
    ? []
    : values.map((value) => ({ value, others: values.filter((other) => other !== value) }));
}
