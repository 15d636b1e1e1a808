import { expect } from "chai";
import { cleanEnvironment } from "../../../commands/python/runProcess";
import { changeEnvironment } from "../../support/environment";

/** What a person may have set for their own work. */
const persons = {
  PIP_INDEX_URL: "https://index.example/simple/",
  PIP_FIND_LINKS: "/wheels",
  TWINE_PASSWORD: "secret",
  UV_DEFAULT_INDEX: "https://index.example/simple/",
  POETRY_HTTP_BASIC_X_PASSWORD: "secret",
  AWS_SESSION_TOKEN: "secret",
  HTTP_PROXY: "http://proxy.example:3128",
  VIRTUAL_ENV: "/venv",
  PYTHONPATH: "/modules",
};

describe("the environment of a Python client", () => {
  let restore: () => void;

  beforeEach(() => {
    restore = changeEnvironment(persons);
  });

  afterEach(() => {
    restore();
  });

  it("has the path of this machine, a home of its own, and what is added, but nothing of the person's", () => {
    expect(cleanEnvironment("/home-of-its-own", { PIP_NO_CACHE_DIR: "1" })).to.deep.equal({
      PATH: process.env.PATH,
      HOME: "/home-of-its-own",
      USERPROFILE: "/home-of-its-own",
      TMPDIR: "/home-of-its-own",
      TEMP: "/home-of-its-own",
      LANG: "C.UTF-8",
      PIP_CONFIG_FILE: "/dev/null",
      NO_PROXY: "127.0.0.1",
      PIP_NO_CACHE_DIR: "1",
    });
  });
});
