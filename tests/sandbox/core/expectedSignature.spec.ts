import { expect } from "chai";
import { expectedAuthorization, type SignedRequest } from "../../../sandbox/core/signature";

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const host = { host: ["example.amazonaws.com"], "x-amz-date": ["20150830T123600Z"] };
const stsToken =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt" +
  "hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXA" +
  "kiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

async function signatureOf(
  { method = "GET", target = "/", headers = {}, body = "" }: Partial<Omit<SignedRequest, "body">> & { body?: string },
  signedHeaders: readonly string[] = Object.keys({ ...host, ...headers }).sort(),
): Promise<string | undefined> {
  return expectedAuthorization(
    { method, target, headers: { ...host, ...headers }, body: Buffer.from(body) },
    key,
    { region: "us-east-1", service: "service", signedHeaders },
    new Date("2015-08-30T12:36:00Z"),
  );
}

function written(signedHeaders: string, signature: string): string {
  const scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

describe("the authorization that a request should carry", () => {
  // AWS's own: https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
  for (const [vector, request, signed, signature] of [
    ["get-vanilla", {}, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query",
      { target: "/?Param1=value1" },
      "",
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ],
    [
      "get-vanilla-query-order-key-case",
      { target: "/?Param2=value2&Param1=value1" },
      "",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "get-vanilla-query-order-encoded",
      { target: "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1" },
      "",
      "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ],
    [
      "get-vanilla-utf8-query",
      { target: "/?%E1%88%B4=bar" },
      "",
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ],
    [
      "get-vanilla-query-unreserved",
      {
        target:
          "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=" +
          "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
      },
      "",
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ],
    [
      "get-slashes-normalized",
      { target: "//example//" },
      "",
      "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    ],
    [
      "get-relative-relative-normalized",
      { target: "/example1/example2/../.." },
      "",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ],
    [
      "get-space-normalized",
      { target: "/example space/" },
      "",
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ],
    [
      "get-header-key-duplicate",
      { headers: { "my-header1": ["value2", "value2", "value1"] } },
      "my-header1;",
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ],
    [
      "get-header-value-trim",
      { headers: { "my-header1": ["value1"], "my-header2": [' "a   b   c" '] } },
      "my-header1;my-header2;",
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ],
    ["post-vanilla", { method: "POST" }, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
  ] as const) {
    it(`is what AWS's test suite says of ${vector}`, async () => {
      expect(await signatureOf(request)).to.equal(written(`host;${signed}x-amz-date`, signature));
    });
  }

  it("is what AWS's test suite says of a session's token: get-vanilla-with-session-token, post-sts-header-before", async () => {
    const token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

    expect(await signatureOf({ headers: { "x-amz-security-token": [token] } })).to.equal(
      written(
        "host;x-amz-date;x-amz-security-token",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
      ),
    );
    expect(await signatureOf({ method: "POST", headers: { "x-amz-security-token": [stsToken] } })).to.equal(
      written(
        "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
      ),
    );
  });

  const form = {
    method: "POST",
    body: "Param1=value1",
    headers: {
      "content-length": ["13"],
      "content-type": ["application/x-www-form-urlencoded"],
      "x-amz-content-sha256": ["9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"],
    },
  };

  it("is what AWS's test suite says of a body whose hash is stated: post-x-www-form-urlencoded", async () => {
    expect(await signatureOf(form)).to.equal(
      written(
        "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
      ),
    );
  });

  it("does not exist where the stated hash is not the body's", async () => {
    const stating = (hash: string) =>
      signatureOf({ ...form, headers: { ...form.headers, "x-amz-content-sha256": [hash] } });

    expect(await stating("UNSIGNED-PAYLOAD")).to.equal(undefined);
    expect(await stating("0".repeat(64))).to.equal(undefined);
    expect(await signatureOf({ ...form, body: "Param1=value2" })).to.equal(undefined);
    expect(await stating(form.headers["x-amz-content-sha256"][0]!)).to.match(/Signature=d3875051/);
  });

  it("names only headers that came, in order", async () => {
    const came = { headers: { "my-header1": ["value1"] } };

    expect(await signatureOf(came, ["x-amz-date", "my-header1", "host"])).to.match(
      /SignedHeaders=host;my-header1;x-amz-date,/,
    );
    expect(await signatureOf(came, ["host", "my-header2", "x-amz-date"])).to.match(/SignedHeaders=host;x-amz-date,/);
    expect(await signatureOf(came, ["host", "x-amz-date", "constructor", "__proto__"])).to.match(
      /SignedHeaders=host;x-amz-date,/,
    );
  });

  it("is the same for a whole address, as a proxy's client names it", async () => {
    const plain = await signatureOf({ target: "/v1/domain?domain=orb" });

    expect(await signatureOf({ target: "http://codeartifact.us-east-1.amazonaws.com/v1/domain?domain=orb" })).to.equal(
      plain,
    );
    expect(await signatureOf({ target: "HTTPS://example.com:8443/v1/domain?domain=orb" })).to.equal(plain);
    expect(await signatureOf({ target: "http://example.com" })).to.equal(await signatureOf({}));
    expect(await signatureOf({ target: "http://example.com?a=b" })).to.equal(await signatureOf({ target: "/?a=b" }));
  });

  it("tells a plus that is sent as such, which is a space, from an encoded one", async () => {
    const space = await signatureOf({ target: "/?a=b%20c" });

    expect(await signatureOf({ target: "/?a=b+c" })).to.equal(space);
    expect(await signatureOf({ target: "/?a=b%2Bc" })).not.to.equal(space);
  });

  it("does not exist where a query holds what no signature would cover", async () => {
    for (const name of ["X-Amz-Signature", "x-amz-signature", "X-Amz-Sign%61ture", "__proto__"]) {
      expect(await signatureOf({ target: `/?a=b&${name}=c` })).to.equal(undefined);
    }
    expect(await signatureOf({ target: "/?a=b&constructor=c" })).to.match(/Signature=\w{64}$/);
  });
});
