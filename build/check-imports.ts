// Check of the direction of imports (docs/architecture.md): which folders of engine/ import which,
// and what the folders beside it import; folders of executors are imported by executors only; there
// are no cycles and no unused files, and the product imports no test. It also checks that ONNX
// Runtime's telemetry is off: one file loads it, and every process first imports
// engine/platform/quiet-environment.ts.
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
  'executors',
  'nn',
  'optim',
  'random',
  'data',
  'recipes',
  'formats',
];

/** Folders of stored runs. */
const STORED = ['checkpoint', 'runs'];
/** Folders for evaluation. */
const JUDGING = ['features', 'evaluation'];
const ENGINE = [...METHOD, ...STORED, ...JUDGING, 'models', 'tasks', 'devices', 'train'];

/** Folder of engine/ → folders that it may import, besides itself and the common ones. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  platform: [],
  tensor: [],
  disk: [],
  geometry: [],
  random: [],
  formats: [],
  ir: [],
  autodiff: ['ir'],
  passes: ['ir'],
  executors: ['ir', 'autodiff', 'passes', 'formats', 'random'],
  nn: ['ir', 'random'],
  optim: ['ir', 'nn'],
  data: ['random', 'formats'],
  recipes: [],
  checkpoint: ['formats'],
  runs: ['checkpoint', 'formats'],
  models: [...METHOD, ...STORED],
  features: METHOD,
  evaluation: [...METHOD, 'features'],
  tasks: [...METHOD, ...STORED, ...JUDGING, 'models'],
  measure: [...METHOD, 'tasks'],
  selftest: [...METHOD, 'tasks'],
  devices: [...METHOD, 'tasks', 'measure', 'selftest'],
  train: [...METHOD, ...STORED, ...JUDGING, 'models', 'tasks', 'devices'],
  estimate: [...METHOD, ...STORED, 'tasks', 'measure', 'devices', 'train'],
  downstream: ENGINE,
  studio: ['data', 'recipes', ...STORED],
  server: ['studio'],
  cli: [...ENGINE, 'estimate', 'measure', 'selftest', 'downstream', 'studio', 'server'],
  tools: [...ENGINE, 'estimate', 'downstream'],
  process: ['cli', 'studio', 'tools', 'runs', 'devices'],
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
};

/** Files within an executor; others import the top level of engine/executors/. */
const INSIDE_EXECUTOR = /^engine\/executors\/[^/]+\//;
const TEST = /\.test\.tsx?$|(^|\/)(testing|conformance)\//;
const IMPORT =
  /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;(])import\s*\(?\s*['"]([^'"]+)['"]/g;

/** Source files below a folder; with `scripts`, plain JavaScript too. */
function sources(folder: string, scripts = false): string[] {
  const kind = scripts ? /\.(ts|tsx|cts|mts|mjs|cjs|js)$/ : /\.(ts|tsx|cts)$/;
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(at, scripts);
    return kind.test(at) && !at.endsWith('.d.ts') ? [at] : [];
  });
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

