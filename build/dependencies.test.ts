import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

interface Manifest {
  readonly [kind: string]: Record<string, unknown> | undefined;
}
const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, Record<string, unknown>>;
};

const KINDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Names and versions of an object whose values may be objects again, as those of overrides may. */
function versionsIn(value: unknown, name: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => versionsIn(inner, `${name} ${key}`));
}

describe('the versions of dependencies', () => {
  const versions = KINDS.flatMap((kind) => versionsIn(manifest[kind] ?? {}, kind));

  it('are exact: no range, no tag, no address', () => {
    expect(versions.length).toBeGreaterThan(30);
    expect(versions.filter(([, version]) => !EXACT.test(String(version)))).toEqual([]);
  });

  it('are what is locked, and every package is locked by what it holds', () => {
    for (const kind of KINDS.slice(0, 3))
      for (const [name, version] of Object.entries(manifest[kind] ?? {}))
        expect(lock.packages[`node_modules/${name}`]?.['version'], name).toBe(version);
    const unsealed = Object.entries(lock.packages).filter(
      ([place, about]) => place !== '' && !about['inBundle'] && !about['integrity'],
    );
    expect(unsealed.map(([place]) => place)).toEqual([]);
  });

  it('come from the registry that is set up, and from no address', () => {
    const addresses = Object.entries(lock.packages).filter(([, { resolved }]) => resolved);
    expect(addresses).toEqual([]);
  });
});

describe('installing', () => {
  it('runs no script of a package', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });
});

describe('the release workflow', () => {
  it('asks whether a dependency is known to be unsafe, before anything is packed', () => {
    const [, before] = /\n {2}test:([\s\S]*?)\n {2}package:/.exec(
      read('.github/workflows/release.yml'),
    )!;
    expect(before).toMatch(/- run: npm audit --audit-level=\w+\n/);
    expect(before).toMatch(/- run: npm audit signatures\n/);
  });
});
