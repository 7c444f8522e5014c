import { fileURLToPath } from 'node:url';

/**
 * URL of the compiled entry of a worker thread or child process.
 *
 * In compiled code the entry is beside the caller. Tests run the sources, which plain Node cannot load, so
 * there the entry is taken from the last build under `out/`.
 *
 * @param from  `import.meta.url` of the caller
 * @param entry relative source path, ending in `.ts`
 */
export function workerUrl(from: string, entry: string): URL {
  const source = new URL(entry, from);
  if (!from.endsWith('.ts')) return new URL(source.href.replace(/\.ts$/, '.js'));
  return new URL(source.href.replace(/\/engine\//, '/out/engine/').replace(/\.ts$/, '.js'));
}

/**
 * Path of the compiled entry of a child process. A packaged application keeps its code in an archive that
 * plain Node cannot read; entries of child processes are unpacked beside it.
 */
export function processFile(from: string, entry: string): string {
  return fileURLToPath(workerUrl(from, entry)).replace(/([\\/]app\.asar)([\\/])/, '$1.unpacked$2');
}
