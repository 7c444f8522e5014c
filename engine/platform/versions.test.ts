import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packagedFile } from './packaged-file.ts';
import { packageVersion, programVersion } from './versions.ts';

const manifest = JSON.parse(readFileSync(packagedFile('package.json'), 'utf8'));

it('is known of the program and of all packages that runs name', () => {
  expect(programVersion()).toBe(manifest.version);
  for (const name of ['onnxruntime-node', 'sharp', '@tensorflow/tfjs-core'])
    expect(packageVersion(name), name).toBe(manifest.dependencies[name]);
});

it('is unknown of a package that is not installed', () => {
  expect(packageVersion('no-such-package')).toBe('unknown');
});
