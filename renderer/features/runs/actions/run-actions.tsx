/** The actions for a run. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { type RunDetail, resumedRun } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { pagesOfRun } from '../../../tasks/register.ts';
import { ActionButton } from '../../../ui/action-button.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { referenceAddress } from '../../../ui/reference-param.ts';
import { ReportButton } from '../../../ui/report/report-button.tsx';
import { DeleteRuns } from './delete-runs.tsx';
import { EditRun } from './edit-run.tsx';
import { ResumeElsewhere } from './resume-elsewhere.tsx';

export function RunActions({ run }: { readonly run: RunDetail }) {
  const { id, status, checkpoints } = run;
  const { Evaluation, next } = pagesOfRun(run);
  const submit = useStudioAction('jobs.submit');
  const [, navigate] = useLocation();
  const [dialog, setDialog] = useState<'edit' | 'delete' | undefined>(undefined);
  const close = () => setDialog(undefined);
  const waits = useLive(({ jobs }) =>
    jobs.some(({ state, request }) => state === 'waiting' && resumedRun(request) === id),
  );
  const alive = status === 'running' || status === 'paused';
  const unfinished = !alive && status !== 'done' && checkpoints.length > 0;
  return (
    <>
      {alive ? <Controls id={id} paused={status === 'paused'} /> : null}
      {unfinished ? (
        <>
          <ActionButton
            command="jobs.submit"
            input={{ kind: 'resume', run: id }}
            variant="filled"
            disabled={waits}
          >
            {waits ? 'Waiting to resume' : 'Resume'}
          </ActionButton>
          <ResumeElsewhere run={run} disabled={waits} />
        </>
      ) : null}
      {checkpoints.length > 0 ? (
        <>
          <LinkButton href={referenceAddress('finetune', id)}>{next}</LinkButton>
          {Evaluation === undefined ? null : (
            <LinkButton href={referenceAddress('predict/with', id)}>
              Predict on new images…
            </LinkButton>
          )}
          <LinkButton href={referenceAddress('insight/map', id)}>Map…</LinkButton>
          <LinkButton href={referenceAddress('insight/lookup', id)}>Patches…</LinkButton>
          <LinkButton href={referenceAddress('insight/attention', id)}>Attention…</LinkButton>
          <LinkButton href={referenceAddress('models', id)}>Export…</LinkButton>
        </>
      ) : null}
      <ReportButton of={{ run: id }} pictures={run.kind === 'finetune'} />
      <Button variant="default" disabled={submit.unavailable} onClick={() => setDialog('edit')}>
        Edit…
      </Button>
      {alive ? null : (
        <Button variant="default" disabled={submit.unavailable} onClick={() => setDialog('delete')}>
          Delete…
        </Button>
      )}
      {dialog === 'edit' ? <EditRun run={run} onClose={close} /> : null}
      {dialog === 'delete' ? (
        <DeleteRuns
          ids={[id]}
          name={run.name}
          onDeleted={(gone) => (gone.length > 0 ? navigate('/runs') : undefined)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

const CONTROLS = [
  ['resume', 'Resume'],
  ['pause', 'Pause'],
  ['stop', 'Stop'],
  ['checkpoint', 'Save a checkpoint now'],
] as const;

function Controls({ id, paused }: { readonly id: string; readonly paused: boolean }) {
  return CONTROLS.filter(([command]) => command !== (paused ? 'pause' : 'resume')).map(
    ([command, label]) => (
      <ActionButton
        key={command}
        command="runs.control"
        input={{ id, command }}
        refreshes={['runs.get']}
        variant={command === 'resume' ? 'filled' : 'default'}
      >
        {label}
      </ActionButton>
    ),
  );
}
