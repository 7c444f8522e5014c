/** The page of a run: status, curves, events, checkpoints and configuration. */
import { Badge, Group, SimpleGrid, Text } from '@mantine/core';
import type { RunDetail } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { useLive } from '../../state/live.ts';
import { pagesOfRun } from '../../tasks/register.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { countOf } from '../../ui/format.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { FavouriteButton } from './actions/favourite-button.tsx';
import { RunActions } from './actions/run-actions.tsx';
import { RunCharts } from './charts/run-charts.tsx';
import { RunConfiguration } from './configuration/run-configuration.tsx';
import { RunEvents } from './events/run-events.tsx';
import { RunLog } from './events/run-log.tsx';
import { PrepareOffer } from './prepare/prepare-offer.tsx';
import { CheckpointTable } from './results/checkpoint-table.tsx';
import { RunEvaluation } from './results/run-evaluation.tsx';
import { RunPictures } from './results/run-pictures.tsx';
import { RunFailure } from './status/run-failure.tsx';
import { RunRanksSection } from './status/run-ranks.tsx';
import { RunStatusView } from './status/run-status.tsx';
import { StudentSection } from './student/student-section.tsx';

export function RunDetailPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useStudio('runs.get', { id });
  // Only the status is read here; steps are pushed twice a second and would render the whole page.
  const status = useLive((state) => state.runs[id]?.run.status) ?? data?.status;
  if (error !== null)
    return (
      <Page title="Run" actions={<LinkButton href="/runs">All runs</LinkButton>}>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (data === undefined || status === undefined) return null;
  const run: RunDetail = status === data.status ? data : { ...data, status };
  return (
    <Page title={run.name} about={aboutText(run)} actions={<RunActions run={run} />}>
      <RunAboutView run={run} />
      <RunStatusView run={run} />
      <RunFailure run={run} />
      <PrepareOffer run={run} />
      <RunRanksSection run={run} />
      <RunCharts id={id} name={run.name} kind={run.kind} />
      {run.kind === 'pretrain' ? <StudentSection run={run} /> : null}
      <RunPictures id={id} />
      <RunEvaluation run={run} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <RunEvents id={id} />
        <CheckpointTable run={run} />
      </SimpleGrid>
      {/* The notice of a failure shows the end of the log. */}
      {run.job === undefined || status === 'failed' || status === 'died' ? null : (
        <RunLog job={run.job} live={status === 'running' || status === 'paused'} />
      )}
      <RunConfiguration run={run} />
    </Page>
  );
}

/** What people say of the run. */
function RunAboutView({ run }: { readonly run: RunDetail }) {
  const { tags = [], note } = run;
  return (
    <Group gap="xs">
      <FavouriteButton run={run} />
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {note === undefined ? null : (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {note}
        </Text>
      )}
    </Group>
  );
}

function aboutText(run: RunDetail): string {
  const { images, device, from } = run;
  return `${pagesOfRun(run).training} on ${countOf(images, 'image')}, on ${device}${from === undefined ? '' : `, from ${from}`}.`;
}
