import {
  DescribeDomainCommand,
  DescribePackageCommand,
  DescribeRepositoryCommand,
  GetAuthorizationTokenCommand,
  ListDomainsCommand,
  ListPackagesCommand,
  ListTagsForResourceCommand,
  PutPackageOriginConfigurationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { answered, changing, serveApi, type ServedApi } from "../../../support/sandbox/servedApi";

describe("the form of a request to CodeArtifact's API", () => {
  let api: ServedApi;
  const asAdministrator = () => api.client(api.administrator());
  const place = () =>
    ({ domain: api.domain, repository: "python-packages", format: "pypi", package: "orb-common" }) as const;
  const arn = () => api.context.account.codeartifact.domains.describe({ domain: api.domain }).arn;

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  const constraint = (value: string, member: string, rule: string) =>
    `ValidationException 400: 1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ` +
    `Member must ${rule}`;

  describe("in its query", () => {
    /** The answer to a request that is changed before it is signed; it asks for the packages of a repository. */
    const listing = (query: Record<string, string | string[] | null>) =>
      answered(
        changing(asAdministrator(), "unsigned", (request) => {
          for (const [name, value] of Object.entries(query)) {
            if (value === null) {
              // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a query is a plain object
              delete request.query[name];
            } else {
              request.query[name] = value;
            }
          }
        }).send(new ListPackagesCommand({ domain: api.domain, repository: "python-packages" })),
      );

    it("is well where every member fits, and passes over what the API does not know", async () => {
      expect(await listing({})).to.deep.equal({ packages: [] });
      expect(
        await listing({ format: "pypi", "max-results": "1000", publish: "ALLOW", upstream: "BLOCK" }),
      ).to.deep.equal({
        packages: [],
      });
      expect(await listing({ "domain-owner": "123456789012", sideways: "up", constructor: "x" })).to.deep.equal({
        packages: [],
      });
    });

    for (const [query, expected] of [
      [{ domain: null }, constraint("null", "domain", "not be null")],
      [{ repository: null }, constraint("null", "repository", "not be null")],
      [{ domain: "" }, constraint("''", "domain", "have length greater than or equal to 2")],
      [
        { domain: "orb/../x" },
        constraint("'orb/../x'", "domain", "satisfy regular expression pattern: [a-z][a-z0-9\\-]{0,48}[a-z0-9]"),
      ],
      [
        { repository: "r".repeat(101) },
        constraint(`'${"r".repeat(101)}'`, "repository", "have length less than or equal to 100 (it has 101)"),
      ],
      [{ "domain-owner": "12" }, constraint("'12'", "domainOwner", "have length greater than or equal to 12")],
      [
        { "domain-owner": "12345678901x" },
        constraint("'12345678901x'", "domainOwner", "satisfy regular expression pattern: [0-9]{12}"),
      ],
      [
        { format: "python" },
        constraint(
          "'python'",
          "format",
          "satisfy enum value set: [npm, pypi, maven, nuget, generic, ruby, swift, cargo]",
        ),
      ],
      [{ publish: "allow" }, constraint("'allow'", "publish", "satisfy enum value set: [ALLOW, BLOCK]")],
      [{ "max-results": "0" }, constraint("'0'", "maxResults", "have value greater than or equal to 1")],
      [{ "max-results": "1001" }, constraint("'1001'", "maxResults", "have value less than or equal to 1000")],
      [{ "max-results": "ten" }, constraint("'ten'", "maxResults", "be a whole number")],
      [{ "max-results": "1.5" }, constraint("'1.5'", "maxResults", "be a whole number")],
      [{ "max-results": "1e2" }, constraint("'1e2'", "maxResults", "be a whole number")],
      [
        { "next-token": "eyJ" },
        "ValidationException 400: Invalid nextToken: give the one that the page before ended with, and ask for the same list.",
      ],
      [
        { "package-prefix": "a/b" },
        constraint("'a/b'", "packagePrefix", "satisfy regular expression pattern: [^#/\\s]+"),
      ],
      [
        { namespace: "orb" },
        "ValidationException 400: 'namespace' cannot be given by itself: give 'format' or 'packagePrefix' too.",
      ],
      [{ format: ["pypi", "npm"] }, "ValidationException 400: 'format' is given 2 times in the query: give it once."],
    ] as const satisfies readonly (readonly [Record<string, string | string[] | null>, string])[]) {
      it(`is rejected with ${JSON.stringify(query).slice(0, 60)}`, async () => {
        expect(await listing(query)).to.equal(expected);
      });
    }
  });

  it("names a Python package by its normal name, without a namespace, and a generic one with it; other formats are not modelled", async () => {
    const describe = (changes: object) =>
      answered(asAdministrator().send(new DescribePackageCommand({ ...place(), ...changes })));

    expect(await describe({})).to.match(/^ResourceNotFoundException 404: Package not found\./);
    expect(await describe({ package: "Orb_Common" })).to.equal(
      "ValidationException 400: Python package 'Orb_Common' is called 'orb-common' here: give its normalized name.",
    );
    expect(await describe({ package: "..%2f" })).to.match(/^ValidationException 400: '\.\.%2f' is no name of a Python/);
    expect(await describe({ namespace: "orb" })).to.equal(
      "ValidationException 400: 'namespace' is given, but Python packages have none: leave it out.",
    );
    expect(await describe({ format: "generic" })).to.equal(
      "ValidationException 400: 'namespace' is missing: generic packages have one.",
    );
    expect(await describe({ format: "generic", namespace: "orb", package: "Orb_Common" })).to.equal(
      "ResourceNotFoundException 404: Package not found. Repository 'python-packages' holds no generic package " +
        "'orb/Orb_Common'.",
    );
    expect(await describe({ format: "npm" })).to.equal(
      "NotImplemented 501: Packages of format npm are not modelled: those of pypi and generic are.",
    );
  });

  it("names a token's life as 0, or as 900 to 43200 seconds", async () => {
    const mint = (durationSeconds: number) =>
      answered(asAdministrator().send(new GetAuthorizationTokenCommand({ domain: api.domain, durationSeconds })));

    for (const seconds of [0, 900, 43_200]) {
      expect(await mint(seconds), String(seconds)).to.have.keys("authorizationToken", "expiration");
    }
    expect(await mint(899)).to.equal(constraint("'899'", "durationSeconds", "have value greater than or equal to 900"));
    expect(await mint(43_201)).to.equal(
      constraint("'43201'", "durationSeconds", "have value less than or equal to 43200"),
    );
    expect(await mint(-1)).to.equal(constraint("'-1'", "durationSeconds", "have value greater than or equal to 0"));
    expect(await mint(900.5)).to.equal(constraint("'900.5'", "durationSeconds", "be a whole number"));
  });

  describe("in its body", () => {
    /** The answer to a request with this body. */
    const update = (body: string | Buffer) =>
      answered(
        changing(asAdministrator(), "unsigned", (request) => {
          request.body = body;
        }).send(new UpdatePackageVersionsStatusCommand({ ...place(), versions: [], targetStatus: "Archived" })),
      );
    const good = { versions: ["1.0"], targetStatus: "Archived" };

    it("is well where every member fits, and passes over what the API does not know", async () => {
      for (const body of [
        good,
        { ...good, sideways: {}, expectedStatus: null },
        { ...good, versionRevisions: { "1.0": "x" }, expectedStatus: "Deleted" },
      ]) {
        expect(await update(JSON.stringify(body))).to.match(/^ResourceNotFoundException 404: Package not found\./);
      }
    });

    for (const body of ["{", "[]", "null", "text", '"{}"', "7", "{'versions':[]}", Buffer.from([0xff, 0xfe, 0x7b])]) {
      it(`is rejected where it is ${JSON.stringify(body.toString())}`, async () => {
        expect(await update(body)).to.equal("SerializationException 400: The request's body must be a JSON object.");
      });
    }

    for (const [changes, expected] of [
      [{ versions: undefined }, constraint("null", "versions", "not be null")],
      [{ targetStatus: undefined }, constraint("null", "targetStatus", "not be null")],
      [{ versions: "1.0" }, "SerializationException 400: 'versions' must be a list of text, not a string."],
      [{ versions: { "1.0": true } }, "SerializationException 400: 'versions' must be a list of text, not an object."],
      [{ versions: ["1.0", 2] }, "SerializationException 400: 'versions' must be a list of text, not such a list."],
      [{ targetStatus: 7 }, "SerializationException 400: 'targetStatus' must be text, not a number."],
      [{ targetStatus: ["Archived"] }, "SerializationException 400: 'targetStatus' must be text, not such a list."],
      [{ versionRevisions: [] }, "SerializationException 400: 'versionRevisions' must be an object, not such a list."],
      [{ versionRevisions: { "1.0": 7 } }, "SerializationException 400: '1.0' must be text, not a number."],
      [{ versions: ["a b"] }, constraint("'a b'", "versions", "satisfy regular expression pattern: [^#/\\s]+")],
      [
        { expectedStatus: "published" },
        constraint(
          "'published'",
          "expectedStatus",
          "satisfy enum value set: [Published, Unfinished, Unlisted, Archived, Disposed, Deleted]",
        ),
      ],
      [
        { versions: Array.from({ length: 101 }, (_, number) => String(number)) },
        "ValidationException 400: 101 versions are given; at most 100 are allowed at once.",
      ],
    ] as const) {
      it(`is rejected with ${JSON.stringify(changes).slice(0, 60)}`, async () => {
        expect(await update(JSON.stringify({ ...good, ...changes }))).to.equal(expected);
      });
    }

    it("is rejected beyond half a mebibyte, and one of just that length is read", async () => {
      const filled = (length: number) => JSON.stringify(good).padEnd(length);

      expect(await update(filled(524_288))).to.match(/^ResourceNotFoundException 404: /);
      expect(await update(filled(524_289))).to.match(/^RequestEntityTooLargeException 413: /);
    });

    it("is rejected where settings of a package are wrong or missing", async () => {
      const put = (restrictions: unknown) =>
        answered(
          asAdministrator().send(
            new PutPackageOriginConfigurationCommand({ ...place(), restrictions: restrictions as undefined }),
          ),
        );

      expect(await put(undefined)).to.equal(constraint("null", "restrictions", "not be null"));
      expect(await put({ publish: "ALLOW" })).to.equal(constraint("null", "restrictions.upstream", "not be null"));
      expect(await put({ publish: "ALLOW", upstream: "INHERIT" })).to.equal(
        constraint("'INHERIT'", "restrictions.upstream", "satisfy enum value set: [ALLOW, BLOCK]"),
      );
      expect(await put({ publish: "ALLOW", upstream: "BLOCK" })).to.be.an("object");
    });

    it("is rejected where tags are wrong, and where ListDomains' members are, which are there too", async () => {
      const tag = (tags: unknown) =>
        answered(asAdministrator().send(new TagResourceCommand({ resourceArn: arn(), tags: tags as [] })));
      const many = Array.from({ length: 201 }, (_, number) => ({ key: `k${number}`, value: "" }));

      expect(await tag(undefined)).to.equal(constraint("null", "tags", "not be null"));
      expect(await tag([{ key: "a" }])).to.equal(constraint("null", "tags.value", "not be null"));
      expect(
        await tag([
          { key: "a", value: "b" },
          { key: "a", value: "c" },
        ]),
      ).to.equal("ValidationException 400: A tag's key is given more than once in 'tags': give each once.");
      expect(await tag(many)).to.equal("ValidationException 400: 'tags' has 201 entries; at most 200 are allowed.");
      expect(await tag([{ key: "aws:x", value: "" }])).to.match(/^ValidationException 400: Tag 'aws:x' cannot be set/);
      const domains = (input: object) => answered(asAdministrator().send(new ListDomainsCommand(input)));
      expect(await domains({ maxResults: 0 })).to.equal(
        constraint("'0'", "maxResults", "have value greater than or equal to 1"),
      );
      expect(await domains({ maxResults: 1.5 })).to.equal(constraint("'1.5'", "maxResults", "be a whole number"));
      expect(await domains({ nextToken: "a b" })).to.equal(
        constraint("'a b'", "nextToken", "satisfy regular expression pattern: \\S+"),
      );
      expect(
        await answered(
          asAdministrator().send(new UntagResourceCommand({ resourceArn: arn(), tagKeys: "a" as unknown as string[] })),
        ),
      ).to.equal("SerializationException 400: 'tagKeys' must be a list of text, not a string.");
    });
  });

  it("names what tags are on by an ARN of a domain, repository or package group", async () => {
    const list = (resourceArn: string) =>
      answered(asAdministrator().send(new ListTagsForResourceCommand({ resourceArn })));

    expect(await list(arn())).to.be.an("object");
    for (const resourceArn of ["*", "orb", "arn:aws:s3:::orb", arn().replace(":domain/", ":package/"), `${arn()} `]) {
      expect(await list(resourceArn), resourceArn).to.match(
        /^ValidationException 400: 1 validation error detected: Value '.*' at 'resourceArn' failed to satisfy/,
      );
    }
  });

  it("is read before the sender's right is asked for, and after the signature; what is wrong is logged", async () => {
    const ask = (repository: string) =>
      answered(asReader.send(new DescribeRepositoryCommand({ domain: api.domain, repository })));
    const asReader = api.client(await api.reader());

    expect(await ask("!")).to.match(/^ValidationException 400: /);
    const { who, action, resource, allowed, reason } = api.context.decisions.entries().at(-1)!;
    expect({ who: who.split("/").at(-1), action, resource, allowed }).to.deep.equal({
      who: "reader-job",
      action: "codeartifact:DescribeRepository",
      resource: "*",
      allowed: false,
    });
    expect(reason).to.match(/^ValidationException: 1 validation error detected: Value '!' at 'repository'/);
    expect(await ask("python-packages")).to.match(/^AccessDeniedException 403: /);
    const unsigned = await fetch(`${api.address}/v1/repository?domain=${api.domain}&repository=!`);
    expect(unsigned.headers.get("x-amzn-errortype")).to.equal("MissingAuthenticationTokenException");
  });

  it("does not fill the log, however long it is", async () => {
    await answered(asAdministrator().send(new DescribeDomainCommand({ domain: "x".repeat(5000) })));

    expect(api.context.decisions.entries().at(-1)!.reason).to.have.length(500);
  });

  it("does not break the server by what Unicode, percent signs and nested lists can hold", async () => {
    const describe = (name: string) =>
      answered(asAdministrator().send(new DescribePackageCommand({ ...place(), package: name })));

    for (const name of ["\u0000", "%", "%ff", "%00", "..", "\u{1F600}", "orb\r\nx: y", "a".repeat(255), "__proto__"]) {
      expect(await describe(name), name).to.match(/^(?:ValidationException 400|ResourceNotFoundException 404): /);
    }
    const nested = changing(asAdministrator(), "unsigned", (request) => {
      request.body = `{"tags":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    });
    expect(await answered(nested.send(new TagResourceCommand({ resourceArn: arn(), tags: [] })))).to.equal(
      "SerializationException 400: 'tags' must be a list of objects, not such a list.",
    );
    expect(await answered(asAdministrator().send(new DescribeDomainCommand({ domain: api.domain })))).to.be.an(
      "object",
    );
  });

  it("of an operation that the API does not have says so, anyone who asks", async () => {
    for (const [method, path] of [
      ["GET", "/v1/"],
      ["GET", "/v1/domainz"],
      ["PATCH", "/v1/domain"],
      ["GET", "/v1/domain/"],
      ["GET", "/v1/..%2fdomain"],
      ["OPTIONS", "/v1/domain"],
      ["POST", "/v1/authorization-token/x"],
    ] as const) {
      const response = await fetch(`${api.address}${path}`, { method });
      expect([response.status, response.headers.get("x-amzn-errortype"), await response.json()]).to.deep.equal([
        404,
        "UnknownOperationException",
        { message: `CodeArtifact has no operation ${method} ${path}.` },
      ]);
    }
    const head = await fetch(`${api.address}/v1/domain`, { method: "HEAD" });
    expect(head.status).to.equal(404);
  });
});
