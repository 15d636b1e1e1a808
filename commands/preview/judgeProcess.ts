import type { Judgement } from "./judge";
import { readFacts } from "./stackFacts";
import { stackPart } from "./stackPart";

/** Judges the one stack that it is sent, and answers with what the comment says of it. */
process.once("message", ({ stack, folders }: Judgement) => {
  void readFacts(stack, folders).then((facts) => {
    process.send?.(stackPart(facts), () => {
      process.disconnect();
    });
  });
});
