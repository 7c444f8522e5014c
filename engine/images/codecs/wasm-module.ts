/**
 * Codecs in WebAssembly, from the files of their packages: compiled from bytes, so that nothing is
 * fetched. An instance keeps the memory that its largest picture needed, and a failed one may be in
 * any state, so both are given up.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const MOST_KEPT_BYTES = 268_435_456;

interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}

type Factory<M> = (options: object) => Promise<M>;

export class WasmModule<M extends EmscriptenModule> {
  readonly #script: string;
  readonly #binary: string;
  #instance: Promise<M> | undefined;

  /** @param script, binary as they are imported */
  constructor(script: string, binary: string) {
    this.#script = script;
    this.#binary = binary;
  }

  /** @param use runs without waiting, so that calls do not meet */
  async run<T>(use: (module: M) => T): Promise<T> {
    this.#instance ??= this.#load();
    const module = await this.#instance;
    let isSound = false;
    try {
      const result = use(module);
      isSound = module.HEAPU8.length <= MOST_KEPT_BYTES;
      return result;
    } finally {
      if (!isSound) this.#instance = undefined;
    }
  }

  async #load(): Promise<M> {
    const create = require(this.#script) as Factory<M>;
    return create({
      wasmBinary: readFileSync(require.resolve(this.#binary)),
      print: ignore,
      printErr: ignore,
    });
  }
}

/** Messages of codecs; what they mean for the file is in the error. */
function ignore(): void {}
