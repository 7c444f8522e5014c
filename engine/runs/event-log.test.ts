import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk } from '../disk/disk.ts';
import { AppendFile } from './append-file.ts';
import { sendCommand, takeCommands } from './control-inbox.ts';
import { EventLog, readEvents } from './event-log.ts';
import type { TrainingEvent } from './events.ts';
import { RunFolder } from './run-folder.ts';

let folder: string;
let run: RunFolder;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'conmim-log-'));
  run = await RunFolder.create(folder, {
    name: 'a',
    kind: 'pretrain',
    totalSteps: 1,
    device: 'cpu',
    recipe: {},
    dataset: { folders: [], images: 0, fingerprint: '' },
    versions: {},
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epoch = (step: number): TrainingEvent => ({
  type: 'epoch',
  step,
  time: step,
  epoch: 0,
  loss: 1,
  scoreName: 'tokenMatch',
  score: 0,
});
const all = async () => {
  const events: TrainingEvent[] = [];
  for await (const event of readEvents(run.eventsFile)) events.push(event);
  return events;
};

describe('the event log', () => {
  it('goes back to a step: later curves go, what happened stays, half a line goes', async () => {
    const log = await EventLog.open(run, 0, 1000, nodeDisk);
    const warning: TrainingEvent = {
      type: 'warning',
      step: 9,
      time: 0,
      code: 'plateau',
      message: 'a\n"b" ä',
    };
    for (const event of [epoch(1), epoch(2), warning, epoch(3)]) await log.write(event);
    await log.close();
    appendFileSync(run.eventsFile, '{"type":"epoch","step":1');
    const again = await EventLog.open(run, 2, 1000, nodeDisk);
    expect(await all()).toEqual([epoch(1), epoch(2), warning]);
    await again.write(epoch(3));
    await again.close();
    expect(await all()).toEqual([epoch(1), epoch(2), warning, epoch(3)]);
    expect(readdirSync(run.tensorboardDir)).toHaveLength(2);
    expect(readdirSync(run.dir).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('drops later samples of the machine, and has them for TensorBoard', async () => {
    const sample = (step: number): TrainingEvent => ({
      type: 'machine',
      step,
      time: step,
      cpuShare: 0.5,
      rssBytes: 1,
      machineMemoryBytes: 2,
    });
    const log = await EventLog.open(run, 0, 1000, nodeDisk);
    for (const step of [1, 2]) await log.write(sample(step));
    await log.close();
    const [board] = readdirSync(run.tensorboardDir);
    const written = readFileSync(path.join(run.tensorboardDir, board!)).toString('latin1');
    expect(written).toContain('machine/cpu_share');
    expect(written).not.toContain('machine/gpu_use');
    await (await EventLog.open(run, 1, 1000, nodeDisk)).close();
    expect(await all()).toEqual([sample(1)]);
  });

  it('goes back over many lines, and to nothing', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${JSON.stringify(epoch(i + 1))}\n`);
    writeFileSync(run.eventsFile, lines.join(''));
    await (await EventLog.open(run, 4321, 0, nodeDisk)).close();
    expect((await all()).map(({ step }) => step)).toEqual(
      Array.from({ length: 4321 }, (_, i) => i + 1),
    );
    await (await EventLog.open(run, 0, 0, nodeDisk)).close();
    expect(await all()).toEqual([]);
    expect(readFileSync(run.eventsFile, 'utf8')).toBe('');
  });

  it('of a run that has not begun is empty', async () => {
    expect(existsSync(run.eventsFile)).toBe(false);
    expect(await all()).toEqual([]);
  });
});

describe('an appended file', () => {
  it('holds whole pieces only, in order, whatever the disk does between', async () => {
    const file = path.join(folder, 'pieces');
    let failures = 3;
    const disk = {
      ...nodeDisk,
      async append(at: string) {
        const real = await nodeDisk.append(at);
        return {
          ...real,
          async write(bytes: Uint8Array) {
            if (failures-- <= 0) return real.write(bytes);
            await real.write(bytes.subarray(0, 2));
            throw Object.assign(new Error('full'), { code: 'EDQUOT' });
          },
        };
      },
    };
    writeFileSync(file, 'old;');
    const pieces = new AppendFile(disk, file, 4);
    for (const piece of ['one;', 'two;', 'three;']) {
      await expect(pieces.append(Buffer.from(piece))).rejects.toMatchObject({ code: 'disk-full' });
      expect(readFileSync(file, 'utf8')).toBe('old;');
    }
    await pieces.flush();
    await pieces.append(Buffer.from('four;'));
    await pieces.close();
    expect(readFileSync(file, 'utf8')).toBe('old;one;two;three;four;');
  });
});

describe('the control inbox', () => {
  it('gives commands once, and leaves what is still being written', () => {
    expect(takeCommands(run.controlDir)).toEqual({ commands: [], ignored: [] });
    sendCommand(run.controlDir, 'pause');
    writeFileSync(path.join(run.controlDir, '.000-half.json'), '{"comm');
    for (const [name, text] of [
      ['bad.json', '{'],
      ['other.json', '{"command":"rm"}'],
    ] as const) {
      writeFileSync(path.join(run.controlDir, name), text);
    }
    expect(takeCommands(run.controlDir)).toEqual({
      commands: ['pause'],
      ignored: ['bad.json', 'other.json'],
    });
    expect(readdirSync(run.controlDir)).toEqual(['.000-half.json']);
  });
});
