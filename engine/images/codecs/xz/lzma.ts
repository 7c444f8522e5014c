/**
 * Decoding of LZMA: a range coder with adaptive probabilities, whose output is its own dictionary.
 *
 * @source LZMA specification (Igor Pavlov, 2015); XZ Embedded (Lasse Collin) for LZMA2
 */
import { damagedBy } from '../../errors.ts';
import { BitTree, RangeDecoder } from './range-decoder.ts';

const STATES = 12;
const MOST_POSITION_STATES = 16;
const LEAST_LENGTH = 2;
const LENGTH_STATES = 4;
const ALIGN_BITS = 4;
const FIRST_MODELLED_SLOT = 4;
const END_MODELLED_SLOT = 14;
const EVEN = 1024;

class LengthDecoder {
  readonly #choice = new Uint16Array(2).fill(EVEN);
  readonly #low = Array.from({ length: MOST_POSITION_STATES }, () => new BitTree(3));
  readonly #middle = Array.from({ length: MOST_POSITION_STATES }, () => new BitTree(3));
  readonly #high = new BitTree(8);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.#choice, 0) === 0) return this.#low[positionState]!.decode(range);
    if (range.bit(this.#choice, 1) === 0) return 8 + this.#middle[positionState]!.decode(range);
    return 16 + this.#high.decode(range);
  }
}

/** What adapts while decoding, from one reset to the next. */
class Model {
  state = 0;
  readonly distances = [0, 0, 0, 0] as [number, number, number, number];
  readonly literals: Uint16Array;
  readonly isMatch = new Uint16Array(STATES * MOST_POSITION_STATES).fill(EVEN);
  readonly isRepeat = new Uint16Array(STATES).fill(EVEN);
  readonly isRepeat0 = new Uint16Array(STATES).fill(EVEN);
  readonly isRepeat1 = new Uint16Array(STATES).fill(EVEN);
  readonly isRepeat2 = new Uint16Array(STATES).fill(EVEN);
  readonly isLongRepeat0 = new Uint16Array(STATES * MOST_POSITION_STATES).fill(EVEN);
  readonly slots = Array.from({ length: LENGTH_STATES }, () => new BitTree(6));
  readonly modelled = new Uint16Array(128).fill(EVEN);
  readonly align = new BitTree(ALIGN_BITS);
  readonly matchLength = new LengthDecoder();
  readonly repeatLength = new LengthDecoder();

  constructor(literalBits: number) {
    this.literals = new Uint16Array(0x300 << literalBits).fill(EVEN);
  }
}

export class LzmaDecoder {
  /** bytes that are decoded */
  position = 0;
  readonly #output: Uint8Array;
  #dictionaryStart = 0;
  #lc = 0;
  #lp = 0;
  #pb = 0;
  #model: Model | undefined;

  constructor(output: Uint8Array) {
    this.#output = output;
  }

  resetDictionary(): void {
    this.#dictionaryStart = this.position;
  }

  /** @throws StudioError `image-damaged` */
  setProperties(byte: number): void {
    this.#lc = byte % 9;
    this.#lp = Math.floor(byte / 9) % 5;
    this.#pb = Math.floor(byte / 45);
    if (this.#pb > 4 || this.#lc + this.#lp > 4) throw damagedBy('its LZMA properties are wrong');
    this.resetState();
  }

  resetState(): void {
    this.#model = new Model(this.#lc + this.#lp);
  }

  /** Bytes that are stored as they are. */
  copy(bytes: Uint8Array): void {
    const fitting = bytes.subarray(0, this.#output.length - this.position);
    this.#output.set(fitting, this.position);
    this.position += fitting.length;
  }

  /** @param length bytes to decode, at most as many as fit @throws StudioError `image-damaged` */
  decode(coded: Uint8Array, length: number): void {
    if (this.#model === undefined) throw damagedBy('its LZMA data begin without a reset');
    const range = new RangeDecoder(coded);
    const end = Math.min(this.#output.length, this.position + length);
    while (this.position < end) this.#step(range, this.#model, end);
  }

  #step(range: RangeDecoder, model: Model, end: number): void {
    const relative = this.position - this.#dictionaryStart;
    const positionState = relative & ((1 << this.#pb) - 1);
    const index = model.state * MOST_POSITION_STATES + positionState;
    if (range.bit(model.isMatch, index) === 0) {
      this.#literal(range, model, relative);
      return;
    }
    let length: number;
    const { distances } = model;
    if (range.bit(model.isRepeat, model.state) === 0) {
      distances.copyWithin(1, 0);
      length = LEAST_LENGTH + model.matchLength.decode(range, positionState);
      model.state = model.state < 7 ? 7 : 10;
      distances[0] = distanceOf(range, model, length);
    } else {
      if (range.bit(model.isRepeat0, model.state) === 0) {
        if (range.bit(model.isLongRepeat0, index) === 0) {
          model.state = model.state < 7 ? 9 : 11;
          this.#copyMatch(distances[0], 1, end);
          return;
        }
      } else {
        const which =
          range.bit(model.isRepeat1, model.state) === 0
            ? 1
            : 2 + range.bit(model.isRepeat2, model.state);
        const distance = distances[which]!;
        distances.copyWithin(1, 0, which);
        distances[0] = distance;
      }
      length = LEAST_LENGTH + model.repeatLength.decode(range, positionState);
      model.state = model.state < 7 ? 8 : 11;
    }
    this.#copyMatch(distances[0], length, end);
  }

  #literal(range: RangeDecoder, model: Model, relative: number): void {
    const output = this.#output;
    const before = relative === 0 ? 0 : output[this.position - 1]!;
    const context = ((relative & ((1 << this.#lp) - 1)) << this.#lc) + (before >> (8 - this.#lc));
    const base = 0x300 * context;
    let symbol = 1;
    if (model.state >= 7) {
      const from = this.position - model.distances[0] - 1;
      if (from < this.#dictionaryStart) throw damagedBy('its LZMA data refer to nothing');
      let matched = output[from]!;
      while (symbol < 0x100) {
        const bit = (matched >> 7) & 1;
        matched = (matched << 1) & 0xff;
        const decoded = range.bit(model.literals, base + ((1 + bit) << 8) + symbol);
        symbol = (symbol << 1) | decoded;
        if (bit !== decoded) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(model.literals, base + symbol);
    output[this.position++] = symbol & 0xff;
    model.state = model.state < 4 ? 0 : model.state < 10 ? model.state - 3 : model.state - 6;
  }

  #copyMatch(distance: number, length: number, end: number): void {
    let from = this.position - distance - 1;
    if (from < this.#dictionaryStart) throw damagedBy('its LZMA data refer to nothing');
    const stop = Math.min(end, this.position + length);
    while (this.position < stop) this.#output[this.position++] = this.#output[from++]!;
  }
}

function distanceOf(range: RangeDecoder, model: Model, length: number): number {
  const lengthState = Math.min(length - LEAST_LENGTH, LENGTH_STATES - 1);
  const slot = model.slots[lengthState]!.decode(range);
  if (slot < FIRST_MODELLED_SLOT) return slot;
  const direct = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** direct;
  if (slot < END_MODELLED_SLOT)
    return base + range.reverseBits(model.modelled, base - slot, direct);
  const upper = range.directBits(direct - ALIGN_BITS) * 2 ** ALIGN_BITS;
  return base + upper + model.align.decodeReverse(range);
}
