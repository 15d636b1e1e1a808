import { expect } from "chai";
import { EventPatternError, eventPatternError, matchesPattern } from "../../../sandbox/eventbridge/eventPattern";

/** The event of event-ruler's README, whose patterns the ones with its fields are too. */
const sample = {
  version: "0",
  id: "ddddd4-aaaa-7777-4444-345dd43cc333",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "012345679012",
  time: "2017-10-02T16:24:49Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
  detail: {
    "c-count": 5,
    "d-count": 3,
    "x-limit": 301.8,
    "source-ip": "10.0.0.33",
    "instance-id": "i-000000aaaaaa00000",
    state: "running",
  },
};

const matching: readonly object[] = [
  {
    "detail-type": ["EC2 Instance State-change Notification"],
    resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
    detail: { state: ["initializing", "running"] },
  },
  { time: [{ prefix: "2017-10-02" }] },
  { source: [{ prefix: { "equals-ignore-case": "AWS.E" } }] },
  { source: [{ suffix: "ec2" }] },
  { source: [{ suffix: { "equals-ignore-case": "EC2" } }] },
  { source: [{ "equals-ignore-case": "AWS.EC2" }] },
  { source: [{ wildcard: "a*.e*2" }] },
  { detail: { state: [{ "anything-but": "initializing" }] } },
  { detail: { "x-limit": [{ "anything-but": 123 }] } },
  { detail: { state: [{ "anything-but": ["stopped", "overloaded"] }] } },
  { detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } },
  { detail: { state: [{ "anything-but": { prefix: "init" } }] } },
  { detail: { state: [{ "anything-but": { prefix: ["init", "error"] } }] } },
  { detail: { "instance-id": [{ "anything-but": { suffix: "1234" } }] } },
  { detail: { "instance-id": [{ "anything-but": { suffix: ["1234", "6789"] } }] } },
  { detail: { state: [{ "anything-but": { "equals-ignore-case": ["Stopped", "OverLoaded"] } }] } },
  { detail: { state: [{ "anything-but": { wildcard: ["*/bin/*.jar", "*/bin/*.class"] } }] } },
  {
    detail: {
      "c-count": [{ numeric: [">", 0, "<=", 5] }],
      "d-count": [{ numeric: ["<", 10] }],
      "x-limit": [{ numeric: ["=", 3.018e2] }],
    },
  },
  { detail: { "source-ip": [{ cidr: "10.0.0.0/24" }] } },
  { detail: { "c-count": [{ exists: true }] } },
  {
    time: [{ prefix: "2017-10-02" }],
    detail: {
      state: [{ "anything-but": "initializing" }],
      "c-count": [{ numeric: [">", 0, "<=", 5] }],
      "d-count": [{ numeric: ["<", 10] }],
      "x-limit": [{ "anything-but": [100, 200, 300] }],
      "source-ip": [{ cidr: "10.0.0.0/8" }],
    },
  },
];

