// Check of the direction of imports (docs/architecture.md): which folders of engine/ import which,
// and what the folders beside it import; folders of executors are imported by executors only; there
// are no cycles, also among the folders of a page, and no unused files, and the product imports no
// test. It also checks that ONNX Runtime's telemetry is off: one file loads it, and every process
// first imports engine/platform/quiet-environment.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.ts';

/** Folders that all others may import. */
const COMMON = ['contract', 'platform', 'tensor', 'disk', 'geometry'];

/** Folders that the method is built from. */
const METHOD = [
  'ir',
  'autodiff',
  'passes',
  'schedule',
  'executors',
  'nn',
  'optim',
  'random',
  'data',
  'images',
  'recipes',
  'formats',
];

/** For ranks that share a batch. */
const RANKS = ['collectives'];
const STORED = ['checkpoint', 'runs'];
const JUDGING = ['features', 'evaluation', 'insight'];
const ENGINE = [
  ...METHOD,
  ...STORED,
  ...JUDGING,
  'predictions',
  'models',
  'tasks',
  'devices',
  'train',
];

/** Folder of engine/ → folders that it may import, besides itself and the common ones. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  platform: [],
  tensor: [],
  disk: [],
  geometry: [],
  random: [],
  formats: [],
  collectives: [],
  images: ['formats'],
  ir: [],
  meaning: ['ir'],
  autodiff: ['ir'],
  passes: ['ir', 'meaning'],
  schedule: ['ir', 'passes'],
  executors: ['ir', 'meaning', 'autodiff', 'passes', 'schedule', 'formats', 'random'],
  nn: ['ir', 'random'],
  optim: ['ir', 'nn'],
  data: ['random', 'formats', 'images'],
  predictions: ['data', 'formats'],
  recipes: [],
  checkpoint: ['formats'],
  runs: ['checkpoint', 'formats'],
  models: [...METHOD, ...STORED],
  features: METHOD,
  evaluation: [...METHOD, 'features'],
  insight: [...METHOD, ...STORED, 'features', 'evaluation'],
  tasks: [...METHOD, ...RANKS, ...STORED, ...JUDGING, 'predictions', 'models'],
  measure: [...METHOD, 'tasks'],
  selftest: [...METHOD, 'tasks'],
  devices: [...METHOD, 'tasks', 'measure', 'selftest'],
  train: [...METHOD, ...RANKS, ...STORED, ...JUDGING, 'models', 'tasks', 'devices'],
  estimate: [...METHOD, ...STORED, 'tasks', 'measure', 'devices', 'train'],
  downstream: ENGINE,
  studies: ENGINE,
  reports: [...ENGINE, 'downstream', 'studies'],
  studio: [...RANKS, 'data', 'recipes', ...STORED],
  server: ['studio'],
  cli: [
    ...ENGINE,
    ...RANKS,
    'estimate',
    'measure',
    'selftest',
    'downstream',
    'reports',
    'studies',
    'studio',
    'server',
  ],
  tools: [...ENGINE, 'estimate', 'downstream', 'reports'],
  process: ['cli', 'studio', 'tools', 'runs', 'devices'],
};

/** Part of engine/data/ → the parts that it may import, besides itself. Files lie in parts alone. */
export const DATA_PARTS: Readonly<Record<string, readonly string[]>> = {
  sources: [],
  pixels: ['sources'],
  annotations: ['sources', 'pixels'],
  scan: ['sources', 'pixels', 'annotations'],
  labelled: ['sources', 'pixels', 'annotations', 'scan'],
  targets: ['sources', 'pixels', 'annotations', 'scan', 'labelled'],
  prepared: ['sources', 'pixels'],
  views: ['sources', 'pixels', 'targets', 'prepared'],
  loader: ['sources', 'pixels', 'scan', 'prepared', 'views'],
  preparing: ['sources', 'pixels', 'prepared', 'views'],
  given: ['sources', 'pixels', 'annotations'],
  samples: ['sources', 'pixels', 'targets'],
};

/** Folders beside engine/ → the folders of engine/ that they may import. */
const SURFACES: Readonly<Record<string, readonly string[]>> = {
  bench: Object.keys(LAYERS),
  build: Object.keys(LAYERS),
  electron: ['contract', 'platform', 'studio'],
  renderer: ['contract'],
};

