/** Lets work on one thing happen one at a time, in the order in which it was asked for; work on different things goes side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const answer = before.then(work);
    // Whoever comes next waits for the end, good or bad.
    const end = answer
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(key) === end) {
          this.#last.delete(key);
        }
      });
    this.#last.set(key, end);
    return answer;
  }
}
