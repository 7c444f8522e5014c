import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronAtHand, sandboxFault, windowRunner } from './electron.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-electron-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Electron at hand', () => {
  it('is the one that ELECTRON_BIN names, else the one of the package, else none', () => {
    const home = path.join(folder, 'electron');
    expect(electronAtHand({ env: {}, home }).why).toContain('no binary');
    mkdirSync(path.join(home, 'dist'), { recursive: true });
    const own = path.join(home, 'dist', 'electron');
    writeFileSync(own, '');
    writeFileSync(path.join(home, 'path.txt'), 'electron\n');
    expect(electronAtHand({ env: {}, home })).toEqual({ file: own });
    const given = path.join(folder, 'given');
    expect(electronAtHand({ env: { ELECTRON_BIN: given }, home }).why).toContain(given);
    writeFileSync(given, '');
    expect(electronAtHand({ env: { ELECTRON_BIN: given }, home })).toEqual({ file: given });
  });
});

describe('what is in the way of the sandbox', () => {
  const linux = { platform: 'linux', isRoot: false };
  const executable = () => path.join(folder, 'an app', 'electron');
  const helper = () => path.join(folder, 'an app', 'chrome-sandbox');
  const none = { hasNamespaces: () => false, opens: () => false };
  beforeEach(() => {
    mkdirSync(path.join(folder, 'an app'));
    writeFileSync(helper(), '');
  });

  it('is nothing where programs have user namespaces, or this one starts all the same', () => {
    expect(sandboxFault(executable(), { ...linux, ...none, hasNamespaces: () => true })).toBe(
      undefined,
    );
    expect(sandboxFault(executable(), { ...linux, ...none, opens: () => true })).toBe(undefined);
    expect(sandboxFault(executable(), { ...linux, ...none, platform: 'darwin' })).toBe(undefined);
  });

  it('goes away with two commands, which name the helper as a shell reads it', () => {
    const { why, commands } = sandboxFault(executable(), { ...linux, ...none })!;
    expect(why).toContain('user namespaces');
    expect(commands).toEqual([
      `sudo chown root:root '${helper()}'`,
      `sudo chmod 4755 '${helper()}'`,
    ]);
    expect(JSON.stringify({ why, commands })).not.toContain('no-sandbox');
  });

  it.runIf(process.getuid?.() === 0)('is nothing once the helper is root’s and may be used', () => {
    chmodSync(helper(), 0o755);
    expect(sandboxFault(executable(), { ...linux, ...none })).toBeDefined();
    chmodSync(helper(), 0o4755);
    expect(sandboxFault(executable(), { ...linux, ...none })).toBe(undefined);
  });

  it('explains to root that there is no sandbox', () => {
    const fault = sandboxFault(executable(), { ...linux, ...none, isRoot: true });
    expect(fault?.why).toContain('ordinary user');
    expect(fault?.commands).toBe(undefined);
  });
});

describe('how a window is opened for a test', () => {
  const file = () => path.join(folder, 'electron');
  const run = (options: object) =>
    windowRunner(folder, {
      env: { ELECTRON_BIN: file() },
      platform: 'linux',
      isRoot: false,
      succeeds: () => true,
      ...options,
    });
  beforeEach(() => writeFileSync(file(), ''));

  it('uses the existing screen, else a virtual one', () => {
    expect(run({ platform: 'win32' })).toEqual({ words: [] });
    expect(run({ env: { ELECTRON_BIN: file(), DISPLAY: ':0' } })).toEqual({ words: [] });
    expect(run({}).words?.[0]).toBe('xvfb-run');
  });

  it('is as an ordinary user for root', () => {
    const { words, user } = run({ isRoot: true, env: { ELECTRON_BIN: file(), DISPLAY: ':0' } });
    expect(words?.slice(0, 5)).toEqual(['runuser', '-u', user, '--', 'xvfb-run']);
  });

  it.each([
    ['an Electron', { env: {}, home: '/nowhere' }, 'ELECTRON_BIN'],
    ['a screen', { succeeds: ([command]: string[]) => command !== 'which' }, 'no screen'],
    ['a user', { isRoot: true, succeeds: () => false }, 'cannot read'],
  ])('cannot be without %s, which is said', (_, options, word) => {
    expect(run(options)).toEqual({ why: expect.stringContaining(word) });
  });
});
