import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ProviderError } from "../provider/errors";
import { writeProperties } from "./properties";

/** A handler that answers what `give` gives, and tells the engine why where that throws. */
export function answer<Request, Response>(
  give: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, done) => {
    void Promise.resolve(request)
      .then(give)
      .then(
        (response) => {
          done(null, response);
        },
        (error: unknown) => {
          done(refusal(error));
        },
      );
  };
}

function refusal(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof ProviderError) || error.made === undefined) {
    return { code, details };
  }
  // A resource that stands incomplete travels beside the error, so that the engine remembers it.
  const { id, state } = error.made;
  const failed = new ErrorResourceInitFailed()
    .setId(id)
    .setProperties(writeProperties(state, new Set()))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(code).setMessage(details);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}
