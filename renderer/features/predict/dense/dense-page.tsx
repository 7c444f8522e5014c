/** The page of a job whose network says where things are: how it stands, a gallery, and files. */
import { Group, Pagination, SimpleGrid, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import type { Job, PredictionPage } from '../../../../engine/contract/studio/index.ts';
import { ResultFiles } from '../../../ui/result-files.tsx';
import { isLive } from '../jobs/job-text.ts';
import { JobFrame, ShownOf } from '../result/job-parts.tsx';
import { LeftOutImages } from '../result/left-out.tsx';

/** Images of a page of the gallery. */
const AT_ONCE = 12;

const CONTROLS = {
  first: 'First images',
  previous: 'Previous images',
  next: 'Next images',
  last: 'Last images',
} as const;

export interface Found {
  /** Images so far, and those that pass the filter. */
  readonly all: number;
  readonly total: number;
  readonly leftOut: PredictionPage['leftOut'];
}

export function DensePage(props: {
  readonly job: Job;
  readonly found: {
    readonly data: Found | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** The gallery, once there are images. */
  readonly children: ReactNode;
}) {
  const { job, found, children } = props;
  const { data, error } = found;
  return (
    <JobFrame job={job} rows={data?.all ?? 0} error={error} onRetry={() => void found.refetch()}>
      {data === undefined ? null : <LeftOutImages {...data.leftOut} />}
      {data === undefined || data.all === 0 ? null : children}
      <ResultFiles of={{ job: job.id }} live={isLive(job)} />
    </JobFrame>
  );
}

/** The class and the part of the images that are shown. A change of the filter shows the first part. */
export function useShownPart() {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [shown, setShown] = useState(1);
  const choose = (name: string | undefined) => {
    setChosen(name);
    setShown(1);
  };
  const part = { offset: (shown - 1) * AT_ONCE, count: AT_ONCE, ...defined({ class: chosen }) };
  return { chosen, choose, shown, setShown, part };
}

export function Gallery(props: {
  readonly page: Pick<Found, 'all' | 'total'>;
  /** The number of images is of another choice than what is shown, until the next answer. */
  readonly isCounting?: boolean;
  readonly controls: ReactNode;
  /** Part of the images, from 1. */
  readonly shown: number;
  readonly onShow: (part: number) => void;
  /** A card for each image of the part. */
  readonly children: ReactNode;
}) {
  const { page, isCounting = false, controls, shown, onShow, children } = props;
  const parts = Math.ceil(page.total / AT_ONCE);
  return (
    <Stack>
      <Group align="flex-end" gap="lg">
        {controls}
      </Group>
      <ShownOf total={isCounting ? undefined : page.total} all={page.all} />
      {page.total === 0 && !isCounting ? <Text>No image has this class.</Text> : null}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>{children}</SimpleGrid>
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
