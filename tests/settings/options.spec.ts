import { type Changes, testForms, testRules } from "../support/configuration";

const booleans = {
  taken: [true, false, "true", "false"],
  rejected: ["", "yes", "True", "FALSE", "true ", "xtrue", "falsex", "1", "0", "null", "true\n"],
};
// Pulumi hands a number on as text, and the error shows that.
const seconds = (key: string, least: number) => ({
  title: `${key} is a whole number of seconds from ${least} to 43200`,
  place: (value: unknown): Changes => ({ [key]: value }),
  taken: [least, least + 1, String(least), 43_199, 43_200],
  rejected: [
    "0",
    "1",
    String(least - 1),
    `0${least}`,
    "43201",
    "99999",
    "9".repeat(20),
    "9".repeat(400),
    "",
    "1h",
    "x3600",
    "3600x",
    "3600s",
    "-3600",
    "+3600",
    "3.6e3",
    "3600.5",
    " 3600",
    "3600\n",
    "３６００",
    "true",
  ],
  says: (shown: string) =>
    `${key}: ${shown} is not a number of seconds from ${least} to 43200. Write whole seconds, as in 3600`,
});

describe("settings that are a choice or a number", () => {
  testForms([
    ...["publicPackages", "protect"].map((key) => ({
      title: `${key} is true or false`,
      place: (value: unknown) => ({ [key]: value }),
      ...booleans,
      says: (shown: string) => `${key}: ${shown} is neither true nor false. Write one of the two`,
    })),
    seconds("tokenLifetime", 900),
    seconds("sessionDuration", 3600),
  ]);

  testRules([
    {
      title: "seconds that are written as a number are shown as the text they are",
      wrong: { tokenLifetime: 899, sessionDuration: 3599 },
      says: [
        'tokenLifetime: "899" is not a number of seconds from 900 to 43200. Write whole seconds, as in 3600',
        'sessionDuration: "3599" is not a number of seconds from 3600 to 43200. Write whole seconds, as in 3600',
      ],
      right: { tokenLifetime: 900, sessionDuration: 3600 },
    },
  ]);
});
