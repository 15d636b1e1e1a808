import { isatty } from "node:tty";
import { createColors } from "picocolors";

const { FORCE_COLOR: force = "", NO_COLOR: none = "" } = process.env;

/**
 * Colours for a terminal alone: a pipe and the log of a CI job stay plain. NO_COLOR and FORCE_COLOR decide where they are
 * given. Source: https://no-color.org and https://force-color.org
 */
export const colors = createColors(none === "" && (force === "" ? isatty(1) : force !== "0"));
