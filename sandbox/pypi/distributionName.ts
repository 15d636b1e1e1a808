import { isPackageName, normalizePackageName } from "../../naming/packageNames";
import { normalVersion } from "./normalVersion";
import { Refusal, shown } from "./refusal";

/** What a file's name says of it. */
export interface DistributionName {
  readonly filetype: "bdist_wheel" | "sdist";
  /** Normalised by PEP 503. */
  readonly name: string;
  /** In the normal form of PEP 440. */
  readonly version: string;
}

const [interpreter, tag] = ["[A-Za-z_]\\w*", "\\w+"].map((one) => `${one}(?:\\.${one})*`) as [string, string];

// https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
const wheelName = new RegExp(
  `^(?<name>[\\w.]+)-(?<version>[\\w.!+]+)(?:-\\d[\\w.]*)?-${interpreter}-${tag}-${tag}\\.whl$`,
);

// https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name
const sdistName = /^(?<name>[\w.-]+)-(?<version>[\w.!+]+)\.tar\.gz$/;

// What a file system takes.
const longestName = 255;

/** @throws Refusal 400 for a name that is neither a wheel's nor a source distribution's */
export function readDistributionName(filename: string): DistributionName {
  const filetype = filename.endsWith(".whl") ? "bdist_wheel" : "sdist";
  const match = filename.length > longestName ? null : (filetype === "sdist" ? sdistName : wheelName).exec(filename);
  const { name = "", version: written = "" } = match?.groups ?? {};
  if (!isPackageName(name) || (filetype === "bdist_wheel" && name.includes("__"))) {
    throw new Refusal(
      400,
      `The file name ${shown(filename)} is neither NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl nor NAME-VERSION.tar.gz.`,
    );
  }
  const version = normalVersion(written);
  if (version === undefined) {
    throw new Refusal(
      400,
      `The file name ${shown(filename)} has no version as PEP 440 writes it, but ${shown(written)}.`,
    );
  }
  return { filetype, name: normalizePackageName(name), version };
}
