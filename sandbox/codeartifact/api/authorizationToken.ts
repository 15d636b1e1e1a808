import { domainArn } from "../arns";
import { throwIfInvalid } from "../errors";
import { durationError, longestDuration } from "../../sts/durations";
import { authorizeToken } from "../../context";
import { epochSeconds } from "./epochSeconds";
import { whole } from "./members";
import type { Operation } from "./operation";
import { readDomain } from "./places";

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html */
export const getAuthorizationToken: Operation = (context, input) => {
  const place = readDomain(input);
  // The member's range in the API's model begins at 0, which is the rest of the session; below 900 nothing else is valid.
  const seconds = whole("durationSeconds", input.query("duration"), 0, longestDuration) ?? longestDuration;
  throwIfInvalid(seconds === 0 ? undefined : durationError(seconds));
  const resource = domainArn(context.cloud, place);
  return {
    resource,
    authorize: (session) => {
      authorizeToken(context, session, resource, seconds);
    },
    answer: (session) => {
      const { name } = context.cloud.codeartifact.describeDomain(place);
      const { authorizationToken, expiration } = context.tokens.mint(session, name, seconds);
      return { authorizationToken, expiration: epochSeconds(expiration) };
    },
  };
};
