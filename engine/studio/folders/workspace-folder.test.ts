import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toStudioError } from '../../contract/errors.ts';
import { requireWorkspaceFolder } from './workspace-folder.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'conmim-choice-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const refusal = (folder: string, mayBeNew = false) =>
  requireWorkspaceFolder(folder, { mayBeNew }).catch(toStudioError);

describe('a folder for a workspace', () => {
  it('is taken when it can be written', async () => {
    expect(await refusal(home)).toBeUndefined();
  });

  it('is taken when it is not there only where it may be made', async () => {
    const folder = path.join(home, 'new');
    expect(await refusal(folder, true)).toBeUndefined();
    expect(await refusal(folder)).toMatchObject({ code: 'workspace-missing' });
  });

  it.each(['file', 'file/below'])('is refused in words when it is no folder: %s', async (name) => {
    writeFileSync(path.join(home, 'file'), '');
    const folder = path.join(home, ...name.split('/'));
    expect(await refusal(folder)).toMatchObject({
      code: 'workspace-no-folder',
      message: `${folder} is no folder.`,
    });
  });

  // Root may write everywhere, and Windows keeps no such modes.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'is refused in words when it cannot be written',
    async () => {
      const folder = path.join(home, 'locked');
      mkdirSync(folder);
      chmodSync(folder, 0o500);
      expect(await refusal(folder)).toMatchObject({ code: 'access-denied' });
    },
  );
});
