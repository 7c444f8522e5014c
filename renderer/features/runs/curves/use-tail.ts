/** The pushed points of a run; its curves are read again when it starts, is evaluated or ends. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useLive } from '../../../state/live.ts';
import { type LivePoint, RunTail } from './run-tail.ts';

export function useTail(id: string): RunTail {
  const [tail] = useState(() => new RunTail());
  const client = useQueryClient();
  useEffect(
    () =>
      useLive.subscribe((state, before) => {
        const now = state.runs[id];
        const then = before.runs[id];
        if (now === then || now === undefined) return;
        if (now.latest !== undefined && now.latest !== then?.latest) tail.push(now.latest);
        const begins = now.latest !== undefined && then?.latest === undefined;
        // Steps are pushed, evaluations are read with the curves.
        const evaluated = now.events.some(
          (event) => event.type === 'evaluation' && !then?.events.includes(event),
        );
        if (begins || evaluated || now.run.status !== then?.run.status)
          void client.invalidateQueries({ queryKey: ['runs.series', { id }] });
      }),
    [id, tail, client],
  );
  return tail;
}

export function useLastPushed(tail: RunTail): LivePoint | undefined {
  return useSyncExternalStore(tail.listen, () => tail.last);
}
