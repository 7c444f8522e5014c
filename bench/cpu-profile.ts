// CPU profiles of threads of the engine, as V8 writes them: seconds by the part that works or waits.

/** The part that a module of engine/ belongs to: the first that its path begins with. */
const PARTS: readonly (readonly [folder: string, part: string])[] = [
  ['executors/', 'steps: forward, backward, update'],
  ['tasks/', 'steps: forward, backward, update'],
  ['data/scan/', 'scan of the folder'],
  ['data/annotations/', 'scan of the folder'],
  ['data/sources/walk', 'scan of the folder'],
  ['data/sources/file-list', 'scan of the folder'],
  ['data/sources/list-files', 'scan of the folder'],
  ['data/pixels/headers', 'scan of the folder'],
  ['data/pixels/perceptual-hash', 'scan of the folder'],
  ['data/', 'images: reading, views, batches'],
  ['insight/', 'measures of what is learnt'],
  ['checkpoint/', 'checkpoints'],
  ['disk/', 'checkpoints'],
  ['runs/', 'events'],
  ['formats/', 'events'],
  ['nn/', 'building and compiling the network'],
  ['ir/', 'building and compiling the network'],
  ['autodiff/', 'building and compiling the network'],
  ['passes/', 'building and compiling the network'],
  ['schedule/', 'building and compiling the network'],
];
const OTHER = 'the rest of the program';
export const IDLE = 'waiting';

export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** µs of the machine's monotonic clock */
  readonly startTime: number;
  readonly samples: readonly number[];
  /** since the sample before, µs */
  readonly timeDeltas: readonly number[];
}

/** From one time to another, µs of the machine's monotonic clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Seconds by part within a span and outside of it. */
export interface PartTimes {
  readonly within: Map<string, number>;
  readonly outside: Map<string, number>;
}

/** Adds a thread's times, each sample for the innermost module of the engine. */
export function addParts(
  { nodes, startTime, samples, timeDeltas }: Profile,
  { from, to }: Span,
  { within, outside }: PartTimes,
): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((one) => [one, id])),
  );
  const partOf = (id: number): string => {
    const { functionName, url } = byId.get(id)!.callFrame;
    if (functionName === '(idle)') return IDLE;
    if (functionName === '(garbage collector)') return 'garbage collection';
    if (url.startsWith('node:internal/modules')) return 'loading of modules';
    const module = url.split('/out/engine/')[1];
    if (module !== undefined)
      return PARTS.find(([start]) => module.startsWith(start))?.[1] ?? OTHER;
    const parent = parents.get(id);
    return parent === undefined ? OTHER : partOf(parent);
  };
  const known = new Map<number, string>();
  let time = startTime;
  samples.forEach((id, i) => {
    const part = known.get(id) ?? partOf(id);
    known.set(id, part);
    const passed = timeDeltas[i]!;
    time += passed;
    const times = from <= time && time < to ? within : outside;
    times.set(part, (times.get(part) ?? 0) + passed / 1e6);
  });
}
