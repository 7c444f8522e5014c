/**
 * Nothing leaves the machine, and nothing is written elsewhere: system calls of the command line and of
 * all that it starts. A session in a browser is in e2e/offline.spec.ts.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softwareVulkan } from './software-vulkan.ts';
import { networkFaults, writeFaults } from './testing/forbidden-calls.ts';
import { placesIn, type TracedRun, traced, whyNot } from './testing/traced.ts';

const root = path.join(import.meta.dirname, '..');
const CONMIM = path.join(root, 'build', 'conmim.mjs');
const STEP_FIXTURE = ['pretrain_tiny.inputs.safetensors', 'pretrain_tiny.expected.safetensors'];
const CLASSES = ['discs', 'rings'];
const SMALL = ['--set', 'batch_size=8', '--device', 'cpu'];
const MICRO = ['--recipe', 'micro', '--steps', '2', ...SMALL];
const WORKSPACE = ['--workspace', 'workspace'];
const LABELLED = ['--train', 'pictures', '--val', 'pictures'];

/** Each begins where the one before has ended. */
const COMMANDS: readonly (readonly string[])[] = [
  ['devices'],
  ['scan', 'pictures'],
  ['pretrain', '--data', 'pictures', ...MICRO, ...WORKSPACE, '--name', 'trunk'],
  ['knn', '--from', 'trunk', ...LABELLED, '--device', 'cpu', ...WORKSPACE],
  ['finetune', '--from', 'trunk', ...LABELLED, ...MICRO, ...WORKSPACE, '--name', 'classes'],
  ['evaluate', '--model', 'classes', '--data', 'pictures', '--device', 'cpu', ...WORKSPACE],
  ['predict', '--model', 'classes', '--data', 'pictures', '--device', 'cpu', ...WORKSPACE],
  ['embed', '--from', 'trunk', '--data', 'pictures', '--out', 'taken/features.csv', ...WORKSPACE],
  ['export', 'classes', '--format', 'onnx', '--out', 'taken/classes.onnx', ...WORKSPACE],
  ['export', 'trunk', '--format', 'safetensors', '--out', 'taken/t.safetensors', ...WORKSPACE],
  ['import', 'taken/t.safetensors', '--out', 'taken/imported'],
  ['selftest', '--device', 'cpu'],
  ['selftest', '--device', 'tfjs-wasm', '--fixtures', 'fixtures'],
];

describe.skipIf(whyNot !== undefined)(
  `the command line${whyNot === undefined ? '' : `: not traced, since ${whyNot}`}`,
  () => {
    let folder: string;
    let places: { home: string; temporary: string };
    beforeAll(async () => {
      // Compiled before tracing, since compiled files are written to the project.
      execFileSync(process.execPath, [path.join(root, 'build', 'compile.mjs')]);
      folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-offline-'));
      places = placesIn(folder);
      mkdirSync(path.join(folder, 'taken'));
      // One training step loads all of a device; the processor computes the others.
      mkdirSync(path.join(folder, 'fixtures'));
      for (const name of STEP_FIXTURE)
        copyFileSync(
          path.join(root, 'assets', 'fixtures', name),
          path.join(folder, 'fixtures', name),
        );
      await Promise.all(CLASSES.map((name, kind) => drawPictures(name, kind)));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    async function drawPictures(name: string, kind: number): Promise<void> {
      mkdirSync(path.join(folder, 'pictures', name), { recursive: true });
      for (let i = 0; i < 8; i++) {
        const fill = `hsl(${i * 45},60%,${kind === 0 ? 40 : 70}%)`;
        const shape = `<circle cx="${12 + 3 * i}" cy="24" r="${6 + i}" fill="${fill}" />`;
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">${shape}</svg>`;
        const file = path.join(folder, 'pictures', name, `${i}.png`);
        await sharp(Buffer.from(svg))
          .flatten({ background: `hsl(${i * 70},30%,60%)` })
          .toFile(file);
      }
    }

    const driver = softwareVulkan();
    const run = (script: string, ...words: string[]): TracedRun =>
      traced(folder, [process.execPath, script, ...words], {
        // Some programs connect to the screen, which may be another machine's; this address is
        // reserved for documentation.
        DISPLAY: '192.0.2.1:0',
        ...(driver === undefined ? {} : { VK_ICD_FILENAMES: driver }),
      });
    /** Where the command line may write. */
    const allowed = () => [
      path.join(folder, 'workspace'),
      path.join(folder, 'taken'),
      path.join(places.home, '.cache', 'conmim-studio'),
      places.temporary,
    ];

    it.each(COMMANDS.map((words) => ({ words, line: words.join(' ') })))(
      'contacts nothing and writes nothing elsewhere: $line',
      ({ words }) => {
        const { calls, status, stderr } = run(CONMIM, ...words);
        expect(status, stderr).toBe(0);
        expect(calls.length).toBeGreaterThan(0);
        expect(networkFaults(calls)).toEqual([]);
        expect(writeFaults(calls, allowed())).toEqual([]);
        expect(readdirSync(places.temporary), 'temporary files that are left').toEqual([]);
      },
    );

    it('would not pass with the telemetry of a library on', () => {
      const script = `
        const require = (await import('node:module')).createRequire(${JSON.stringify(CONMIM)});
        await require('onnxruntime' + '-node').InferenceSession.create('taken/classes.onnx');`;
      const { calls } = traced(folder, [process.execPath, '--input-type=module', '-e', script]);
      const written = writeFaults(calls, allowed()).join('\n');
      expect(written).toContain(path.join(places.home, '.cache', 'Microsoft'));
      expect(readdirSync(places.temporary).join(' ')).toMatch(/mat-debug-\d+\.log/);
    });
  },
);
