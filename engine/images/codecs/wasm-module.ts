/**
 * Codecs in WebAssembly, from the files of their packages: compiled from bytes, so that nothing is
 * fetched. An instance keeps the memory that its largest picture needed, and a failed one may be in
 * any state, so both are given up.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const MOST_KEPT_BYTES = 268_435_456;

export class WasmModule<M> {
  readonly #load: () => Promise<M>;
  readonly #bytesOf: (module: M) => number;
  #instance: Promise<M> | undefined;

  /** @param bytesOf size of an instance's memory */
  constructor(load: () => Promise<M>, bytesOf: (module: M) => number) {
    this.#load = load;
    this.#bytesOf = bytesOf;
  }

  /** @param use runs without waiting, so that calls do not meet */
  async run<T>(use: (module: M) => T): Promise<T> {
    this.#instance ??= this.#load();
    const module = await this.#instance;
    let isSound = false;
    try {
      const result = use(module);
      isSound = this.#bytesOf(module) <= MOST_KEPT_BYTES;
      return result;
    } finally {
      if (!isSound) this.#instance = undefined;
    }
  }
}

interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}

/** @param script, binary as they are imported */
export function emscriptenModule<M extends EmscriptenModule>(
  script: string,
  binary: string,
): WasmModule<M> {
  const load = () => {
    const create = require(script) as (options: object) => Promise<M>;
    return create({
      wasmBinary: readFileSync(require.resolve(binary)),
      print: ignore,
      printErr: ignore,
    });
  };
  return new WasmModule(load, ({ HEAPU8 }) => HEAPU8.length);
}

/** Messages of codecs; what they mean for the file is in the error. */
function ignore(): void {}