/** A cycle among the imports, as a list of files; undefined if there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (file: string): string[] | undefined => {
    state.set(file, 'open');
    trail.push(file);
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === 'open') return [...trail.slice(trail.indexOf(next)), next];
      const circle = state.has(next) ? undefined : visit(next);
      if (circle !== undefined) return circle;
    }
    trail.pop();
    state.set(file, 'done');
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = state.has(file) ? undefined : visit(file);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** Numbers of files and imports under `root`, and the violations, one line each. */
export function checkImports(
  root: string,
  layers = LAYERS,
): { files: number; imports: number; violations: string[] } {
  const engine = path.join(root, 'engine');
  const files = ['engine', ...Object.keys(SURFACES)]
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => sources(folder));
  const show = (file: string) => path.relative(root, file).split(path.sep).join('/');
  const roomOf = (shown: string) =>
    /^renderer\/(features\/[^/]+|tasks|ui|state|client)\//.exec(shown)?.[1];
  const layerOf = (file: string) => path.relative(engine, file).split(path.sep)[0]!;
  const graph = new Map<string, string[]>();
  const used = new Set<string>();
  const violations: string[] = [];
  let imports = 0;
  for (const file of files) {
    const isTest = TEST.test(show(file));
    const found = importsOf(readFileSync(file, 'utf8')).map((to) =>
      path.resolve(path.dirname(file), to),
    );
    imports += found.length;
    if (!isTest) graph.set(file, found);
    for (const target of found) {
      if (!isTest) used.add(target);
      // For tests the compiler checks this, since their texts may contain imports as examples.
      if (!isTest && !existsSync(target))
        violations.push(`${show(file)} imports ${show(target)}, which is not there`);
      if (
        INSIDE_EXECUTOR.test(show(target)) &&
        !TEST.test(show(target)) &&
        !show(file).startsWith('engine/executors/')
      )
        violations.push(`${show(file)} imports ${show(target)}, a part of one executor`);
      if (isTest) continue;
      const inside = target.startsWith(engine + path.sep);
      if (!file.startsWith(engine + path.sep)) {
        const surface = show(file).split('/')[0]!;
        if (inside && !SURFACES[surface]!.includes(layerOf(target)))
          violations.push(
            `${show(file)} imports ${show(target)}: ${surface} may not use ${layerOf(target)}`,
          );
        const [room, other] = [roomOf(show(file)), roomOf(show(target))];
        if (room !== undefined && other?.startsWith('features/') && room !== other)
          violations.push(`${show(file)} imports ${show(target)}: features are apart`);
        continue;
      }
      const [from, to] = [layerOf(file), layerOf(target)];
      const allowed = from === to || COMMON.includes(to) || layers[from]?.includes(to);
      if (layers[from] === undefined)
        violations.push(`engine/${from} has no line in the import rules`);
      else if (inside && !allowed)
        violations.push(`${show(file)} imports ${show(target)}: ${from} may not use ${to}`);
      if (TEST.test(show(target)))
        violations.push(`${show(file)} imports the test code ${show(target)}`);
    }
  }
  for (const file of graph.keys()) {
    if (
      !used.has(file) &&
      !ENTRIES.test(show(file)) &&
      !/^(bench|build|electron)\//.test(show(file))
    ) {
      violations.push(`${show(file)} is used by nothing but tests`);
    }
  }
  const circle = findCircle(graph);
  if (circle !== undefined)
    violations.push(`imports run in a circle: ${circle.map(show).join(' → ')}`);
  violations.push(...telemetryFaults(root, show));
  return { files: files.length, imports, violations: [...new Set(violations)] };
}

/** Violations that could run ONNX Runtime with telemetry. */
function telemetryFaults(root: string, show: (file: string) => string): string[] {
  const folders = [...Object.keys(SURFACES), 'engine', 'e2e']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder));
  return folders
    .flatMap((folder) => sources(folder, true))
    .flatMap((file) => {
      const shown = show(file);
      const text = readFileSync(file, 'utf8');
      const faults = Object.entries(LOADERS)
        .filter(([name, loader]) => shown !== loader && loadsPackage(text, name))
        .map(([name, loader]) => `${shown} loads ${name}, which ${loader} alone may`);
      if (PROCESSES.test(shown) && !TEST.test(shown)) {
        const first = importsOf(text)[0] ?? '';
        if (show(path.resolve(path.dirname(file), first)) !== QUIET)
          faults.push(`${shown} is a process's entry and does not import ${QUIET} first`);
      }
      return faults;
    });
}

export function main(): void {
  const { files, imports, violations } = checkImports(ROOT);
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${files} files, ${imports} imports, ${violations.length} violations\n`);
  if (violations.length > 0 || files === 0) process.exitCode = 1;
}
