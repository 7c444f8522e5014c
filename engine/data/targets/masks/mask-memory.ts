/** Facts of mask files, remembered between readings, so that only changed masks are read again. */
import { createHash } from 'node:crypto';
import { readMaskFile } from '../../pixels/mask-pixels.ts';
import { readFacts, writeFacts } from '../../scan/index-file.ts';
import { statLocation } from '../../sources/locate.ts';
import { asUnread } from '../../sources/unreadable.ts';
import type { MaskFacts } from './mask-facts.ts';
import { countStored } from './mask-values.ts';

/** Increase this when more is stored or read differently; older files are then ignored. */
const VERSION = 1;
/** Masks with more values are no masks of classes, and would fill the file. */
const MOST_VALUES = 4096;

export class MaskMemory {
  readonly #file: string | undefined;
  readonly #known: ReadonlyMap<string, MaskFacts>;
  readonly #used = new Map<string, MaskFacts>();
  #isChanged = false;

  private constructor(file: string | undefined, known: ReadonlyMap<string, MaskFacts>) {
    this.#file = file;
    this.#known = known;
  }

  /** @param file undefined to remember nothing */
  static async open(file: string | undefined): Promise<MaskMemory> {
    return new MaskMemory(file, file === undefined ? new Map() : await readFacts(file, VERSION));
  }

  /** @throws StudioError as `readMaskFile` does */
  async factsOf(mask: string): Promise<MaskFacts> {
    const { size, mtimeMs } = await statLocation(mask).catch((error: unknown) => {
      throw asUnread(error);
    });
    const known = this.#known.get(mask);
    const isSame = known?.bytes === size && known.modifiedMs === mtimeMs;
    const facts = isSame ? known : await readMask(mask, size, mtimeMs);
    if (!isSame) this.#isChanged = true;
    if (facts.counts.length <= MOST_VALUES) this.#used.set(mask, facts);
    return facts;
  }

  /** Written only after a change; a disk that is full or read-only costs no more than time. */
  async save(): Promise<void> {
    if (this.#file === undefined || !this.#isChanged) return;
    const all = new Map([...this.#known, ...this.#used]);
    await writeFacts(this.#file, VERSION, all).catch(() => undefined);
  }
}

async function readMask(mask: string, bytes: number, modifiedMs: number): Promise<MaskFacts> {
  const { pixels, content } = await readMaskFile(mask);
  const { width, height, isColour, palette } = pixels;
  const counts = [...countStored(pixels)];
  return {
    bytes,
    modifiedMs,
    hash: createHash('sha256').update(content).digest('hex'),
    width,
    height,
    isColour,
    counts,
    ...(palette && { palette: counts.map(([index]) => [index, palette[index]!] as const) }),
  };
}
