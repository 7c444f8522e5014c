import { describe, expect, it } from 'vitest';
import type { StudioPort } from './api.ts';
import { answerCall, parseInput } from './wire.ts';

const calls: unknown[] = [];
const studio = {
  async call(name: string) {
    calls.push(name);
    return [];
  },
  subscribe: () => () => {},
} as unknown as StudioPort;

const pretrain = (more: object) => ({
  kind: 'pretrain',
  folders: ['/a'],
  settings: {},
  device: 'cpu',
  ...more,
});

describe('a call', () => {
  it.each([
    ['names __proto__', pretrain({ settings: JSON.parse('{"__proto__": "x"}') })],
    ['holds more than 20000 values', pretrain({ folders: new Array(300_000).fill(0) })],
    ['is too deep', JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`)],
    ['holds a text of more than 65536 characters', pretrain({ name: 'x'.repeat(300_000) })],
  ])('whose input %s is refused in a few words', async (words, input) => {
    const reply = await answerCall(studio, { id: 3, name: 'jobs.submit', input });
    expect(reply).toMatchObject({ id: 3, error: { code: 'call-invalid' } });
    expect(JSON.stringify(reply)).toContain(words);
    expect(JSON.stringify(reply).length).toBeLessThan(1000);
    expect(calls).toEqual([]);
  });

  it('gets a short error for any wrong names and values', async () => {
    const long = 'k'.repeat(60_000);
    const inputs = [
      pretrain({ [long]: 1 }),
      pretrain({ settings: { [long]: 1 } }),
      pretrain(Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`key ${i}`, 1]))),
      pretrain({ folders: new Array(9000).fill(0) }),
    ];
    for (const input of inputs) {
      const reply = await answerCall(studio, { id: 3, name: 'jobs.submit', input });
      expect(reply).toMatchObject({ error: { code: 'call-invalid' } });
      expect(JSON.stringify(reply).length).toBeLessThan(1000);
    }
  });

  const long = 'k'.repeat(5000);
  it.each<[string, object]>([
    ...['runs.get', 'runs.delete', 'jobs.forget', 'datasets.remove'].map(
      (name): [string, object] => [name, { id: long }],
    ),
    ['runs.edit', { id: long, favourite: true }],
    ['runs.edit', { id: 'a', name: long }],
    ['runs.edit', { id: 'a', tags: [long] }],
    ['runs.edit', { id: 'a', note: long }],
    ['runs.list', { offset: 0, count: 1, tag: long }],
    ['evaluations.get', { job: long }],
    ['jobs.log', { id: long, lines: 1 }],
    ['jobs.move', { id: 'a', before: long }],
    ['models.describe', { reference: long }],
    ['folders.list', { path: `/${long}` }],
    ['datasets.rename', { id: 'a', name: long }],
    ['datasets.add', { kind: 'images', folders: ['/a'], name: long }],
    ['settings.write', { device: long }],
    ['jobs.submit', pretrain({ name: long })],
    ['jobs.submit', pretrain({ device: long })],
    ['jobs.submit', pretrain({ recipe: long })],
    ['jobs.submit', pretrain({ settings: { lr: long } })],
    ['jobs.submit', pretrain({ settings: { [long]: '1' } })],
    [
      'jobs.submit',
      pretrain({ settings: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, ''])) }),
    ],
  ])('%s takes no value that is longer than any of its kind', async (name, input) => {
    const reply = await answerCall(studio, { id: 3, name, input });
    expect(reply).toMatchObject({ error: { code: 'call-invalid' } });
    expect(JSON.stringify(reply).length).toBeLessThan(1000);
    expect(calls).toEqual([]);
  });
});

it.each([{}, { runColumns: ['status'] }, { runColumns: null }, { theme: 'dark' }])(
  'a change of settings names no other setting than %j',
  (change) => {
    expect(parseInput('settings.write', change)).toEqual(change);
  },
);
