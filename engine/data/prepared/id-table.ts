/** Positions of ids among records, in a hash table of 8 to 16 bytes a record. */
import { ID_BYTES } from './entry-ids.ts';

const FREE = 0xffff_ffff;

export class IdTable {
  readonly #records: Buffer;
  readonly #stride: number;
  readonly #offset: number;
  readonly #slots: Uint32Array;

  /** @param stride bytes of a record @param offset of the id in a record */
  constructor(records: Buffer, stride: number, offset: number) {
    this.#records = records;
    this.#stride = stride;
    this.#offset = offset;
    const count = records.length / stride;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)))).fill(FREE);
    for (let i = 0; i < count; i++) {
      const at = i * stride + offset;
      const slot = this.#slotOf(records.subarray(at, at + ID_BYTES));
      // Of equal images the first is found.
      if (this.#slots[slot] === FREE) this.#slots[slot] = i;
    }
  }

  find(id: Uint8Array): number | undefined {
    const found = this.#slots[this.#slotOf(id)]!;
    return found === FREE ? undefined : found;
  }

  /** The slot of an id, or the free one where it would be. */
  #slotOf(id: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = (id[0]! | (id[1]! << 8) | (id[2]! << 16) | (id[3]! << 24)) & mask;
    for (;;) {
      const at = this.#slots[slot]!;
      if (at === FREE || this.#hasId(at, id)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #hasId(record: number, id: Uint8Array): boolean {
    const at = record * this.#stride + this.#offset;
    return this.#records.compare(id, 0, ID_BYTES, at, at + ID_BYTES) === 0;
  }
}
