import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOwnPage, MOST_BYTES, requests } from './channels.ts';

describe('the own page', () => {
  it('is one URL with any route', () => {
    for (const url of ['app://studio/', 'app://studio/#/runs/a', 'app://studio/?x#y'])
      expect(isOwnPage(url), url).toBe(true);
  });

  it.each([
    'app://studio',
    'app://studio/index.html',
    'app://studio/image?path=x',
    'APP://studio/',
    'app://studio.example/',
    'app://studio@example/',
    'app://user@studio/',
    'app://studio:1/',
    'https://app://studio/',
    'https://x/#app://studio/',
    'file://studio/',
    'data:,',
    '',
  ])('is not %s', (url) => {
    expect(isOwnPage(url)).toBe(false);
  });
});

describe('requests of the page', () => {
  it('take what they need', () => {
    const file = { title: 'Weights', extensions: ['safetensors', 'pth'] };
    expect(requests['dialog:file'].parse(file)).toEqual(file);
    expect(requests['dialog:folders'].parse(undefined)).toBeUndefined();
    expect(requests['shell:reveal'].parse('/images/a.png')).toBe('/images/a.png');
    const made = { name: 'loss.png', bytes: new Uint8Array([1]) };
    expect(requests['dialog:save-file'].parse(made)).toEqual(made);
    expect(requests['paths:describe'].parse(['/a', '/b'])).toEqual(['/a', '/b']);
  });

  it.each([
    ['dialog:folders', 'x'],
    ['dialog:file', { title: 'x', extensions: ['*'] }],
    ['dialog:file', { title: 'x', extensions: ['p.th'] }],
    ['dialog:file', { title: 'x', extensions: [], defaultPath: '/' }],
    ['dialog:save', { title: 'x'.repeat(201), defaultName: 'x' }],
    ['shell:reveal', ''],
    ['shell:reveal', 'x'.repeat(40_000)],
    ['shell:reveal', null],
    ['dialog:save-file', { name: 'x', bytes: 'text' }],
    ['dialog:save-file', { name: '', bytes: new Uint8Array() }],
    ['dialog:save-file', { name: 'x', bytes: new Uint8Array(), path: '/etc/x' }],
    ['paths:describe', '/a'],
    ['paths:describe', ['']],
    ['workspace:change', ''],
    ['app:about', {}],
  ] as const)('of %s refuse anything else', (channel, argument) => {
    expect(requests[channel].safeParse(argument).success).toBe(false);
  });
});

it('has the same limits as the preload script, which can import nothing', () => {
  const script = readFileSync(new URL('./preload.cts', import.meta.url), 'utf8');
  const { others, 'dialog:save-file': file, 'paths:describe': paths } = MOST_BYTES;
  const line = `{ file: ${file >> 20} << 20, paths: ${paths >> 20} << 20, others: ${others >> 20} << 20 }`;
  expect(script).toContain(`const MOST_BYTES = ${line};`);
});
