import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import type { Module } from '../../ir/types.ts';
import { updateFeeds, updateOutputs } from '../../optim/adamw.ts';
import { workerUrl } from '../../platform/worker-url.ts';
import { RandomStream } from '../../random/philox.ts';
import { compileElementwise, type ElementwiseProgram } from './elementwise-program.ts';
import { teamFor } from './loop-team.ts';
import { createState } from './looped-state.ts';
import { partOf } from './loops.ts';

/** Of 5 MiB, not a multiple of what threads and vectors take. */
const SIZE = 1_310_723;
const NAMES = {
  parameter: 'p',
  gradient: 'g',
  firstMoment: 'm',
  secondMoment: 'v',
  average: 't',
};
const CONSTANTS = { beta1: 0.9, beta2: 0.98, eps: 1e-8 };
const graph = {
  name: 'update',
  outputs: updateOutputs([{ size: SIZE, group: 'all', names: NAMES }], CONSTANTS),
};
const module: Module = {
  state: new Map([...'pgmvt'].map((name) => [name, { dtype: 'f32', shape: [SIZE] }])),
  entries: { update: graph },
};
const feeds = updateFeeds(
  CONSTANTS,
  { all: { lr: 0.1, weightDecay: 0.05 } },
  { step: 3, clipScale: 0.7, emaMomentum: 0.9 },
);
const programs: ElementwiseProgram[] = [];

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.dispose()));
});

function open(threads: number, isShared = threads > 1) {
  const { store, linear } = createState(
    module,
    [graph],
    (length) => new Float32Array(length),
    isShared,
  );
  const random = new RandomStream(3, 'test');
  for (const name of 'pgmvt') {
    const array = store.get(name);
    const draw = name === 'v' ? () => random.between(0, 1) : () => random.normal();
    for (let i = 0; i < SIZE; i++) array[i] = draw();
  }
  const program = compileElementwise(graph, linear!, (name) => store.get(name), threads);
  programs.push(program);
  return { store, program };
}

it('computes the same bytes with any number of threads', async () => {
  const truth = open(1);
  await truth.program.run(feeds);
  await truth.program.run(feeds);
  for (const threads of [2, 3, 8]) {
    const { store, program } = open(threads);
    await program.run(feeds);
    await program.run(feeds);
    for (const name of 'pgmvt')
      expect(
        Buffer.compare(bytesOf(store.get(name)), bytesOf(truth.store.get(name))),
        `${name}, ${threads} threads`,
      ).toBe(0);
  }
});

it('leaves the event loop free', async () => {
  const { program } = open(2);
  const done = program.run(feeds).then(() => 'computed');
  const turn = new Promise((resolve) => setImmediate(resolve, 'answered'));
  expect(await Promise.race([done, turn])).toBe('answered');
  await done;
});

it('runs in a process whose script is given as text', () => {
  const script = `
    const { LoopTeam } = await import(process.argv[1]);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const team = new LoopTeam(memory, [], 2);
    await team.run();
    await team.dispose();
    console.log('ran');`;
  const module = workerUrl(import.meta.url, './loop-team.ts').href;
  const args = ['--input-type=module', '--eval', script, module];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stdout + stderr).toBe('ran\n');
});

it('computes on one thread what is small', async () => {
  const node = ir.mul(ir.state('p', [5]), 2);
  const small = { name: 'small', outputs: [{ name: 'p', role: 'state', node } as const] };
  const own: Module = {
    state: new Map([['p', { dtype: 'f32', shape: [5] }]]),
    entries: { small },
  };
  const { store, linear } = createState(own, [small], (length) => new Float32Array(length), true);
  store.get('p').set([1, 2, 3, 4, 5]);
  const program = compileElementwise(small, linear!, (name) => store.get(name), 2);
  await program.run({});
  expect([...store.get('p')]).toEqual([2, 4, 6, 8, 10]);
  expect(teamFor(linear!.memory, [{ module: {} as WebAssembly.Module, from: 0, to: 20 }], 2)).toBe(
    undefined,
  );
});

it.each([
  [16, 3],
  [64, 2],
  [1000, 7],
  [4096, 8],
])('divides %i bytes among %i threads at lines of the cache', (bytes, parts) => {
  const loop = { module: {} as WebAssembly.Module, from: 0, to: bytes };
  const edges = Array.from({ length: parts }, (_, part) => partOf([loop], part, parts)[0]!);
  expect([edges[0]!.from, edges.at(-1)!.to]).toEqual([0, bytes]);
  for (const [i, { from }] of edges.slice(1).entries()) {
    expect(from).toBe(edges[i]!.to);
    expect(from % 64 === 0 || from === bytes).toBe(true);
  }
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
