/** Pages that were decoded last. */
import type { Value } from './pages.ts';

const MOST_BYTES = 96 << 20;

export class KeptPages {
  readonly #pages = new Map<string, Promise<readonly Value[]>>();
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  /** Of several readers of a page one decodes it. */
  async get(key: string, read: () => Promise<readonly Value[]>): Promise<readonly Value[]> {
    const known = this.#pages.get(key);
    if (known !== undefined) {
      this.#pages.delete(key);
      this.#pages.set(key, known);
      return known;
    }
    const page = read();
    this.#pages.set(key, page);
    try {
      const values = await page;
      this.#sizes.set(key, sizeOf(values));
      this.#bytes += this.#sizes.get(key)!;
      this.#shrink(key);
      return values;
    } catch (error) {
      this.#pages.delete(key);
      throw error;
    }
  }

  #shrink(newest: string): void {
    for (const key of [...this.#pages.keys()]) {
      if (this.#bytes <= MOST_BYTES) return;
      const size = this.#sizes.get(key);
      if (key === newest || size === undefined) continue;
      this.#pages.delete(key);
      this.#sizes.delete(key);
      this.#bytes -= size;
    }
  }
}

/** Values of a page share its memory, and perhaps that of a dictionary. */
function sizeOf(values: readonly Value[]): number {
  const memories = new Set(
    values.flatMap((value) => (value instanceof Uint8Array ? value.buffer : [])),
  );
  return [...memories].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
