import type {
  CreateFunctionCommandInput,
  CreateFunctionCommandOutput,
  GetFunctionCommandInput,
  GetFunctionCommandOutput,
  GetFunctionConfigurationCommandInput,
  GetFunctionConfigurationCommandOutput,
  ListFunctionsCommandInput,
  ListFunctionsCommandOutput,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionCodeCommandOutput,
  UpdateFunctionConfigurationCommandInput,
  UpdateFunctionConfigurationCommandOutput,
} from "@aws-sdk/client-lambda";
import { authorize, type SandboxContext } from "../../context";
import { choiceError, constraintError, rangeError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import type { Requester } from "../../sts/sts";
import { invalid, throwIfInvalid } from "../errors";
import type { LayerVersion } from "../layers";
import { functionReference, layerVersionReference, qualifiedArn, unqualified } from "../names";
import { architectureError, checkSource, codeOf, descriptionError, pageOf, rejectOthers, runtimeError } from "./checks";
import { configurationOf } from "./configuration";
import { codeLocation } from "./downloads";

const createFunction: Operation<CreateFunctionCommandInput, CreateFunctionCommandOutput> = (context, input) => {
  const { FunctionName, Code, Role, Publish, Architectures = ["x86_64"], PackageType, ...rest } = input;
  const { Runtime, Handler, Description, Timeout, MemorySize, Environment, Layers, ...others } = rest;
  rejectOthers("CreateFunction", { ...others, Publish: Publish || undefined });
  const { ZipFile, S3Bucket, S3Key, ...otherCode } = Code;
  rejectOthers("CreateFunction", otherCode);
  const reference = unqualified(context.account, FunctionName);
  checkSource({ ZipFile, S3Bucket, S3Key });
  checkSettings(input);
  throwIfInvalid(
    choiceError("packageType", PackageType, ["Zip"]),
    ...Architectures.map((architecture) => architectureError("architectures", architecture)),
  );
  const [architecture = "x86_64"] = Architectures;
  if (Runtime === undefined || Handler === undefined) {
    throw invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  return {
    resource: reference.arn,
    authorize: (session) => {
      authorizeChange(context, session, "lambda:CreateFunction", reference.arn, { Layers, Role });
    },
    answer: async (session) => {
      const { functions } = context.account.lambda;
      const settings = {
        runtime: Runtime,
        role: Role,
        handler: Handler,
        description: Description ?? "",
        timeout: Timeout ?? 3,
        memorySize: MemorySize ?? 128,
        environment: Environment?.Variables,
        layers: layersOf(context, Layers ?? []),
        architecture,
      };
      const code = await codeOf(context, session, { ZipFile, S3Bucket, S3Key });
      return configurationOf(functions.create(reference, settings, code));
    },
  };
};

const getFunction: Operation<GetFunctionCommandInput, GetFunctionCommandOutput> = (
  context,
  { FunctionName, Qualifier },
) => {
  const reference = functionReference(context.account, FunctionName, Qualifier);
  return {
    resource: qualifiedArn(reference),
    answer: () => {
      const version = context.account.lambda.functions.get(reference);
      const Location = codeLocation(context, version.code);
      return { Configuration: configurationOf(version), Code: { RepositoryType: "S3", Location } };
    },
  };
};

const getFunctionConfiguration: Operation<
  GetFunctionConfigurationCommandInput,
  GetFunctionConfigurationCommandOutput
> = ({ account }, { FunctionName, Qualifier }) => {
  const reference = functionReference(account, FunctionName, Qualifier);
  return {
    resource: qualifiedArn(reference),
    answer: () => configurationOf(account.lambda.functions.get(reference)),
  };
};

const listFunctions: Operation<ListFunctionsCommandInput, ListFunctionsCommandOutput> = ({ account }, input) => {
  const { MasterRegion, FunctionVersion } = input;
  rejectOthers("ListFunctions", { MasterRegion });
  throwIfInvalid(choiceError("functionVersion", FunctionVersion, ["ALL"]));
  const page = pageOf("ListFunctions", input);
  return {
    resource: "*",
    answer: () => {
      const { functions } = account.lambda;
      const all = functions.list();
      const shown = FunctionVersion === "ALL" ? all.flatMap(({ reference }) => functions.versions(reference)) : all;
      const { items, nextToken } = page(shown, ({ arn }) => arn);
      return { Functions: items.map(configurationOf), NextMarker: nextToken };
    },
  };
};

const updateFunctionConfiguration: Operation<
  UpdateFunctionConfigurationCommandInput,
  UpdateFunctionConfigurationCommandOutput
> = (context, input) => {
  const { FunctionName, Role, Handler, Description, Timeout, MemorySize, Environment, Runtime, ...rest } = input;
  const { RevisionId, Layers, ...others } = rest;
  rejectOthers("UpdateFunctionConfiguration", others);
  const reference = unqualified(context.account, FunctionName);
  checkSettings(input);
  return {
    resource: reference.arn,
    authorize: (session) => {
      authorizeChange(context, session, "lambda:UpdateFunctionConfiguration", reference.arn, { Layers, Role });
    },
    answer: () => {
      const change = {
        ...(Role === undefined ? {} : { role: Role }),
        ...(Handler === undefined ? {} : { handler: Handler }),
        ...(Description === undefined ? {} : { description: Description }),
        ...(Timeout === undefined ? {} : { timeout: Timeout }),
        ...(MemorySize === undefined ? {} : { memorySize: MemorySize }),
        ...(Environment === undefined ? {} : { environment: Environment.Variables }),
        ...(Runtime === undefined ? {} : { runtime: Runtime }),
        ...(Layers === undefined ? {} : { layers: layersOf(context, Layers) }),
      };
      return configurationOf(context.account.lambda.functions.updateSettings(reference, change, RevisionId));
    },
  };
};

const updateFunctionCode: Operation<UpdateFunctionCodeCommandInput, UpdateFunctionCodeCommandOutput> = (
  context,
  { FunctionName, ZipFile, S3Bucket, S3Key, Architectures = [], Publish, DryRun, RevisionId, ...others },
) => {
  rejectOthers("UpdateFunctionCode", { ...others, Publish: Publish || undefined });
  const reference = unqualified(context.account, FunctionName);
  checkSource({ ZipFile, S3Bucket, S3Key });
  throwIfInvalid(...Architectures.map((one) => architectureError("architectures", one)));
  return {
    resource: reference.arn,
    answer: async (session) => {
      const code = await codeOf(context, session, { ZipFile, S3Bucket, S3Key });
      const [architecture] = Architectures;
      const options = { architecture, revisionId: RevisionId, dryRun: DryRun };
      return configurationOf(context.account.lambda.functions.updateCode(reference, code, options));
    },
  };
};

/** Each at https://docs.aws.amazon.com/lambda/latest/api/API_NAME.html */
export const functionOperations = {
  CreateFunction: createFunction,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  ListFunctions: listFunctions,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  UpdateFunctionCode: updateFunctionCode,
};

type Settings = Pick<
  UpdateFunctionConfigurationCommandInput,
  "Role" | "Handler" | "Description" | "Timeout" | "MemorySize" | "Environment" | "Runtime" | "Layers"
>;

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
function checkSettings({ Role, Handler, Description, Timeout, MemorySize, Environment, Runtime, Layers }: Settings) {
  throwIfInvalid(
    constraintError("role", Role, { pattern: "arn:(aws[a-zA-Z\\-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+" }),
    constraintError("handler", Handler, { maxLength: 128, pattern: "[^\\s]+" }),
    descriptionError(Description),
    Timeout === undefined ? undefined : rangeError("timeout", Timeout, 1, 900),
    MemorySize === undefined ? undefined : rangeError("memorySize", MemorySize, 128, 10_240),
    ...Object.keys(Environment?.Variables ?? {}).map((name) =>
      constraintError("environment.variables.key", name, { pattern: "[a-zA-Z]([a-zA-Z0-9_])+" }),
    ),
    runtimeError("runtime", Runtime),
  );
  for (const layer of Layers ?? []) {
    layerVersionReference("layers", layer);
  }
}

/**
 * The caller needs the right to change the function to have these layers, to read each layer, and to pass the role.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
 */
function authorizeChange(
  context: SandboxContext,
  session: Requester,
  action: string,
  functionArn: string,
  { Layers = [], Role }: Pick<Settings, "Layers" | "Role">,
): void {
  authorize(context, session, action, functionArn, Layers.length === 0 ? {} : { "lambda:Layer": Layers });
  for (const layer of Layers) {
    authorize(context, session, "lambda:GetLayerVersion", layer);
  }
  if (Role !== undefined) {
    authorize(context, session, "iam:PassRole", Role, { "iam:PassedToService": "lambda.amazonaws.com" });
  }
}

function layersOf({ account }: SandboxContext, arns: readonly string[]): readonly LayerVersion[] {
  return arns.map((arn) => {
    const { layer, version, region } = layerVersionReference("layers", arn);
    if (region !== account.region) {
      throw invalid(
        `Layers are not in the same region as the function. Layers are expected to be in region ${account.region}.`,
      );
    }
    const found = account.lambda.layers.find(layer, version);
    if (found === undefined) {
      throw invalid(`Layer version ${arn} does not exist.`);
    }
    return found;
  });
}
