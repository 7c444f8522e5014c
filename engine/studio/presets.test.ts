import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../cli/testing/fake-host.ts';
import type { RequestOf } from '../contract/jobs/register.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import type { Push } from '../contract/studio/push.ts';
import { answerCall } from '../contract/studio/wire.ts';
import { openStudio } from './studio.ts';

let workspace: string;
let studio: StudioHost;
beforeAll(async () => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-presets-'));
  studio = await openStudio({ workspace, host: 'server' });
});
afterAll(async () => {
  await studio.close();
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
});

const named = { kind: 'pretrain', name: 'xrays' } as const;
const save = (text: string, replace = false) =>
  studio.call('presets.save', { ...named, text, replace });
const names = async () => (await studio.call('presets.list', {})).presets.map(({ name }) => name);

describe('presets of a workspace', () => {
  it('are the same for the page and for the command line', async () => {
    const pushes: Push[] = [];
    studio.subscribe((push) => pushes.push(push));
    const saved = await save('{"extends": "tiny", "lr": 0.002}');
    expect(saved).toMatchObject({ basis: 'tiny', changes: { lr: 0.002 }, recipe: { depth: 6 } });
    expect(pushes).toContainEqual({ topic: 'presets' });
    const listed = await runCommand(['recipes', '--workspace', workspace, '--json']);
    expect(listed.records).toContainEqual(
      expect.objectContaining({ type: 'preset', name: 'xrays', changes: { lr: 0.002 } }),
    );
    const more = ['--recipe', 'xrays', '--set', 'seed=7', '--workspace', workspace];
    await runCommand(['recipes', 'save', 'xrays 7', ...more]);
    expect(await names()).toEqual(['xrays', 'xrays 7']);
  });

  it('ask before one is replaced, and are renamed and deleted by name', async () => {
    await expect(save('{"lr": 0.003}')).rejects.toMatchObject({ code: 'preset-exists' });
    await save('{"extends": "tiny", "lr": 0.003}', true);
    expect(await studio.call('presets.rename', { ...named, to: 'chest' })).toEqual({
      name: 'chest',
    });
    await studio.call('presets.delete', { ...named, name: 'xrays 7' });
    expect(await names()).toEqual(['chest']);
  });

  it('can be named by a job, which is checked with them', async () => {
    const order: RequestOf<'pretrain'> = {
      kind: 'pretrain',
      folders: [workspace],
      device: 'cpu',
      settings: {},
    };
    const wrong = { ...order, recipe: 'chest', settings: { lr: '99' } };
    await expect(studio.call('jobs.submit', wrong)).rejects.toMatchObject({
      code: 'recipe-invalid',
    });
    const unknown = { ...order, recipe: 'chests' };
    await expect(studio.call('jobs.submit', unknown)).rejects.toMatchObject({
      message: expect.stringContaining('did you mean chest?'),
    });
  });

  it('take no text that is longer than any recipe', async () => {
    const input = { ...named, text: ' '.repeat(61_000), replace: true };
    const reply = await answerCall(studio, { id: 1, name: 'presets.save', input });
    expect(reply).toMatchObject({ error: { code: 'call-invalid' } });
  });
});
