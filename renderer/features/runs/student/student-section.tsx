/** What the student saw of a few images, and the patches that it took, over the steps of a run. */
import { Group, SimpleGrid, Slider, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import {
  maskedPatches,
  type RunDetail,
  type StudentStep,
  type StudentViews,
} from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { countText, percentText } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import classes from './student.module.css';
import { StudentImage } from './student-image.tsx';

/** How often a run in training is asked for a further step. */
const LOOK_MS = 5000;
/** Up to this many pixels, pictures are drawn with square pixels. */
const EXACT_SIDE = 96;

export function StudentSection({ run }: { readonly run: RunDetail }) {
  const { id, status } = run;
  const every = status === 'running' ? { every: LOOK_MS } : {};
  const { data } = useStudio('runs.student', { id }, every);
  if (data?.views === undefined || data.steps.length === 0) return null;
  return <Student run={run} views={data.views} steps={data.steps} />;
}

function Student(props: {
  readonly run: RunDetail;
  readonly views: StudentViews;
  readonly steps: readonly number[];
}) {
  const { run, views, steps } = props;
  /** The step that was chosen; undefined to follow the newest. */
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [hasMarks, setMarks] = useState(true);
  const newest = steps.length - 1;
  const found = steps.indexOf(chosen ?? -1);
  const at = found < 0 ? newest : found;
  const { data: shown } = useStudio('runs.studentStep', { id: run.id, step: steps[at]! });
  const pixels = views.cols * Number(run.recipe['patch_size']);
  return (
    <Section title="What the student saw">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Each masked patch shows the patch of the teacher’s view that the student took for it. A
          solid frame marks those that found themselves, a dashed one with a cross all others.
        </Text>
        <Group gap="md">
          <Text size="sm" role="status">
            {shown === undefined ? '…' : scoreText(views, shown)}
          </Text>
          {newest > 0 ? (
            <Slider
              className={classes['slider']!}
              thumbLabel="Step"
              label={(place) => `Step ${countText(steps[place] ?? 0)}`}
              min={0}
              max={newest}
              value={at}
              onChange={(to) => setChosen(to === newest ? undefined : steps[to])}
            />
          ) : null}
          <Switch
            label="Frames"
            checked={hasMarks}
            onChange={(event) => setMarks(event.currentTarget.checked)}
          />
        </Group>
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {views.images.map((image, i) => (
            <StudentImage
              key={image.path}
              image={image}
              grid={views}
              taken={shown?.images[i]}
              hasMarks={hasMarks}
              isSmall={pixels <= EXACT_SIDE}
            />
          ))}
        </SimpleGrid>
      </Stack>
    </Section>
  );
}

function scoreText({ images }: StudentViews, { step, images: found }: StudentStep): string {
  const patches = images.flatMap((image, i) =>
    found[i] === undefined ? [] : maskedPatches(image, found[i]),
  );
  const right = patches.filter(({ patch, taken }) => patch === taken).length;
  const share = patches.length === 0 ? 0 : right / patches.length;
  return `After step ${countText(step)}: ${countText(right)} of ${countText(patches.length)} masked patches found themselves (${percentText(share)}).`;
}