/** A field's list, values that match it, and values that do not. */
const operators: readonly (readonly [
  list: readonly unknown[],
  matches: readonly unknown[],
  others: readonly unknown[],
])[] = [
  [
    ["running", "stopped"],
    ["running", "stopped", ["other", "stopped"]],
    ["Running", "runn", ["other"], []],
  ],
  [[""], [""], ["a", null, undefined]],
  [[null], [null, [1, null]], ["null", "", undefined]],
  [[true], [true], [false, "true", 1]],
  [[5], [5, 5.0, [1, 5]], [6, "5"]],
  [["10.0.0.1"], ["10.0.0.1"], ["10.0.0.10", 10]],
  [["::1"], ["::1", "0:0:0:0:0:0:0:1"], ["::2", "1"]],
  [[{ exactly: "a" }], ["a"], ["b"]],
  [[{ prefix: "us-" }], ["us-east-1", "us-"], ["eu-us-1", "US-", 5, null]],
  [[{ prefix: "" }], ["", "a"], [1, null, undefined]],
  [[{ prefix: { "equals-ignore-case": "EventB" } }], ["EventBridge", "eventbridge"], ["bridge", 1]],
  [[{ suffix: ".png" }], ["a.png", ".png"], ["a.png ", "a.PNG"]],
  [[{ suffix: { "equals-ignore-case": ".PNG" } }], ["a.png", "a.Png"], ["a.jpg"]],
  [[{ "equals-ignore-case": "alice" }], ["ALICE", "Alice"], ["alic", 1]],
  [[{ wildcard: "dir/*.png" }], ["dir/a.png", "dir/.png", "dir/a/b.png"], ["dir/png", "dir/a.png2", "a/dir/a.png"]],
  [[{ wildcard: "*" }], ["", "a"], [1]],
  [[{ wildcard: "*a*a*" }], ["aa", "banana"], ["a", "b"]],
  [[{ wildcard: "a*a" }], ["aa", "aba"], ["a"]],
  [[{ wildcard: "\\*\\\\*" }], ["*\\", "*\\a"], ["a\\", "*"]],
  [[{ wildcard: "plain" }], ["plain"], ["plain2"]],
  [[{ "anything-but": "x" }], ["y", 1, null, true, ["x", "y"]], ["x", ["x"], undefined, []]],
  [[{ "anything-but": 5 }], [6, "5"], [5]],
  [[{ "anything-but": ["x", "y"] }], ["z"], ["x", "y"]],
  [[{ "anything-but": { prefix: "in" } }], ["out", 1], ["in", "init"]],
  [[{ "anything-but": { suffix: ".txt" } }], ["a.png"], ["a.txt"]],
  [[{ "anything-but": { "equals-ignore-case": "X" } }], ["y"], ["x", "X"]],
  [[{ "anything-but": { wildcard: "*/lib/*" } }], ["/bin/a"], ["/lib/a"]],
  [[{ exists: true }], ["a", "", null, 0, ["a"]], [undefined, [], {}]],
  [[{ exists: false }], [undefined, [], { inner: 1 }], ["a", null]],
  [[{ exists: false }, "a"], [undefined, "a"], ["b"]],
  [[{ numeric: ["=", 5] }], [5], [5.1, "5"]],
  [[{ numeric: ["<", 5] }], [4.9, -1], [5, "4"]],
  [[{ numeric: ["<=", 5] }], [5], [5.1]],
  [[{ numeric: [">", 5] }], [5.1], [5]],
  [[{ numeric: [">=", 5, "<", 7] }], [5, 6.9], [4.9, 7]],
  [[{ numeric: [">", 5, "<=", 7] }], [5.1, 7], [5, 7.1]],
  [[{ cidr: "10.0.0.0/24" }], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "9.255.255.255", "ten", 10, "::a00:0"]],
  [[{ cidr: "10.0.0.5/0" }], ["255.1.1.1"], ["::1"]],
  [[{ cidr: "2001:db8::/32" }], ["2001:db8::1", "2001:db8:ffff::"], ["2001:db9::1", "32.1.13.184"]],
  [["x", { prefix: "y" }], ["x", "yes"], ["z"]],
];

