import { describeLayers } from "../support/examples/describeLayers";

describeLayers("a Lambda layer and credentials in its packages", (given) => {
  for (const [what, files] of [
    ["a placeholder in an address", { "README.txt": "https://aws:${TOKEN}@x.d.codeartifact.eu-west-1.amazonaws.com/" }],
    [
      "a word for the token in an address",
      { "README.txt": "https://aws:YOUR_TOKEN@x.d.codeartifact.eu-west-1.amazonaws.com/" },
    ],
    ["a user without a password", { "README.txt": "https://aws@x.d.codeartifact.eu-west-1.amazonaws.com/" }],
    ["a configuration without a password", { "orb/.env": "DEBUG=1\n", "orb/pip.conf": "[global]\ntimeout = 60\n" }],
  ] as const) {
    it(`is made where ${what} is in a package`, async () => {
      const folder = what.replaceAll(" ", "-");
      await given.layers.lockWheel(folder, files);

      await given.layers.expectOne(folder);
    });
  }

  for (const [what, files, says] of [
    ["the token", (token: string) => ({ "data.txt": `x${token}x` }), "data.txt: contains the token"],
    [
      "the token as a header has it",
      (token: string) => ({ "data.txt": Buffer.from(`aws:${token}`).toString("base64") }),
      "data.txt: contains the token",
    ],
    [
      "an address of the registry with other credentials",
      () => ({
        "data.txt": "https://aws:old@orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/",
      }),
      "data.txt: contains an address of the registry with credentials",
    ],
    [
      "the token in base64 over several lines",
      (token: string) => ({ "data.txt": wrapped(Buffer.from(`x: ${token}`).toString("base64")) }),
      "data.txt: contains the token",
    ],
    [
      "the token over folded lines",
      (token: string) => ({ "data.txt": wrapped(token) }),
      "data.txt: contains the token",
    ],
    [
      "the token with URL encoding",
      (token: string) => ({ "data.txt": Buffer.from(token).toString("hex").replaceAll(/../g, "%$&") }),
      "data.txt: contains the token",
    ],
    [
      "the token in UTF sixteen",
      (token: string) => ({ "data.txt": token.replaceAll(/./g, "$&\0") }),
      "data.txt: contains the token",
    ],
    [
      "a configuration with a password",
      () => ({ "pip.conf": "[global]\nindex-url = https://aws:old@pypi.example/\n" }),
      "pip.conf: is a configuration with credentials",
    ],
    [
      "a netrc with a password",
      () => ({ "orb/.netrc": "machine pypi.example login aws password old" }),
      "orb/.netrc: is a configuration with credentials",
    ],
  ] as const) {
    it(`is not made where ${what} is in a package`, async () => {
      const folder = `leak-${what.replaceAll(/[^a-z]+/g, "-")}`;
      await given.layers.lockWheel(folder, files(given.layers.token));

      await given.layers.expectNone(folder, new RegExp(`${says.replaceAll(".", "\\.")}\nNo layer was made\\.`));
    });
  }
});

/** Lines of 70 characters, folded as a header is. */
function wrapped(text: string): string {
  return text.replaceAll(/.{70}/g, "$&\n        ");
}
