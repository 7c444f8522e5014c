import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

it('the studio loads no native module into its host, whatever it is asked', () => {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'conmim-no-natives-'));
  const studio = new URL('../../out/engine/studio/studio.js', import.meta.url).href;
  const script = `
    import { openStudio } from ${JSON.stringify(studio)};
    const studio = await openStudio({ workspace: ${JSON.stringify(workspace)}, host: 'server' });
    await studio.call('devices.list', {});
    await studio.call('runs.list', { offset: 0, count: 10 });
    await studio.call('models.list', {});
    await studio.call('recipes.list', {});
    const request = { kind: 'pretrain', folders: ['/gone'], recipe: 'micro', settings: {}, device: 'auto' };
    await studio.call('pretrain.estimate', request).catch(() => {});
    await studio.close();
    const loaded = process.report.getReport().sharedObjects;
    process.stdout.write(JSON.stringify(loaded.filter((file) => file.endsWith('.node'))));`;
  try {
    const args = ['--input-type=module', '-e', script];
    const found = execFileSync(process.execPath, args, { encoding: 'utf8' });
    expect(JSON.parse(found)).toEqual([]);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});
