import * as sdk from "@aws-sdk/client-lambda";
import { type Code, readCode } from "../../../sandbox/lambda/code";
import { lambdaRoutes } from "../../../sandbox/lambda/api/routes";
import type { LayerVersion } from "../../../sandbox/lambda/layers";
import { layerReference } from "../../../sandbox/lambda/names";
import { s3Routes } from "../../../sandbox/s3/routes";
import type { Session } from "../../../sandbox/sts/sts";
import { zip } from "./archives";
import { addFunctions } from "./lambdaSandbox";
import { type DeployedSandbox, deploySandbox } from "./servedSandbox";

/** Stack dev, served with the routes of Lambda and S3. */
export interface ServedLambda extends DeployedSandbox {
  readonly address: string;
  /** A zip file with one module. */
  readonly code: Code;
  /** Makes functions of the account, ready to be changed. */
  addFunctions(...names: readonly string[]): Promise<void>;
  /** Publishes a version of a layer of the account. */
  addLayer(name: string, about?: Partial<LayerVersion>): LayerVersion;
  /** Sends an operation by its name. @default session the administrator's */
  send<Output extends object = Record<string, unknown>>(
    name: string,
    input: object,
    session?: Session,
  ): Promise<Output>;
  /** How it ended: `answered`, or the error as `NAME STATUS: message`. */
  ended(name: string, input: object, session?: Session): Promise<string>;
  /** The session of a role of the account with these permissions. */
  roleWith(...statements: readonly object[]): Session;
}

export async function serveLambda(): Promise<ServedLambda> {
  const deployed = await deploySandbox();
  const { context } = deployed;
  const { account } = context;
  const address = await deployed.serve(lambdaRoutes(context), s3Routes(context));
  const code = await readCode(await zip(["app.py", "def handler(event, context):\n    return event\n"]));
  const clients: sdk.LambdaClient[] = [];

  const send = <Output extends object>(name: string, input: object, session = deployed.administrator()) => {
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const client = new sdk.LambdaClient({ endpoint: address, region: account.region, credentials, maxAttempts: 1 });
    clients.push(client);
    const Command = (sdk as unknown as Record<string, new (input: object) => sdk.GetFunctionCommand>)[
      `${name}Command`
    ]!;
    return client.send(new Command(input as never)) as unknown as Promise<Output>;
  };
  return {
    ...deployed,
    address,
    code,
    addFunctions: (...names) =>
      addFunctions(
        account,
        names.map((name) => ({ name })),
      ),
    addLayer: (name, about = {}) =>
      account.lambda.layers.publish(layerReference(account, name), {
        ...{ code, description: "", compatibleRuntimes: [], compatibleArchitectures: [], licenseInfo: undefined },
        ...about,
      }),
    send,
    ended: (name, input, session) =>
      send(name, input, session).then(
        () => "answered",
        (error: unknown) => {
          if (error instanceof sdk.LambdaServiceException) {
            return `${error.name} ${error.$metadata.httpStatusCode}: ${error.message}`;
          }
          throw error;
        },
      ),
    roleWith: (...statements) => {
      const session = deployed.administrator();
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      const roleName = `role-${account.iam.roles.list().length}`;
      const trust = account.iam.roles.list()[0]!.assumeRolePolicyDocument;
      const { arn } = account.iam.roles.create({ roleName, assumeRolePolicyDocument: trust });
      account.iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument: policy });
      // The sandbox looks a session up by its key, and decides by the role that it names.
      return Object.assign(session, { caller: { arn, sessionName: "test" } });
    },
    close: async () => {
      for (const client of clients) {
        client.destroy();
      }
      await deployed.close();
    },
  };
}
