import { describe, expect, it } from 'vitest';
import { StudioError, toStudioError } from './errors.ts';
import { shorten, shortenData, shortJson } from './shorten.ts';

describe('shorten', () => {
  it('leaves what is short, and keeps beginning and end of what is long', () => {
    expect(shorten('short')).toBe('short');
    const long = shorten(`begin${'x'.repeat(1e6)}end`);
    expect(long).toMatch(/^beginx+…x+end$/);
    expect(long.length).toBe(200);
  });

  it('never divides a character of two units', () => {
    for (let most = 2; most < 20; most++)
      expect(shorten('😀'.repeat(30), most)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});

describe('shortenData', () => {
  it('keeps small data as they are', () => {
    const data = { a: [1, null, true, 'x'], b: { c: undefined } };
    expect(shortenData(data, 1000)).toEqual(data);
  });

  it.each([
    ['a long text', 'x'.repeat(1e6)],
    ['a long list', Array.from({ length: 1e5 }, () => 'some text')],
    [
      'many lists',
      Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => 'y'.repeat(99))),
    ],
    ['many names', Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`name ${i}`, i]))],
    ['long names', { ['k'.repeat(1e6)]: { ['l'.repeat(1e6)]: 1 } }],
  ])('bounds %s', (_, data) => {
    expect(JSON.stringify(shortenData(data, 5000)).length).toBeLessThan(15_000);
    expect(shortJson(data).length).toBeLessThanOrEqual(200);
  });

  it('cuts depth, also of what contains itself', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(JSON.stringify(shortenData(deep, 1e6)).length).toBeLessThan(100);
    const circle: Record<string, unknown> = {};
    circle['itself'] = circle;
    expect(JSON.stringify(shortenData(circle, 1e6)).length).toBeLessThan(500);
  });
});

describe('an error', () => {
  it('stays small in every part, whatever it is made of', () => {
    const long = 'y'.repeat(300_000);
    const error = new StudioError('recipe-invalid', `"${long}" is wrong.`, {
      advice: `Not ${long}`,
      details: {
        value: long,
        problems: Array.from({ length: 1000 }, () => ({ field: long, value: long, allowed: '' })),
      },
    });
    expect(error.message.length).toBeLessThanOrEqual(4000);
    expect(error.message).toMatch(/^"y.*y" is wrong\.$/);
    expect(JSON.stringify(error).length).toBeLessThan(40_000);
    expect(toStudioError(new Error(long)).message.length).toBeLessThanOrEqual(4000);
    expect(toStudioError(long).message.length).toBeLessThanOrEqual(4000);
  });

  it('of a parser does not quote the parsed text', () => {
    for (const parse of [() => JSON.parse('secret'), () => BigInt('secret')]) {
      let thrown: unknown;
      try {
        parse();
      } catch (error) {
        thrown = error;
      }
      expect(toStudioError(thrown).message).not.toContain('secret');
    }
  });
});
