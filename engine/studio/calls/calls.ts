/** Calls of the studio as functions: a total table over the contract's commands. */
import type { z } from 'zod';
import type { CommandName, OutputOf, StudioApi } from '../../contract/studio/api.ts';

/** A forgotten call does not compile. Input has been checked by the contract's schema. */
export type Calls = {
  readonly [N in CommandName]: (
    input: z.output<StudioApi[N]['input']>,
    signal?: AbortSignal,
  ) => Promise<OutputOf<N>> | OutputOf<N>;
};

/** The calls whose names begin with one of these words and a dot. */
export type CallsOf<Area extends string> = Pick<Calls, Extract<CommandName, `${Area}.${string}`>>;

/** The answer of calls that only do something. */
export const done = {};
