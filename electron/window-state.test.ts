import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundsOn, LEAST_SIZE, readWindowState, writeWindowState } from './window-state.ts';

const LAPTOP = { x: 0, y: 0, width: 1920, height: 1080 };
const BESIDE = { x: 1920, y: -200, width: 2560, height: 1440 };
const usual = { width: 1440, height: 900 };

describe('bounds of the window', () => {
  const state = { x: 2000, y: 100, width: 1200, height: 800, maximised: false };

  it('are those of last time, on whichever screen they were', () => {
    const { maximised: _, ...bounds } = state;
    expect(boundsOn(state, [LAPTOP, BESIDE])).toEqual(bounds);
  });

  it('keep their size alone once that screen is gone', () => {
    expect(boundsOn(state, [LAPTOP])).toEqual({ width: 1200, height: 800 });
  });

  it('need enough of the window on a screen for the mouse', () => {
    const [caught, lost] = [-1100, -1101].map((x) => boundsOn({ ...state, x, y: 0 }, [LAPTOP]));
    expect(caught).toHaveProperty('x', -1100);
    expect(lost).not.toHaveProperty('x');
  });

  it('are never smaller than the page can be', () => {
    const small = boundsOn({ x: 5, y: 5, width: 10, height: 10, maximised: true }, [LAPTOP]);
    expect(small).toEqual({ x: 5, y: 5, ...LEAST_SIZE });
  });

  it('are never larger than the screen that they are on', () => {
    const huge = { x: 100, y: 100, width: 9000, height: 9000, maximised: false };
    expect(boundsOn(huge, [LAPTOP])).toMatchObject({ width: 1920, height: 1080 });
  });

  it('are the usual ones at the first start', () => {
    expect(boundsOn(undefined, [LAPTOP])).toEqual(usual);
  });
});

describe('the state on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('comes back as it was written', () => {
    const file = path.join(folder, 'window.json');
    const state = { x: -5, y: 7, width: 1300, height: 900, maximised: true };
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
  });

  it.each([
    ['no JSON', '{'],
    ['numbers that are none', '{"x":null,"y":0,"width":1,"height":1,"maximised":false}'],
    ['sizes that are none', '{"x":0,"y":0,"width":-1,"height":0,"maximised":false}'],
  ])('is passed over when it holds %s', (_, text) => {
    const file = path.join(folder, 'window.json');
    writeFileSync(file, text);
    expect(readWindowState(file)).toBeUndefined();
  });

  it('is not needed, and a missing folder is no error', () => {
    const file = path.join(folder, 'gone', 'window.json');
    expect(readWindowState(file)).toBeUndefined();
    writeWindowState(file, { x: 0, y: 0, width: 1, height: 1, maximised: false });
    expect(readWindowState(file)).toBeUndefined();
  });
});
