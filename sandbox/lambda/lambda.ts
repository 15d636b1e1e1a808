import type { AccountInfo } from "../core/identifiers";
import { Functions } from "./functions";
import { Layers } from "./layers";

/**
 * AWS Lambda of one account and region, as far as deployments of layers and functions need it. Functions are not run.
 * Operations: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export class Lambda {
  readonly layers: Layers;
  readonly functions: Functions;

  constructor(account: AccountInfo) {
    this.layers = new Layers(account);
    this.functions = new Functions(account);
  }
}
