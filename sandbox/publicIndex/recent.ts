/** Remembers answers for a while. What is asked for while its answer is under way is not asked again; a failure is not kept. */
export class Recent<Answer> {
  readonly #entries = new Map<string, { readonly answer: Promise<Answer>; until: number }>();

  /**
   * @param lifetime - from the answer's arrival, in milliseconds
   * @param count - at most so many answers are kept
   * @param now - in milliseconds, from any point in time
   */
  constructor(
    readonly lifetime: number,
    readonly count: number,
    readonly now: () => number,
  ) {}

  get(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const kept = this.#entries.get(key);
    if (kept !== undefined && this.now() < kept.until) {
      return kept.answer;
    }
    const asked = { answer: ask(), until: Infinity };
    this.#entries.delete(key);
    this.#entries.set(key, asked);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.count && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
    asked.answer.then(
      () => {
        asked.until = this.now() + this.lifetime;
      },
      () => {
        asked.until = -Infinity;
      },
    );
    return asked.answer;
  }
}