/** Entry points, which no file imports: Node, a worker thread or the command starts them. */
const ENTRIES = /(^|[/.-])(main|process|worker)\.tsx?$|\.config\.ts$/;
/** Entry points of processes. Threads share the environment of their process. */
const PROCESSES = /^(engine|electron)\/.*(^|[/-])(main|process)\.ts$/;
const QUIET = 'engine/platform/quiet-environment.ts';

/** Library → the only file that loads it. */
export const LOADERS: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'engine/executors/onnxruntime/runtime.ts',
  koffi: 'engine/platform/native-library.ts',
};

/** Files within an executor; others import the top level of engine/executors/. */
const INSIDE_EXECUTOR = /^engine\/executors\/[^/]+\//;
/** A folder of a page of the renderer. */
const PART = /^(renderer\/features\/[^/]+)\/([^/]+)\//;
/** A page of the renderer, or a folder below all of them. */
const ROOM = /^renderer\/(features\/[^/]+|tasks|ui|state|client)\//;
const TEST = /\.test\.tsx?$|(^|\/)testing\//;
const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;(])import\s*\(?\s*['"]([^'"]+)['"]/g;

/** Source files below folders; with `scripts`, plain JavaScript too. */
function filesIn(root: string, folders: readonly string[], scripts = false): string[] {
  const kind = scripts ? /\.(ts|tsx|cts|mts|mjs|cjs|js)$/ : /\.(ts|tsx|cts)$/;
  return folders
    .map((folder) => path.join(root, folder))
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => kind.test(file) && !file.endsWith('.d.ts'))
    .sort();
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** Relative imports of a source text without comments, including type imports. */
export function importsOf(text: string): string[] {
  return [...withoutComments(text).matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2]!)
    .filter((specifier) => specifier.startsWith('.'));
}

/**
 * Whether a source text loads a package: by a value import, by `require` or by a function from
 * `createRequire`.
 */
export function loadsPackage(text: string, name: string): boolean {
  const code = withoutComments(text);
  const quoted = `['"\`]${name}(/[^'"\`]*)?['"\`]`;
  const named = new RegExp(`(?:^|[\\s;}])(import|export)\\s([^'"\`;]*?)from\\s*${quoted}`, 'g');
  const isLoaded = [...code.matchAll(named)].some(([, , names]) => !/^type\b/.test(names!.trim()));
  // A type such as `import('package').Type` would match too, so types are imported by name.
  const called = new RegExp(`(?:\\bimport\\s*\\(?|\\brequire\\w*\\s*\\(|\\)\\s*\\()\\s*${quoted}`);
  return isLoaded || called.test(code);
}

/** A cycle among the imports of files or folders, as a list; undefined if there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    return firstOf(graph.get(file) ?? [], (next) => visit(next, [...trail, file]));
  };
  return firstOf([...graph.keys()], (file) => visit(file, []));
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why a file that is no test may not import another; both are named from the project's folder. */
function faultOf(from: string, to: string, layers: typeof LAYERS): string | undefined {
  const [top, layer] = from.split('/') as [string, string];
  const [toTop, toLayer] = to.split('/') as [string, string];
  const toEngine = toTop === 'engine';
  if (top !== 'engine') {
    if (toEngine && !SURFACES[top]!.includes(toLayer)) return `: ${top} may not use ${toLayer}`;
    const [room, other] = [from, to].map((file) => ROOM.exec(file)?.[1]);
    const apart = room !== undefined && other?.startsWith('features/') && room !== other;
    return apart ? ': features are apart' : undefined;
  }
  const allowed = layer === toLayer || [...COMMON, ...(layers[layer] ?? [])].includes(toLayer);
  if (layers[layer] !== undefined && toEngine && !allowed)
    return `: ${layer} may not use ${toLayer}`;
  return TEST.test(to) ? ', which is test code' : undefined;
}

