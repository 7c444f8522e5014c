import { describe, expect, it } from 'vitest';
import { isOwnPage, requests } from './channels.ts';

describe('the own page', () => {
  it('is the one address, at whatever place within it', () => {
    for (const url of ['app://studio/', 'app://studio/#/runs/a', 'app://studio/?x#y'])
      expect(isOwnPage(url), url).toBe(true);
  });

  it.each([
    ...['app://studio', 'app://studio/index.html', 'app://studio/image?path=x', 'APP://studio/'],
    ...['app://studio.example/', 'app://studio@example/', 'app://user@studio/', 'app://studio:1/'],
    ...['https://app://studio/', 'https://x/#app://studio/', 'file://studio/', 'data:,', ''],
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
  ] as const)('of %s refuse anything else', (channel, argument) => {
    expect(requests[channel].safeParse(argument).success).toBe(false);
  });
});