describe("an event pattern", () => {
  it("matches as event-ruler's own examples do", () => {
    for (const pattern of matching) {
      expect(matchesPattern(JSON.stringify(pattern), sample), JSON.stringify(pattern)).to.equal(true);
      expect(matchesPattern(pattern, { detail: {} }), JSON.stringify(pattern)).to.equal(false);
    }
  });

  for (const [list, matches, others] of operators) {
    it(`compares a field with ${JSON.stringify(list)}`, () => {
      const pattern = { detail: { field: list } };
      const outcomes = (values: readonly unknown[]) =>
        values.map((field) => matchesPattern(pattern, { detail: { field } }));

      expect(outcomes(matches)).to.deep.equal(matches.map(() => true));
      expect(outcomes(others)).to.deep.equal(others.map(() => false));
    });
  }

  it("matches where all of its fields do", () => {
    const pattern = { source: ["a"], detail: { b: ["c"] } };

    expect(matchesPattern(pattern, { source: "a", detail: { b: "c", other: 1 } })).to.equal(true);
    expect(matchesPattern(pattern, { source: "a", detail: { b: "d" } })).to.equal(false);
    expect(matchesPattern(pattern, { source: "b", detail: { b: "c" } })).to.equal(false);
  });

  describe("with $or", () => {
    const nested = {
      source: ["aws.cloudwatch"],
      $or: [
        { metricName: ["CPUUtilization", "ReadLatency"] },
        {
          metricType: ["MetricType"],
          namespace: ["AWS/EC2", "AWS/ES"],
          $or: [{ metricId: [1234] }, { spaceId: [1000] }],
        },
        { scope: ["Service"] },
      ],
    };
    const event = (rest: object) => ({ source: "aws.cloudwatch", ...rest });

    it("matches where one of its objects does, and all beside it", () => {
      for (const rest of [
        { metricName: "ReadLatency" },
        { scope: "Service" },
        { metricType: "MetricType", namespace: "AWS/ES", spaceId: 1000 },
      ]) {
        expect(matchesPattern(nested, event(rest))).to.equal(true);
        expect(matchesPattern(nested, { ...rest, source: "aws.ec2" })).to.equal(false);
      }
      expect(matchesPattern(nested, event({ metricType: "MetricType", namespace: "AWS/ES" }))).to.equal(false);
      expect(matchesPattern(nested, event({}))).to.equal(false);
    });

    it("counts at each level, beside another one", () => {
      const parallel = {
        $or: [{ metricName: ["CPU"] }, { namespace: ["AWS/EC2"] }],
        detail: { $or: [{ source: ["aws.cloudwatch"] }, { "detail-type": ["Alarm"] }] },
      };

      expect(matchesPattern(parallel, { namespace: "AWS/EC2", detail: { "detail-type": "Alarm" } })).to.equal(true);
      expect(matchesPattern(parallel, { namespace: "AWS/EC2", detail: {} })).to.equal(false);
    });

    it("makes at most 1000 combinations", () => {
      const choices = Array.from({ length: 10 }, (_, number) => ({ [`f${number}`]: ["x"] }));
      const level = (inside: object) => ({ $or: choices, inside });
      const thousand = level(level({ $or: choices }));

      expect(eventPatternError(thousand)).to.equal(undefined);
      expect(eventPatternError(level(thousand))).to.match(/^Rule is too complex/);
    });
  });

  it("compares lists of objects element by element", () => {
    const pattern = { d: { k: ["color"], v: ["blue"] } };

    expect(matchesPattern(pattern, { d: [{ k: "size" }, { k: "color", v: "blue" }] })).to.equal(true);
    expect(
      matchesPattern(pattern, {
        d: [
          { k: "color", v: "red" },
          { k: "size", v: "blue" },
        ],
      }),
    ).to.equal(false);
    expect(matchesPattern({ u: { t: pattern.d } }, { u: [{ t: [{ k: "color" }, { v: "blue" }] }] })).to.equal(false);
    expect(matchesPattern({ u: { t: pattern.d } }, { u: [[{ t: [{ k: "color", v: "blue" }] }]] })).to.equal(true);
    expect(
      matchesPattern({ d: { a: [{ exists: true }], b: [{ exists: false }] } }, { d: [{ a: 1 }, { b: 2 }] }),
    ).to.equal(true);
    expect(matchesPattern({ d: { a: [{ exists: true }], b: [{ exists: false }] } }, { d: [{ a: 1, b: 2 }] })).to.equal(
      false,
    );
  });

  it("is rejected in event-ruler's words where it is not valid", () => {
    for (const [pattern, reason] of [
      ["[]", "Filter is not an object"],
      ["{", "Filter is not an object"],
      [{}, "Empty objects are not allowed"],
      [{ detail: {} }, "Empty objects are not allowed"],
      [{ source: [] }, "Empty arrays are not allowed"],
      [{ source: "aws.ec2" }, '"source" must be an object or an array'],
      [{ source: [["aws.ec2"]] }, "Match value must be String, number, true, false, or null"],
      [{ source: [{}] }, "Match expression name not found"],
      [{ source: [{ starts: "a" }] }, "Unrecognized match type starts"],
      [{ source: [{ constructor: "a" }] }, "Unrecognized match type constructor"],
      [{ source: [{ prefix: "a", suffix: "b" }] }, "Only one key allowed in match expression"],
      [{ source: [{ prefix: 5 }] }, "prefix match pattern must be a string"],
      [{ source: [{ prefix: { prefix: "a" } }] }, "Unsupported prefix pattern: prefix"],
      [{ source: [{ prefix: { "equals-ignore-case": 1 } }] }, "equals-ignore-case match pattern must be a string"],
      [{ source: [{ suffix: [] }] }, "suffix match pattern must be a string"],
      [{ source: [{ suffix: { wildcard: "a" } }] }, "Unsupported suffix pattern: wildcard"],
      [{ source: [{ "equals-ignore-case": 5 }] }, "equals-ignore-case match pattern must be a string"],
      [{ source: [{ wildcard: "a**" }] }, "Consecutive wildcard characters at pos 2"],
      [{ source: [{ wildcard: "\\a" }] }, "Invalid escape character at pos 1"],
      [{ source: [{ wildcard: 5 }] }, "wildcard match pattern must be a string"],
      [{ source: [{ exists: "yes" }] }, "exists match pattern must be either true or false."],
      [{ source: [{ cidr: "10.0.0.0" }] }, "Malformed CIDR, one '/' required"],
      [{ source: [{ cidr: "10.0.0.0/a" }] }, "Malformed CIDR, mask bits must be an integer"],
      [{ source: [{ cidr: "10.0.0.0/-1" }] }, "Malformed CIDR, mask bits must not be negative"],
      [{ source: [{ cidr: "10.0.0.0/32" }] }, "IPv4 mask bits must be < 32"],
      [{ source: [{ cidr: "::1/128" }] }, "IPv6 mask bits must be < 128"],
      [{ source: [{ cidr: "host/8" }] }, "Nonstandard IP address: host"],
      [{ source: [{ numeric: 5 }] }, "Value of numeric must be an array."],
      [{ source: [{ numeric: [5] }] }, "Invalid member in numeric match: 5"],
      [{ source: [{ numeric: ["!=", 5] }] }, "Unrecognized numeric range operator: !="],
      [{ source: [{ numeric: ["=", "5"] }] }, "Value of equals must be numeric"],
      [{ source: [{ numeric: ["<", 5, ">", 1] }] }, "Too many elements in numeric expression"],
      [{ source: [{ numeric: [">", 5, ">", 1] }] }, "Bad numeric range operator: >"],
      [{ source: [{ numeric: [">", 1, "<", 5, "<"] }] }, "Too many terms in numeric range expression"],
      [{ source: [{ numeric: [">", 5, "<", 5] }] }, "Bottom must be less than top"],
      [{ source: [{ numeric: ["<", 5e9 + 1] }] }, "Value must be between -5000000000 and 5000000000, inclusive"],
      [
        { source: [{ "anything-but": [] }] },
        "Inside anything but list, either all values are number or string, mixed type is not supported",
      ],
      [
        { source: [{ "anything-but": ["a", 1] }] },
        "Inside anything but list, either all values are number or string, mixed type is not supported",
      ],
      [{ source: [{ "anything-but": null }] }, "Inside anything but list, start|null|boolean is not supported."],
      [{ source: [{ "anything-but": { exists: true } }] }, "Unsupported anything-but pattern: exists"],
      [{ source: [{ "anything-but": { prefix: "" } }] }, "Null prefix/suffix not allowed"],
      [{ source: [{ "anything-but": { suffix: [5] } }] }, "suffix match pattern must be a string"],
      [{ $or: { a: ["b"] } }, "It must be an Array followed with $or."],
      [{ $or: [{ a: ["b"] }] }, "There must have at least 2 Objects in $or relationship."],
      [{ $or: [{ a: ["b"] }, ["c"]] }, "Only JSON object is allowed in array of $or relationship."],
      [
        { $or: [{ numeric: ["b"] }, { a: ["b"] }] },
        "numeric is Ruler reserved fieldName which cannot be used inside $or.",
      ],
    ] as const) {
      expect(eventPatternError(pattern), JSON.stringify(pattern)).to.equal(reason);
    }
    expect(() => matchesPattern({}, {})).to.throw(EventPatternError, "Empty objects are not allowed");
    expect(eventPatternError({ source: ["aws.ec2"] })).to.equal(undefined);
  });
});
