/** The result of a partial fine-tuning: one figure, and a table. */
import { Stack, Table, Text } from '@mantine/core';
import { scoreFacts, scoreValueText } from '../../../../../engine/contract/scores.ts';
import type { Job } from '../../../../../engine/contract/studio/index.ts';
import { UnreadableResult } from '../../../../ui/error-notice.tsx';
import { countOf } from '../../../../ui/format.ts';
import { Section } from '../../../../ui/section.tsx';
import { StartFigure } from '../start-figure.tsx';
import { blocksName, partialSchema, partialSentence, type StoredPartial } from './partial-text.ts';

const NAMES = { pretrained: 'pre-trained', scratch: 'untrained' } as const;

export function PartialResult({ job }: { readonly job: Job }) {
  const parsed = partialSchema.safeParse(job.result);
  if (!parsed.success) return <UnreadableResult what="partial fine-tuning" />;
  const { primary, depth, points, labelled, images } = parsed.data;
  const { title } = scoreFacts(primary.name);
  const at = (blocks: number | 'all') => (blocks === 'all' ? depth : blocks) / depth;
  const counts = countsOf(parsed.data);
  const seeds = Math.max(...points.map((point) => point.seeds));
  return (
    <Stack>
      <Section title={`${title} by tuned blocks`}>
        <Text>{partialSentence(parsed.data)}</Text>
        <StartFigure
          primary={primary}
          label="number of tuned blocks"
          places={counts.map((blocks) => ({ at: at(blocks), text: String(blocks) }))}
          names={NAMES}
          points={points.map(({ blocks, ...point }) => ({ ...point, at: at(blocks) }))}
        />
        <Text size="sm" c="dimmed" maw={720}>
          Number of last blocks, of {countOf(depth, 'block')}, that were tuned on{' '}
          {countOf(labelled, 'labelled image')}. The 95 % intervals are over{' '}
          {countOf(images, 'validation image')}.{' '}
          {seeds === 1
            ? 'Each was trained with one seed, so the variation between seeds is not known.'
            : `Each is the mean over ${countOf(seeds, 'seed')}.`}
        </Text>
      </Section>
      <Section title="All numbers">
        <Numbers found={parsed.data} counts={counts} />
      </Section>
    </Stack>
  );
}

function countsOf({ points }: StoredPartial) {
  return [...new Set(points.map(({ blocks }) => blocks))];
}

function Numbers(props: {
  readonly found: StoredPartial;
  readonly counts: ReturnType<typeof countsOf>;
}) {
  const { found, counts } = props;
  const { primary, points } = found;
  const text = (value: number) => scoreValueText(primary.name, value);
  const cell = (blocks: number | 'all', start: 'pretrained' | 'scratch') => {
    const point = points.find((one) => one.blocks === blocks && one.start === start);
    if (point === undefined) return '–';
    const { value, low, high } = point.score;
    return `${text(value)} (${text(low)} to ${text(high)})`;
  };
  return (
    <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table
        verticalSpacing="xs"
        aria-label="All numbers"
        data={{
          head: ['Tuned', 'Untrained', 'Pre-trained'],
          body: counts.map((blocks) => [
            blocksName(blocks),
            cell(blocks, 'scratch'),
            cell(blocks, 'pretrained'),
          ]),
        }}
      />
    </Table.ScrollContainer>
  );
}
