import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findChromium, findHeadlessChromium } from './browser.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the browser of specs', () => {
  it('is the headless shell of the system', () => {
    vi.stubEnv('CHROMIUM_BIN', undefined);
    expect(findHeadlessChromium(() => true)).toMatch(/headless-shell$/);
  });

  it('is the usual Chromium where there is no headless shell', () => {
    vi.stubEnv('CHROMIUM_BIN', undefined);
    expect(findHeadlessChromium(() => false)).toBe(findChromium());
  });

  it('is the one that a variable names, which may be a script of a test', () => {
    vi.stubEnv('CHROMIUM_BIN', process.execPath);
    expect(existsSync(process.execPath)).toBe(true);
    expect(findHeadlessChromium(() => true)).toBe(process.execPath);
  });
});
