import { expect } from "chai";
import { readBackend } from "../../../commands/deployment/deploymentTarget";
import { SettingErrors } from "../../../settings/errors";

const forms =
  "Write s3://BUCKET?region=REGION, gs://BUCKET, azblob://CONTAINER?storage_account=NAME or https://api.pulumi.com";

function read(url: unknown) {
  const errors = new SettingErrors();
  return { backend: readBackend(errors, url), errors: errors.lines };
}

describe("the backend of a deployment", () => {
  for (const url of [
    "s3://acme-pulumi-state",
    "s3://acme-pulumi-state?region=us-east-1",
    "s3://acme.pulumi.state?region=eu-central-1&awssdk=v2&dualstack=true&fips=false",
    "s3://acme-pulumi-state/registry/state?region=us-east-1",
    "gs://acme_pulumi-state",
    "azblob://state?storage_account=acmestate",
    "https://api.pulumi.com",
    "https://pulumi.acme.example:8443/",
  ]) {
    it(`may be ${url}`, () => {
      expect(read(url)).to.deep.equal({ backend: url, errors: [] });
    });
  }

  it("is asked for", () => {
    for (const url of [undefined, null]) {
      expect(read(url)).to.deep.equal({
        backend: "",
        errors: [`backend.url: is missing in Pulumi.yaml, and a deployment takes it from there alone. ${forms}`],
      });
    }
  });

  for (const [why, url] of [
    ["is lost with the runner", "file:///home/runner/state"],
    ["is lost with the runner", "file://~"],
    ["lives in memory", "mem://state"],
    ["is read by everyone on the way", "http://api.pulumi.com"],
    ["holds a password", "postgres://user:password@db.example/state"],
    ["names a user for the host", "https://api.pulumi.com@attacker.example"],
    ["names a user for the host", "https://user:password@api.pulumi.com"],
    ["has a path that the CLI would ask at", "https://api.pulumi.com/elsewhere"],
    ["has an escape", "s3://acme%2Dstate"],
    ["has a second question mark", "s3://acme-state?region=us-east-1?endpoint=http://attacker.example"],
    ["has a fragment", "s3://acme-state#?region=us-east-1"],
    ["has two lines", "s3://acme-state\nbackend=s3://attacker"],
    ["ends with a line break", "s3://acme-state\n"],
    ["begins with a space", " s3://acme-state"],
    ["is a path", "s3://../state"],
    ["has another case", "S3://acme-state"],
    ["is no text", 7],
    ["is no text", ["s3://acme-state"]],
    ["is empty", ""],
  ] as const) {
    it(`is not what ${why}: ${JSON.stringify(url)}`, () => {
      expect(read(url)).to.deep.equal({
        backend: "",
        errors: [`backend.url: ${JSON.stringify(url)} is not an address that a deployment takes. ${forms}`],
      });
    });
  }

  const others = "others can send the state to another host or identity. Remove it";
  for (const [place, wrong, rule] of [
    [
      "s3://acme-state?region=us-east-1&",
      "endpoint=http://attacker.example",
      "it takes region, awssdk, dualstack, fips in their usual form",
    ],
    ["s3://acme-state?", "endpoint=attacker.example", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["s3://acme-state?", "profile=attacker", "it takes region, awssdk, dualstack, fips in their usual form"],
    [
      "s3://acme-state?",
      "role=arn:aws:iam::999999999999:role/attacker",
      "it takes region, awssdk, dualstack, fips in their usual form",
    ],
    ["s3://acme-state?", "disable_https=true", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["s3://acme-state?", "anonymous=true", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["s3://acme-state?", "%65ndpoint=attacker.example", "it takes region, awssdk, dualstack, fips in their usual form"],
    [
      "s3://acme-state?",
      "region=us-east-1;endpoint=attacker.example",
      "it takes region, awssdk, dualstack, fips in their usual form",
    ],
    ["s3://acme-state?", "region=us-east-1#", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["s3://acme-state?", "constructor=x", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["s3://acme-state?", "", "it takes region, awssdk, dualstack, fips in their usual form"],
    ["gs://acme-state?", "universe_domain=attacker.example", "it takes no parameters"],
    ["gs://acme-state?", "private_key_path=/tmp/key", "it takes no parameters"],
    [
      "azblob://state?storage_account=acmestate&",
      "domain=attacker.example",
      "it takes storage_account in their usual form",
    ],
    ["azblob://state?storage_account=acmestate&", "protocol=http", "it takes storage_account in their usual form"],
    ["azblob://state?", "localemu=true", "it takes storage_account in their usual form"],
    ["https://api.pulumi.com?", "token=x", "it takes no parameters"],
  ] as const) {
    it(`has no parameter ${JSON.stringify(wrong)} at ${place}`, () => {
      expect(read(`${place}${wrong}`)).to.deep.equal({
        backend: "",
        errors: [
          `backend.url: ${JSON.stringify(`${place}${wrong}`)} has ${JSON.stringify(wrong)}, and ${rule}: ${others}`,
        ],
      });
    });
  }
});
