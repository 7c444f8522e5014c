/** What a job of judging found, or how far it has come. */
import { Alert, Button, Card, Group, List, Progress, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Job } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useStudioAction } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { ErrorNotice, tellError } from '../../ui/error-notice.tsx';
import { agoText, countText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { ComparisonResult } from './comparison-result.tsx';
import { EvaluationResult } from './evaluation-result.tsx';
import { KnnResult } from './knn-result.tsx';

export function ResultPage({ id }: { readonly id: string }) {
  const job = useLive((state) => state.jobs.find((found) => found.id === id));
  const ready = useLive((state) => state.ready);
  const stop = useStudioAction('jobs.stop');
  const submit = useStudioAction('jobs.submit');
  if (job === undefined)
    return ready ? (
      <Page title="Result">
        <ErrorNotice error={{ message: 'This result is not in the list any more.' }} />
        <Group>
          <Button component={Link} href="/finetune">
            All results
          </Button>
        </Group>
      </Page>
    ) : null;
  const { title, state, progress, error, lastLines, results, warnings } = job;
  const live = state === 'waiting' || state === 'running';
  return (
    <Page
      title={title}
      about={`Asked for ${agoText(job.createdAt)}.`}
      actions={
        <>
          {live ? (
            <Button variant="default" onClick={() => stop.mutate({ id }, { onError: tellError })}>
              Stop
            </Button>
          ) : (
            <Button
              variant="default"
              onClick={() => submit.mutate(job.request, { onError: tellError })}
            >
              Do it again
            </Button>
          )}
          {results !== undefined && desktop !== undefined && state === 'done' ? (
            <Button
              variant="default"
              onClick={() => void desktop?.reveal(results).catch(tellError)}
            >
              Show the files
            </Button>
          ) : null}
          <Button component={Link} href="/finetune" variant="default">
            All results
          </Button>
        </>
      }
    >
      <Group gap="sm">
        <StatusBadge status={state} {...(state === 'running' ? { word: 'at work' } : {})} />
        {live ? (
          <Text role="status">
            {state === 'waiting'
              ? 'It starts when its turn comes.'
              : progress === undefined
                ? 'Reading network and images…'
                : `${countText(progress.done)} of ${countText(progress.total)} ${job.request.kind === 'compare' ? 'trainings' : 'images'}`}
          </Text>
        ) : null}
      </Group>
      {live ? (
        <Progress
          value={progress === undefined ? 0 : (progress.done / Math.max(1, progress.total)) * 100}
          aria-label="Progress"
        />
      ) : null}
      {error === undefined ? null : <ErrorNotice error={error} />}
      {error !== undefined && lastLines !== undefined && lastLines.length > 0 ? (
        <ScrollRegion label="What it said last">
          <pre style={{ whiteSpace: 'pre-wrap' }}>{lastLines.join('\n')}</pre>
        </ScrollRegion>
      ) : null}
      {warnings.length > 0 ? (
        <Alert color="yellow" variant="light" title="Worth knowing">
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      {state === 'done' ? <Found job={job} /> : null}
      {results === undefined || state !== 'done' ? null : (
        <Card withBorder>
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              Tables and figures
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {results}
            </Text>
          </Stack>
        </Card>
      )}
    </Page>
  );
}

function Found({ job }: { readonly job: Job }) {
  switch (job.request.kind) {
    case 'evaluate':
      return <EvaluationResult job={job} />;
    case 'knn':
      return <KnnResult job={job} />;
    case 'compare':
      return <ComparisonResult job={job} />;
    default:
      return null;
  }
}
