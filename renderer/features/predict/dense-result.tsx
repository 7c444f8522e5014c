/** Predictions that say where things are: pictures with overlays, a filter, and files. */
import { Group, Pagination, SimpleGrid, Slider, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { DensePredictionPage, Job } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { agoText, countOf, countText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { ResultFiles } from '../../ui/result-files.tsx';
import { ClassFilter } from './class-filter.tsx';
import { DenseCard } from './dense-card.tsx';
import { JobActions, JobStanding } from './job-parts.tsx';
import { LeftOutImages } from './left-out.tsx';
import { LOOK_MS } from './prediction-list.tsx';

const AT_ONCE = 12;
const OPACITY = 60;

const CONTROLS = {
  first: 'First images',
  previous: 'Previous images',
  next: 'Next images',
  last: 'Last images',
} as const;

export function DenseResult({ job }: { readonly job: Job }) {
  const { state, error } = job;
  const live = state === 'waiting' || state === 'running';
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [shown, setShown] = useState(1);
  const query = {
    job: job.id,
    offset: (shown - 1) * AT_ONCE,
    count: AT_ONCE,
    ...(chosen === undefined ? {} : { class: chosen }),
  };
  const found = useStudio('predictions.dense', query, live ? { every: LOOK_MS } : {});
  const page = found.data;
  // Stopping is not an error.
  const wrong = state === 'stopped' ? undefined : error;
  return (
    <Page
      title={job.title}
      about={`Started ${agoText(job.createdAt)}.`}
      actions={<JobActions job={job} live={live} />}
    >
      <JobStanding job={job} rows={page?.all ?? 0} />
      <ErrorNotice error={wrong} />
      <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
      {page === undefined ? null : <LeftOutImages {...page.leftOut} />}
      {page === undefined || page.all === 0 ? null : (
        <Gallery
          job={job.id}
          page={page}
          chosen={chosen}
          onChoose={(name) => {
            setChosen(name);
            setShown(1);
          }}
          shown={shown}
          onShow={setShown}
        />
      )}
      <ResultFiles of={{ job: job.id }} live={live} />
      <CopyCommand request={job.request} />
    </Page>
  );
}

function Gallery(props: {
  readonly job: string;
  readonly page: DensePredictionPage;
  /** The class that is shown alone. */
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
  /** Part of the images, from 1. */
  readonly shown: number;
  readonly onShow: (part: number) => void;
}) {
  const { job, page, chosen, onChoose, shown, onShow } = props;
  const [opacity, setOpacity] = useState(OPACITY);
  const parts = Math.ceil(page.total / AT_ONCE);
  return (
    <Stack>
      <Group align="flex-end" gap="lg">
        <ClassFilter page={page} chosen={chosen} onChoose={onChoose} />
        {page.hasMasks ? (
          <Stack gap={4} w={240}>
            <Text size="sm" id="opacity">
              Opacity of the overlay
            </Text>
            <Slider
              aria-labelledby="opacity"
              thumbProps={{ 'aria-labelledby': 'opacity' }}
              value={opacity}
              onChange={setOpacity}
              label={(value) => `${value} %`}
            />
          </Stack>
        ) : null}
      </Group>
      <Text size="sm" role="status">
        {page.total === page.all
          ? countOf(page.all, 'image')
          : `${countText(page.total)} of ${countOf(page.all, 'image')}`}
      </Text>
      {page.total === 0 ? <Text>No image has this class.</Text> : null}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {page.items.map((item) => (
          <DenseCard
            key={item.row}
            job={job}
            item={item}
            page={page}
            chosen={chosen}
            opacity={opacity / 100}
          />
        ))}
      </SimpleGrid>
      {parts > 1 ? (
        <Pagination
          total={parts}
          value={shown}
          onChange={onShow}
          getControlProps={(control) => ({ 'aria-label': CONTROLS[control] })}
        />
      ) : null}
    </Stack>
  );
}
