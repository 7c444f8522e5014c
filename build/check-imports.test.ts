import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports, importsOf, loadsPackage } from './check-imports.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-imports-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Violations of a made-up source tree. */
function violations(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries(files)) {
    const at = path.join(root, 'engine', name);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
  }
  return checkImports(root).violations;
}

it('keeps pages apart, and what they share below them', () => {
  expect(
    violations({
      '../renderer/ui/part.ts': "import '../features/runs/a.ts';",
      '../renderer/tasks/learn/task.ts': "import '../../features/runs/a.ts';",
      '../renderer/features/data/b.ts': "import '../runs/a.ts';",
      '../renderer/features/runs/a.ts': "import './c.ts';",
      '../renderer/features/runs/c.ts': '',
      '../renderer/main.ts':
        "import './ui/part.ts'; import './tasks/learn/task.ts'; import './features/data/b.ts';",
    }),
  ).toEqual([
    'renderer/features/data/b.ts imports renderer/features/runs/a.ts: features are apart',
    'renderer/tasks/learn/task.ts imports renderer/features/runs/a.ts: features are apart',
    'renderer/ui/part.ts imports renderer/features/runs/a.ts: features are apart',
  ]);
});

it('lets the folders of a page import one way', () => {
  expect(
    violations({
      '../renderer/features/runs/queue/a.ts': "import '../events/c.ts';",
      '../renderer/features/runs/events/b.ts': "import '../queue/d.ts';",
      '../renderer/features/runs/events/c.ts': '',
      '../renderer/features/runs/queue/d.ts': '',
      '../renderer/main.ts':
        "import './features/runs/queue/a.ts'; import './features/runs/events/b.ts';",
    }),
  ).toEqual(['folders of renderer/features/runs import in a circle: events → queue → events']);
});

it('keeps the direction among the parts of engine/data/', () => {
  expect(
    violations({
      'data/sources/walk.ts': "import '../pixels/decode.ts';",
      'data/pixels/decode.ts': '',
      'data/loose.ts': "import './sources/walk.ts';",
      'data/views/augment/crop.ts': "import '../../pixels/decode.ts';",
    }),
  ).toEqual(
    expect.arrayContaining([
      'engine/data/sources/walk.ts imports engine/data/pixels/decode.ts: sources may not use pixels',
      'engine/data/loose.ts is in no part of engine/data/ that the import rules name',
    ]),
  );
});

describe('importsOf', () => {
  it('finds every form of import and no comment', () => {
    const text = `
      import './a.ts';
      import type { B } from './b.ts';
      import {
        c,
      } from './c.ts';
      export { d } from './d.ts';
      const e = await import('./e.ts');
      type F = import('./f.ts').F;
      // import './g.ts';
      /* import './h.ts'; */
      import fs from 'node:fs';`;
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `./${name}.ts`));
  });
});

describe('loadsPackage', () => {
  it.each([
    ["import * as ort from 'lib';", true],
    ["import { a } from 'lib/sub';", true],
    ["import 'lib';", true],
    ["export { a } from 'lib';", true],
    ["const ort = await import('lib');", true],
    ["const ort = require('lib');", true],
    ["createRequire(import.meta.url)('lib')", true],
    ["import a from './a.ts';\nimport type * as Ort from 'lib';", false],
    ["export type { A } from 'lib';", false],
    ["createRequire(import.meta.url).resolve('lib/package.json')", false],
    ["packageVersion('lib')", false],
    ["// import 'lib';", false],
    ["import 'lib-other';", false],
  ])('%s: %s', (text, loads) => {
    expect(loadsPackage(text, 'lib')).toBe(loads);
  });
});

describe('checkImports', () => {
  it('accepts imports that follow the direction', () => {
    expect(
      violations({
        'ir/types.ts': 'export type A = 1;',
        'nn/linear.ts': "import type { A } from '../ir/types.ts'; export type B = A;",
        'cli/main.ts':
          "import '../platform/quiet-environment.ts'; import type { B } from '../tasks/step.ts'; export type C = B;",
        'platform/quiet-environment.ts': '',
        'tasks/step.ts': "export type { B } from '../nn/linear.ts';",
      }),
    ).toEqual([]);
  });

  it.each([
    ['an import against the direction', "import '../nn/linear.ts';", /ir may not use nn/],
    ['a type import against the direction', "import type { A } from '../nn/linear.ts';", /ir may/],
    [
      'a lazy import against the direction',
      "await import('../nn/linear.ts');",
      /ir may not use nn/,
    ],
    ['an import of a test', "import './types.test.ts';", /test code/],
    ['an import of nothing', "import './gone.ts';", /not there/],
    ['a circle', "import './types.ts'; import './worker.ts';", /circle/],
  ])('names %s', (_, text, message) => {
    const found = violations({
      'ir/types.ts': "import './worker.ts';",
      'ir/worker.ts': text,
      'ir/types.test.ts': '',
      'nn/linear.ts': '',
      'nn/main.ts': "import './linear.ts';",
    });
    expect(found.join('\n')).toMatch(message);
  });

  it('names a use of one executor from outside, also in a test', () => {
    const text = "import '../executors/fast/run.ts'; import '../executors/testing/cases.ts';";
    const found = violations({
      'executors/devices.ts': "import './fast/run.ts';",
      'executors/fast/run.ts': '',
      'executors/testing/cases.ts': '',
      'train/main.ts': "import '../executors/devices.ts'; import '../executors/fast/run.ts';",
      'train/loop.test.ts': text,
    });
    const faults = found.filter((fault) => fault.endsWith('a part of one executor'));
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'engine/train/loop.test.ts',
      'engine/train/main.ts',
    ]);
  });

  it('names a file that nothing uses and a folder without rules', () => {
    expect(violations({ 'ir/lost.ts': '', 'extra/main.ts': "import '../ir/types.ts';" })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/lost.ts is used by nothing/),
        expect.stringMatching(/engine\/extra has no line/),
      ]),
    );
  });

  it('names a process that does not switch telemetry off first, and a second loader', () => {
    const found = violations({
      'cli/main.ts': "import './x.ts'; import '../platform/quiet-environment.ts';",
      'cli/x.ts': "export { env } from 'onnxruntime-node';",
      'process/job-process.ts':
        "import '../platform/quiet-environment.ts'; import '../ir/types.ts';",
    });
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^engine\/cli\/main.ts .*quiet-environment.ts first/),
        expect.stringMatching(
          /^engine\/cli\/x.ts loads onnxruntime-node, which .*runtime.ts alone/,
        ),
      ]),
    );
    expect(found.join('\n')).not.toMatch(/job-process.ts is a process/);
  });
});
