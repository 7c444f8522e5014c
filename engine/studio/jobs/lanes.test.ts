import { describe, expect, it } from 'vitest';
import type { Precision } from '../../contract/precision.ts';
import { laneOf, startable } from './lanes.ts';

const devices = {
  auto: (precision: Precision) => (precision === 'float16' ? 'cuda' : 'webgpu'),
  ofRun: (run: string) => (run === 'old' ? 'cuda:1' : undefined),
};

describe('lanes', () => {
  it('are devices, and one for jobs that move files', () => {
    const selftest = (device: string) => laneOf({ kind: 'selftest', device }, devices);
    expect(selftest('auto')).toBe('webgpu');
    expect(selftest('cpu')).toBe('cpu');
    const half = { device: 'auto', settings: { precision: 'float16' } };
    expect(laneOf({ kind: 'pretrain', folders: ['a'], ...half }, devices)).toBe('cuda');
    expect(laneOf({ kind: 'resume', run: 'old' }, devices)).toBe('cuda:1');
    expect(laneOf({ kind: 'resume', run: 'old', device: 'auto' }, devices)).toBe('webgpu');
    const several = { device: 'auto', devices: ['cuda', 'cuda:1'] };
    expect(laneOf({ kind: 'pretrain', folders: ['a'], settings: {}, ...several }, devices)).toBe(
      'cuda',
    );
    expect(laneOf({ kind: 'resume', run: 'gone' }, devices)).toBe('webgpu');
    const anew = { kind: 'resume', run: 'old', device: 'auto', precision: 'float16' } as const;
    expect(laneOf(anew, devices)).toBe('cuda');
    expect(laneOf({ kind: 'import', file: 'a', out: 'b' }, devices)).toBe('files');
  });

  it('leave devices to others while files are waited for', () => {
    const predict = (watch: boolean) =>
      laneOf({ kind: 'predict', model: 'm', data: ['d'], device: 'cpu', watch }, devices);
    expect(predict(false)).toBe('cpu');
    expect(predict(true)).toBe('watch');
    const waiting = Array.from({ length: 5 }, () => ({ lane: 'watch' }));
    expect(startable(waiting, [{ lane: 'watch' }])).toHaveLength(3);
  });

  it('let one job run on a device, and two move files', () => {
    const waiting = [
      { id: 1, lane: 'cpu' },
      { id: 2, lane: 'cpu' },
      { id: 3, lane: 'cuda' },
      { id: 4, lane: 'files' },
      { id: 5, lane: 'files' },
      { id: 6, lane: 'files' },
    ];
    const ids = (running: { lane: string }[]) => startable(waiting, running).map(({ id }) => id);
    expect(ids([])).toEqual([1, 3, 4, 5]);
    expect(ids([{ lane: 'cpu' }, { lane: 'files' }])).toEqual([3, 4]);
  });
});
