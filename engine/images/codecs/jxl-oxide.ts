/**
 * jxl-oxide, a decoder of JPEG XL in WebAssembly. The script of its package loads by `fetch` and
 * keeps one instance for good, so its module is used as its types describe it.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { WasmModule } from './wasm-module.ts';

interface Table {
  get(at: number): unknown;
  set(at: number, value: unknown): void;
  /** @returns its length before */
  grow(by: number): number;
}

/** What the types of Node leave out. */
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: object }>;
  readonly Module: { imports(module: object): { readonly name: string }[] };
}

const wasm = WebAssembly as unknown as Wasm;

/** A place in the module's table of objects of this program. */
type Reference = number;
type Failed = 0 | 1;

interface JxlOxide {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __wbindgen_export_2: Table;
  __externref_table_alloc(): Reference;
  __wbindgen_start(): void;
  __wbindgen_malloc(bytes: number, alignment: number): number;
  __wbindgen_free(at: number, bytes: number, alignment: number): void;
  jxlimage_new(): number;
  jxlimage_set_force_srgb(image: number, force: 0 | 1): void;
  /** takes the bytes */
  jxlimage_feedBytes(image: number, at: number, bytes: number): [number, Reference, Failed];
  jxlimage_tryInit(image: number): [isReady: number, Reference, Failed];
  jxlimage_is_loading_done(image: number): number;
  jxlimage_render(image: number, frame: number): [number, Reference, Failed];
  /** takes the result */
  renderresult_encodeToPng(result: number): [at: number, bytes: number, Reference, Failed];
  __wbg_jxlimage_free(image: number, isLast: 0 | 1): void;
}

const require = createRequire(import.meta.url);

let compiled: Promise<object> | undefined;

async function compile(): Promise<object> {
  // The package exports its binary for imports alone, which `require` does not resolve.
  const folder = path.dirname(require.resolve('jxl-oxide-wasm/package.json'));
  return wasm.compile(await readFile(path.join(folder, 'jxl_oxide_wasm_bg.wasm')));
}

const JXL_OXIDE = new WasmModule(
  async () => {
    compiled ??= compile();
    return instantiate(await compiled);
  },
  ({ memory }) => memory.buffer.byteLength,
);

/**
 * The first frame as a PNG file, of 8 bits where the picture has 8 bits or fewer, else of 16.
 *
 * @throws Error with what the decoder says of the picture
 */
export function renderToPng(codestream: Uint8Array): Promise<Uint8Array> {
  return JXL_OXIDE.run((oxide) => {
    const image = oxide.jxlimage_new();
    // Values stay in the colours of the file; the decoder gives sRGB with 8 bits alone.
    oxide.jxlimage_set_force_srgb(image, 0);
    const at = oxide.__wbindgen_malloc(codestream.length, 1) >>> 0;
    new Uint8Array(oxide.memory.buffer).set(codestream, at);
    requireDone(oxide, oxide.jxlimage_feedBytes(image, at, codestream.length));
    const [isReady] = requireDone(oxide, oxide.jxlimage_tryInit(image));
    // The decoder renders what there is of a picture that is cut.
    if (!isReady || !oxide.jxlimage_is_loading_done(image))
      throw new Error('The data end before the picture does.');
    const [result] = requireDone(oxide, oxide.jxlimage_render(image, 0));
    const [from, bytes] = requireDone(oxide, oxide.renderresult_encodeToPng(result));
    const png = new Uint8Array(oxide.memory.buffer).slice(from >>> 0, (from >>> 0) + bytes);
    oxide.__wbindgen_free(from, bytes, 1);
    oxide.__wbg_jxlimage_free(image, 0);
    return png;
  });
}

/** What a function returns; after an error the whole instance is given up. */
function requireDone<R extends readonly [...number[], Reference, Failed]>(
  { __wbindgen_export_2: objects }: JxlOxide,
  result: R,
): R {
  const [reference, hasFailed] = result.slice(-2) as [Reference, Failed];
  if (hasFailed) throw new Error(String(objects.get(reference)));
  return result;
}

async function instantiate(module: object): Promise<JxlOxide> {
  let oxide: JxlOxide;
  const text = (at: number, bytes: number) =>
    new TextDecoder().decode(new Uint8Array(oxide.memory.buffer, at >>> 0, bytes));
  const functions: Readonly<Record<string, (...values: never[]) => unknown>> = {
    __wbindgen_init_externref_table: () => fillTable(oxide.__wbindgen_export_2),
    __wbindgen_is_undefined: (value: unknown) => value === undefined,
    __wbindgen_string_new: text,
    __wbindgen_throw: (at: number, bytes: number) => {
      throw new Error(text(at, bytes));
    },
    // A global object without a browser in it.
    __wbg_static_accessor_GLOBAL_THIS: () => {
      const reference = oxide.__externref_table_alloc();
      oxide.__wbindgen_export_2.set(reference, {});
      return reference;
    },
  };
  // The others ask which browser runs them. Names end in hashes of their signatures.
  const entries = wasm.Module.imports(module).map(({ name }) => [
    name,
    functions[name.replace(/_[0-9a-f]{16}$/, '')] ?? (() => 0),
  ]);
  const instance = await wasm.instantiate(module, { wbg: Object.fromEntries(entries) });
  oxide = instance.exports as unknown as JxlOxide;
  oxide.__wbindgen_start();
  return oxide;
}

/** The constants that code of wasm-bindgen expects. */
function fillTable(table: Table): void {
  const offset = table.grow(4);
  table.set(0, undefined);
  [undefined, null, true, false].forEach((value, i) => {
    table.set(offset + i, value);
  });
}
