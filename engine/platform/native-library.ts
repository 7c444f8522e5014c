/** Libraries with a C interface, called through koffi. No other module loads koffi (`build/check-imports.ts`). */
import { createRequire } from 'node:module';

export type Pointer = bigint;

/** What is used of koffi 3. */
export interface Koffi {
  /** @param file a bare name is looked for by the system's loader; null is what the process has loaded */
  load(file: string | null, options?: { readonly global: boolean }): LibraryHandle;
  /** An array where a length is given; -1 reads text up to a zero. */
  decode(at: Pointer | null, type: string, length?: number): unknown;
  decode(at: Pointer | null, offset: number, type: string): unknown;
  /** Where the memory of a buffer lies; it stays there as long as the buffer is used. */
  address(buffer: ArrayBuffer | ArrayBufferView): Pointer;
}

export interface LibraryHandle {
  func(prototype: string): (...args: unknown[]) => unknown;
  /** Where an exported variable lies. */
  symbol(name: string): Pointer;
}

export function loadKoffi(): Koffi {
  return createRequire(import.meta.url)('koffi') as Koffi;
}
