import { expect } from "chai";
import { renderAccessTable } from "../../../commands/access/render";
import type { AccessTable } from "../../../commands/access/table";

const table: AccessTable = {
  stack: "dev",
  domain: "orb-dev",
  roles: [{ role: "orb-dev-publisher", job: "acme/hub_x, environment:dev", may: ["publish orb", "read"] }],
  sections: [
    {
      party: "orb-dev-publisher",
      relation: "may",
      attempts: [
        {
          what: "publish orb",
          expected: "allowed",
          seen: "allowed",
          decidedBy: { document: "inline policy permissions", statement: "PublishPackages" },
          reason: 'allowed by statement "PublishPackages" of inline policy permissions',
        },
        {
          what: "read | write",
          expected: "denied",
          seen: "allowed",
          reason: 'allowed by statement "Admin" of policy a and statement "Share" of policy b',
        },
        {
          what: "mint",
          expected: "denied",
          seen: "denied",
          unmet: [
            "token.actions.githubusercontent.com/acme:job_workflow_ref",
            "sts:DurationSeconds",
            "sts:DurationSeconds",
          ],
          reason: "a long one",
        },
        {
          what: "delete",
          expected: "allowed",
          seen: "denied",
          reason: "but not on arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev",
        },
      ],
    },
  ],
  notes: ["A note."],
  account: "123456789012",
  documents: [],
  origins: [],
};

describe("an access table", () => {
  it("is plain text for a pipe: who may do what, each attempt with its reason, and how many end otherwise than meant", () => {
    expect(renderAccessTable(table, "text")).to.equal(
      [
        "orb-dev-publisher",
        "  of acme/hub_x, environment:dev",
        "  may publish orb; read",
        "",
        "orb-dev-publisher may",
        "  allowed                   publish orb",
        "                              PublishPackages of inline policy permissions",
        "  allowed, expected denied  read | write",
        "                              Admin of policy a and Share of policy b",
        "  denied                    mint",
        "                              stopped by job_workflow_ref, sts:DurationSeconds",
        "  denied, expected allowed  delete",
        "                              but not on domain/orb-dev",
        "",
        "4 attempts on orb-dev: 2 do not end as the settings mean them.",
        "A note.",
      ].join("\n"),
    );
  });

  it("is tables for a page, in which nothing of a cell is taken for markup", () => {
    expect(renderAccessTable(table, "markdown")).to.equal(
      [
        "| role | of the job | may |",
        "| --- | --- | --- |",
        "| orb-dev-publisher | acme/hub\\_x, environment:dev | publish orb; read |",
        "",
        "**orb-dev-publisher** may",
        "",
        "| attempt | verdict | why |",
        "| --- | --- | --- |",
        "| publish orb | allowed | PublishPackages of inline policy permissions |",
        "| read \\| write | **allowed, expected denied** | Admin of policy a and Share of policy b |",
        "| mint | denied | stopped by job\\_workflow\\_ref, sts:DurationSeconds |",
        "| delete | **denied, expected allowed** | but not on domain/orb-dev |",
        "",
        "4 attempts on orb-dev: 2 do not end as the settings mean them.",
        "A note.",
      ].join("\n"),
    );
  });

  it("is JSON for a program: everything, and what ends otherwise than meant once more", () => {
    const [, wide, , narrow] = table.sections[0]!.attempts;

    expect(JSON.parse(renderAccessTable(table, "json"))).to.deep.equal({
      ...table,
      surprises: [
        { ...wide, party: "orb-dev-publisher" },
        { ...narrow, party: "orb-dev-publisher" },
      ],
    });
  });

  it("says so where all ends as meant", () => {
    const [publish] = table.sections[0]!.attempts;
    const good = { ...table, sections: [{ ...table.sections[0]!, attempts: [publish!] }], notes: [] };

    for (const format of ["text", "markdown"] as const) {
      expect(renderAccessTable(good, format).split("\n").at(-1)).to.equal(
        "1 attempts on orb-dev: all end as the settings mean them.",
      );
    }
  });
});
