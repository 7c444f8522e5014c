/** Texts with numbers, each once. */
export class SharedTexts {
  readonly #ids = new Map<string, number>();

  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(text, id);
    return id;
  }

  get all(): string[] {
    return [...this.#ids.keys()];
  }
}
