import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkspaceChoice } from './workspace-choice.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-choice-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'user', 'workspace.json');
/** A new object each time, as at each start. */
const choice = () => new WorkspaceChoice(file(), path.resolve('/usual'));
const good = path.resolve('/good');
const other = path.resolve('/other');

describe('the workspace that was chosen', () => {
  it('is the usual one at first, and then nothing is written', () => {
    expect(choice().toOpen).toBe(path.resolve('/usual'));
    choice().settle(choice().toOpen);
    expect(existsSync(file())).toBe(false);
  });

  it('becomes another one once that has been opened, and not before', () => {
    choice().settle(good);
    choice().propose(other);
    expect(choice().opened).toBe(good);
    expect(choice().toOpen).toBe(other);
    choice().settle(other);
    expect(choice().opened).toBe(other);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ folder: other });
  });

  it('stays when another one could not be opened', () => {
    choice().settle(good);
    choice().propose(other);
    choice().withdraw();
    expect(choice().toOpen).toBe(good);
  });

  it('is the usual one again when the first other one could not be opened', () => {
    choice().propose(other);
    choice().withdraw();
    expect(choice().toOpen).toBe(path.resolve('/usual'));
  });

  it('can be the usual one again', () => {
    choice().settle(good);
    choice().propose('/usual');
    choice().settle(choice().toOpen);
    expect(choice().toOpen).toBe(path.resolve('/usual'));
  });

  it.each(['', '{', '[]', '{"folder":1}', '{"folder":""}'])(
    'is the usual one for a file of %s',
    (text) => {
      choice().settle(good);
      writeFileSync(file(), text);
      expect(choice().toOpen).toBe(path.resolve('/usual'));
    },
  );

  it('is read from files of earlier versions', () => {
    choice().settle(other);
    writeFileSync(file(), JSON.stringify({ folder: good }));
    expect(choice().toOpen).toBe(good);
  });
});
