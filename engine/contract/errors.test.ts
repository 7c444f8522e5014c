import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-codes.ts';
import { isStudioError, readErrorRecord, StudioError, toStudioError } from './errors.ts';

const LOST = { device: 'webgpu' };

describe('an error', () => {
  it('is made with a registered code and the data of that code alone', () => {
    const made = [
      new StudioError('busy', 'Too many wait.'),
      new StudioError('run-not-found', 'There is no run.', { details: { reference: 'x' } }),
      new StudioError('device-lost', 'It was lost.', { details: LOST }),
      // @ts-expect-error no such code
      new StudioError('device-lots', 'It was lost.', { details: LOST }),
      // @ts-expect-error the device is missing
      new StudioError('device-lost', 'It was lost.'),
      // @ts-expect-error the device is no number
      new StudioError('device-lost', 'It was lost.', { details: { device: 1 } }),
      // @ts-expect-error no such field
      new StudioError('device-lost', 'It was lost.', { details: { ...LOST, devices: [] } }),
      // @ts-expect-error no data at all
      new StudioError('busy', 'Too many wait.', { details: LOST }),
    ];
    expect(made).toHaveLength(8);
  });

  it('gives the data of its code', () => {
    const error: unknown = new StudioError('device-lost', 'It was lost.', { details: LOST });
    expect(isStudioError(error, 'busy')).toBe(false);
    expect(isStudioError(error, 'busy', 'device-lost')).toBe(true);
    const device: string | undefined = isStudioError(error, 'device-lost', 'device-out-of-memory')
      ? error.details.device
      : undefined;
    expect(device).toBe('webgpu');
    expect(isStudioError(new Error('It was lost.'), 'device-lost')).toBe(false);
    // @ts-expect-error no such code
    expect(error instanceof StudioError && error.code === 'device-lots').toBe(false);
  });
});

describe('an error of another version', () => {
  it('is shown although its code is not known here', () => {
    const record = {
      type: 'error',
      code: 'annotation-missing',
      message: 'There is no mask for a.png.',
      advice: 'Draw one.',
      details: { path: 'a.png' },
    } as const;
    const error = readErrorRecord(record as never);
    expect(error).toBeInstanceOf(StudioError);
    expect(error.toJSON()).toEqual(record);
  });

  it('is not taken for one whose data it lacks', () => {
    const lost = { type: 'error', code: 'device-lost', message: 'It was lost.' } as const;
    const withDetails = (details: Record<string, unknown>) =>
      isStudioError(readErrorRecord({ ...lost, details }), 'device-lost');
    expect(isStudioError(readErrorRecord(lost), 'device-lost')).toBe(false);
    expect(withDetails({ device: 7 })).toBe(false);
    expect(withDetails({ device: 'cpu', reopening: 7 })).toBe(false);
    expect(withDetails({ device: 'cpu', reopening: 'no', more: 1 })).toBe(true);
  });

  it.each([
    [[{ name: 'ema', flag: 'ema', tensors: 1, parameters: 2 }], true],
    [[{ name: 'ema' }], false],
    [{ name: 'ema' }, false],
    [[null], false],
  ])('is read with its lists and objects: %j', (networks, fits) => {
    const record = { type: 'error', code: 'import-ambiguous', message: '', details: { networks } };
    const error = readErrorRecord(record as never);
    expect(isStudioError(error, 'import-ambiguous')).toBe(fits);
  });
});

describe('the register', () => {
  it('is in order, with one sentence for each code', () => {
    const codes = Object.keys(ERROR_CODES);
    expect(codes).toEqual([...codes].sort());
    for (const [code, { meaning }] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z][^.]*(\.js[^.]*)?\.$/);
    }
  });
});

it('names a missing file, but not other errors with the same code', async () => {
  const gone = await open('/nowhere/to/be found').catch(toStudioError);
  expect(gone).toMatchObject({
    code: 'file-missing',
    message: '/nowhere/to/be found is not there.',
    advice: expect.stringContaining('that the disk is connected'),
  });
  const program = Object.assign(new Error('spawn npm ENOENT'), {
    code: 'ENOENT',
    syscall: 'spawn npm',
    path: 'npm',
  });
  expect(toStudioError(program).code).toBe('internal');
});
