/** A process that exists in memory only, and an engine that answers from tables. */
import type { DoneEvent, StepEvent } from '../../runs/events.ts';
import type { Host } from '../host.ts';
import { main } from '../main.ts';
import type { EngineParts } from '../parts.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, each parsed; fails when one is no JSON. */
  readonly records: Record<string, unknown>[];
}

const unexpected = (name: string) => async () => {
  throw new Error(`${name} was not expected to be called`);
};

/** Parts that answer from tables; each gives as much as the command reads of it. */
export type FakeParts = {
  readonly [Part in keyof EngineParts]?: (
    ...given: Parameters<EngineParts[Part]>
  ) => Promise<unknown>;
};

/** An engine of which only the given parts may be used; its machine has a processor alone. */
export function fakeParts(given: FakeParts): EngineParts {
  const resolveDevice = async (name: string) => ({ id: name === 'auto' ? 'cpu' : name });
  return new Proxy({ resolveDevice, ...given } as unknown as EngineParts, {
    get: (target, name) => Reflect.get(target, name) ?? unexpected(String(name)),
  });
}

/** Runs a command line in place. */
export async function runCommand(
  argv: readonly string[],
  parts: FakeParts = {},
  options: {
    terminal?: boolean;
    cwd?: string;
    now?: () => number;
    ask?: (question: string) => Promise<boolean>;
  } = {},
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  let code = -1;
  let time = 0;
  const host: Host = {
    stdout: { write: (text) => (stdout += text), isTerminal: false, columns: 80 },
    stderr: {
      write: (text) => (stderr += text),
      isTerminal: options.terminal ?? false,
      columns: 80,
    },
    cwd: options.cwd ?? process.cwd(),
    env: {},
    ...(options.ask === undefined ? {} : { ask: options.ask }),
    now: options.now ?? (() => (time += 1000)),
    setExitCode: (value) => {
      code = value;
    },
  };
  const returned = await main(argv, host, fakeParts(parts));
  if (returned !== code) throw new Error(`main returned ${returned} and set ${code}`);
  return {
    code,
    stdout,
    stderr,
    get records() {
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

export function stepEvent(step: number, over: Partial<StepEvent> = {}): StepEvent {
  return {
    type: 'step',
    step,
    time: 0,
    epoch: 0,
    loss: 4.2 - step / 100,
    scoreName: 'tokenMatch',
    score: 0.02 + step / 1000,
    chance: 1 / 64,
    gradNorm: 1,
    lr: 1e-3,
    weightDecay: 0.05,
    emaMomentum: 0.99,
    imagesPerSecond: 321.4,
    dataWaitMs: 0,
    stepMs: 100,
    etaSeconds: 65,
    rssBytes: 1e9,
    stepsPerEpoch: 10,
    ...over,
  };
}

export const doneEvent = (step: number): DoneEvent => ({
  type: 'done',
  step,
  time: 0,
  checkpoint: `/w/runs/r1/checkpoints/${step}`,
});
