import { Mutex } from "async-mutex";

/** Runs the work on one key one at a time, in the order of the calls. Work on different keys runs side by side. */
export class KeyedMutex {
  readonly #mutexes = new Map<string, Mutex>();

  async run<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const mutex = this.#mutexes.get(key) ?? new Mutex();
    this.#mutexes.set(key, mutex);
    try {
      return await mutex.runExclusive(work);
    } finally {
      if (!mutex.isLocked()) {
        this.#mutexes.delete(key);
      }
    }
  }
}
