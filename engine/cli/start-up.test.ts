import { describe, expect, it } from 'vitest';
import { loadedModules } from './testing/loaded-modules.ts';

describe('what a command does not need is not loaded', () => {
  it.each([
    [['--help'], 0, ['help']],
    [['--version'], 0, []],
    [['pretrian'], 2, []],
  ] as const)('%j', (args, code, commands) => {
    const found = loadedModules(args);
    expect(found.code).toBe(code);
    expect(found.modules).toContain('engine/cli/main.js');
    const inside = (folder: string) => found.modules.filter((module) => module.startsWith(folder));
    expect(inside('zod/')).toEqual([]);
    expect(inside('engine/cli/commands/')).toEqual(
      commands.map((name) => `engine/cli/commands/${name}.js`),
    );
    expect(inside('engine/contract/settings/')).toEqual([]);
    expect(inside('engine/contract/jobs/')).toEqual(['engine/contract/jobs/read-value.js']);
  });

  it.each(['knn', 'compare', 'serve'])('help %s needs neither tensors nor images', (name) => {
    const { code, modules } = loadedModules(['help', name]);
    expect(code).toBe(0);
    const heavy = /^(engine\/(executors|formats|nn|ir|train|models|checkpoint)\/|sharp|onnx)/;
    expect(modules.filter((module) => heavy.test(module))).toEqual([]);
  });

  it.each(['runs', 'recipes'])('%s needs neither executors nor images', (name) => {
    const { code, modules } = loadedModules([name]);
    expect(code).toBe(0);
    const heavy = /^(engine\/(executors|data|nn|ir|train|models)\/|sharp|onnx)/;
    expect(modules.filter((module) => heavy.test(module))).toEqual([]);
  });
});
