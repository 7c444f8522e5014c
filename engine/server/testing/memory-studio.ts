/** A studio in memory for tests of the server, which can send pushes. */
import type { CommandName, InputOf, OutputOf } from '../../contract/studio/api.ts';
import type { StudioHost } from '../../contract/studio/host.ts';
import type { Push } from '../../contract/studio/push.ts';
import type { RunSummary } from '../../contract/studio/runs.ts';

type Answers = { readonly [N in CommandName]?: (input: InputOf<N>) => Promise<OutputOf<N>> };

export class MemoryStudio implements StudioHost {
  readonly calls: { readonly name: CommandName; readonly input: unknown }[] = [];
  readonly #answers: Answers;
  readonly #listeners = new Set<(push: Push) => void>();

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  async call<N extends CommandName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
    this.calls.push({ name, input });
    const answer = this.#answers[name] as ((input: InputOf<N>) => Promise<OutputOf<N>>) | undefined;
    if (answer === undefined) throw new Error(`${name} was not expected to be called`);
    return answer(input);
  }

  subscribe(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(push: Push): void {
    for (const listener of this.#listeners) listener(push);
  }

  async readImage(): Promise<never> {
    throw new Error('No picture was expected to be asked for');
  }

  async close(): Promise<void> {}
}

export function runAt(id: string, step: number): RunSummary {
  const time = '2026-01-01T00:00:00.000Z';
  return {
    id,
    name: id,
    kind: 'pretrain',
    status: 'running',
    device: 'cpu',
    images: 10,
    createdAt: time,
    updatedAt: time,
    step,
    totalSteps: 1_000_000,
  };
}