/** Why a file of engine/data/ that is no test may not import another of it. */
function dataFaultOf(from: string, to: string): string | undefined {
  const [part, other] = [from, to].map((file) => /^engine\/data\/([^/]+)\//.exec(file)?.[1]);
  if (part === undefined || other === undefined || part === other) return undefined;
  return DATA_PARTS[part]?.includes(other) ? undefined : `: ${part} may not use ${other}`;
}

/** Circles among the folders of each page, one line each. */
function pageFaults(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const pages = new Map<string, Map<string, string[]>>();
  for (const [from, found] of graph) {
    const [, page, part] = PART.exec(from) ?? [];
    if (page === undefined || part === undefined) continue;
    const parts = pages.get(page) ?? new Map<string, string[]>();
    const others = found.flatMap((to) => {
      const [, toPage, toPart] = PART.exec(to) ?? [];
      return toPage === page && toPart !== undefined && toPart !== part ? [toPart] : [];
    });
    pages.set(page, parts.set(part, [...(parts.get(part) ?? []), ...others]));
  }
  return [...pages].flatMap(([page, parts]) => {
    const circle = findCircle(parts);
    return circle === undefined
      ? []
      : [`folders of ${page} import in a circle: ${circle.join(' → ')}`];
  });
}

/** Numbers of files and imports under `root`, and the violations, one line each. */
export function checkImports(
  root: string,
  layers = LAYERS,
): { files: number; imports: number; violations: string[] } {
  const show = (file: string) => path.relative(root, file).split(path.sep).join('/');
  const files = filesIn(root, ['engine', ...Object.keys(SURFACES)]);
  const graph = new Map<string, string[]>();
  const violations: string[] = [];
  let imports = 0;
  for (const file of files) {
    const from = show(file);
    const found = importsOf(readFileSync(file, 'utf8')).map((to) =>
      path.resolve(path.dirname(file), to),
    );
    imports += found.length;
    if (!from.startsWith('engine/executors/'))
      for (const to of found.map(show))
        if (INSIDE_EXECUTOR.test(to) && !TEST.test(to))
          violations.push(`${from} imports ${to}, a part of one executor`);
    // For tests the compiler checks the rest, since their texts may contain imports as examples.
    if (TEST.test(from)) continue;
    graph.set(from, found.map(show));
    for (const target of found) {
      const fault = existsSync(target)
        ? (faultOf(from, show(target), layers) ?? dataFaultOf(from, show(target)))
        : ', which is not there';
      if (fault !== undefined) violations.push(`${from} imports ${show(target)}${fault}`);
    }
    const [top, layer] = from.split('/');
    if (top === 'engine' && found.length > 0 && layers[layer!] === undefined)
      violations.push(`engine/${layer} has no line in the import rules`);
    const part = /^engine\/data\/(?:([^/]+)\/)?/.exec(from);
    if (part && DATA_PARTS[part[1] ?? ''] === undefined)
      violations.push(`${from} is in no part of engine/data/ that the import rules name`);
  }
  const used = new Set([...graph.values()].flat());
  for (const file of graph.keys())
    if (!used.has(file) && !ENTRIES.test(file) && !/^(bench|build|electron)\//.test(file))
      violations.push(`${file} is used by nothing but tests`);
  const circle = findCircle(graph);
  if (circle !== undefined) violations.push(`imports run in a circle: ${circle.join(' → ')}`);
  violations.push(...pageFaults(graph), ...telemetryFaults(root, show));
  return { files: files.length, imports, violations: [...new Set(violations)] };
}

/** Violations that could run ONNX Runtime with telemetry. */
function telemetryFaults(root: string, show: (file: string) => string): string[] {
  return filesIn(root, [...Object.keys(SURFACES), 'engine', 'e2e'], true).flatMap((file) => {
    const shown = show(file);
    const text = readFileSync(file, 'utf8');
    const faults = Object.entries(LOADERS)
      .filter(([name, loader]) => shown !== loader && loadsPackage(text, name))
      .map(([name, loader]) => `${shown} loads ${name}, which ${loader} alone may`);
    if (!PROCESSES.test(shown) || TEST.test(shown)) return faults;
    const first = path.resolve(path.dirname(file), importsOf(text)[0] ?? '');
    if (show(first) === QUIET) return faults;
    return [...faults, `${shown} is a process's entry and does not import ${QUIET} first`];
  });
}

export function main(): void {
  const { files, imports, violations } = checkImports(ROOT);
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${files} files, ${imports} imports, ${violations.length} violations\n`);
  if (violations.length > 0 || files === 0) process.exitCode = 1;
}
