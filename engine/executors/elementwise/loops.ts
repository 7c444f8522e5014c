/** Loops over a memory, or parts of them, that any thread which has the memory can run. */

export interface Loop {
  /** as `encodeLoopModule` makes it */
  readonly module: WebAssembly.Module;
  /** bytes from the start of each array */
  readonly from: number;
  readonly to: number;
}

/** Parts begin where lines of the cache do, as far as their arrays do. */
const LINE = 64;

export function openLoop(memory: WebAssembly.Memory, { module, from, to }: Loop): () => void {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const run = instance.exports['run'] as (from: number, to: number) => void;
  return () => {
    if (from < to) run(from, to);
  };
}

/** The part of each loop that one of several threads runs. */
export function partOf(loops: readonly Loop[], part: number, parts: number): Loop[] {
  return loops.map(({ module, from, to }) => {
    const lines = Math.ceil((to - from) / LINE);
    const edge = (at: number) => Math.min(to, from + LINE * Math.floor((lines * at) / parts));
    return { module, from: edge(part), to: edge(part + 1) };
  });
}
