/** The page of a job: its result or its progress. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useLocation } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { useLive } from '../../state/live.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText } from '../../ui/format.ts';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Notes } from '../../ui/notes.tsx';
import { Page } from '../../ui/page.tsx';
import { referenceAddress } from '../../ui/reference-param.ts';
import { ReportButton } from '../../ui/report/report-button.tsx';
import { ResultFiles } from '../../ui/result-files.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { changeFinetuneDraft } from './draft.ts';
import { draftOf, resultJobOf } from './jobs/register.ts';
import { ResultProgress } from './result-progress.tsx';

export function ResultPage({ id }: { readonly id: string }) {
  const job = useLive((state) => state.jobs.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  if (job !== undefined) return <JobResult job={job} />;
  if (!ready) return null;
  return (
    <Page title="Result">
      <ErrorNotice
        error={{
          message: 'This result is not in the list any more.',
          advice: 'It was dismissed, perhaps in another window. Run it again.',
        }}
      />
      <Group>
        <MainLinkButton href="/finetune">All results</MainLinkButton>
      </Group>
    </Page>
  );
}

function JobResult({ job }: { readonly job: Job }) {
  const { title, state, error, lastLines, warnings } = job;
  const live = state === 'waiting' || state === 'running';
  // Stopping is not an error.
  const wrong = state === 'stopped' ? undefined : error;
  const begun = (job.progress?.done ?? 0) > 0;
  const canBeExported = state === 'done';
  return (
    <Page
      title={title}
      about={`Started ${agoText(job.createdAt)}.`}
      actions={<Actions job={job} live={live} />}
    >
      {live ? (
        <ResultProgress job={job} />
      ) : (
        <Group>
          <StatusBadge status={state} />
        </Group>
      )}
      {state === 'stopped' ? <Text>{stoppedText(job)}</Text> : null}
      <ErrorNotice error={wrong} />
      {wrong !== undefined && lastLines !== undefined && lastLines.length > 0 ? (
        <details>
          <summary>Log</summary>
          <pre style={{ whiteSpace: 'pre-wrap' }}>{lastLines.join('\n')}</pre>
        </details>
      ) : null}
      <Notes items={warnings} />
      {state === 'done' ? <Found job={job} /> : null}
      {state === 'stopped' && job.run !== undefined ? (
        <Group>
          <MainLinkButton href={referenceAddress('runs', job.run)}>Its run</MainLinkButton>
        </Group>
      ) : null}
      <Stack>
        {state === 'done' || begun ? (
          <ResultFiles
            key={state}
            of={{ job: job.id }}
            live={live}
            network={canBeExported ? job.run : undefined}
          />
        ) : null}
        <CopyCommand request={job.request} />
      </Stack>
    </Page>
  );
}

function stoppedText({ request, run }: Job): string {
  if (resultJobOf(request)?.trainings !== undefined)
    return 'It was stopped. Finished trainings are kept; Resume trains the others.';
  if (run !== undefined) return 'It was stopped. Its run can be resumed.';
  return 'It was stopped before it had a result.';
}

function Actions({ job, live }: { readonly job: Job; readonly live: boolean }) {
  const [, navigate] = useLocation();
  const trainings = job.state === 'done' ? undefined : resultJobOf(job.request)?.trainings;
  const change = () => {
    const draft = draftOf(job.request);
    if (draft !== undefined) changeFinetuneDraft(draft);
    navigate('/finetune');
  };
  return (
    <>
      {live ? (
        <ActionButton command="jobs.stop" input={{ id: job.id }}>
          Stop
        </ActionButton>
      ) : (
        <ActionButton
          command="jobs.submit"
          input={trainings?.rest(job) ?? job.request}
          onDone={({ id }) => navigate(`/finetune/results/${id}`)}
          variant={trainings ? 'filled' : 'default'}
        >
          {trainings ? 'Resume' : 'Rerun'}
        </ActionButton>
      )}
      {job.request.kind === 'compare' && job.state === 'done' ? (
        <ReportButton of={{ job: job.id }} />
      ) : null}
      <Button variant="default" onClick={change}>
        Edit and rerun…
      </Button>
      <LinkButton href="/finetune">All results</LinkButton>
    </>
  );
}

function Found({ job }: { readonly job: Job }) {
  const Result = resultJobOf(job.request)?.Result;
  return Result === undefined ? null : <Result job={job} />;
}
