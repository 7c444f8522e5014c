import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../root.ts';

const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^'";]*?\sfrom\s*)?'([^']+)';/gm;

/** Files of the project and packages that are loaded with a file, without what is imported when it is needed. */
export function loadedWith(file: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (name: string) => {
    if (files.has(name)) return;
    files.add(name);
    const text = readFileSync(path.join(ROOT, name), 'utf8');
    for (const [, specifier] of text.matchAll(IMPORT)) {
      const next = path.posix.join(path.posix.dirname(name), specifier!);
      if (!specifier!.startsWith('.')) packages.add(specifier!);
      else if (existsSync(path.join(ROOT, next))) visit(next);
    }
  };
  visit(file);
  return { files, packages };
}
