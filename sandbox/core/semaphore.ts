/** Room for a number of bytes, which are given out in the order in which they are asked for. */
export class Room {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Does some work once there is room for these bytes, which are held until it ends. At most the whole room. */
  async hold<Answer>(bytes: number, work: () => Promise<Answer>): Promise<Answer> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ bytes, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#free += bytes;
      this.#admit();
    }
  }

  #admit(): void {
    for (let [next] = this.#waiting; next !== undefined && next.bytes <= this.#free; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.enter();
    }
  }
}
