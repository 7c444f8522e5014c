/** The most confident wrong labels of a network for several labels an image, as images. */
import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { InputOf, LabelMistake } from '../../../engine/contract/studio/index.ts';
import { useStudio } from '../../client/use-studio.ts';
import { countText } from '../../ui/format.ts';
import { Lightbox } from '../../ui/lightbox/lightbox.tsx';
import { Section } from '../../ui/section.tsx';
import { useEvaluated } from '../evaluated-images.tsx';
import { type Mistake, MistakeGallery, mistakeCaption } from '../mistake-gallery.tsx';
import { countOfKind, labelChoices, type MistakeKind } from './mistake-counts.ts';

const SHOWN = 24;
/** Pictures that the lightbox loads at once. */
const PAGE = 50;
const MOST_SHOWN = 1000;
const ALL = '';

export function LabelMistakes() {
  const of = useEvaluated();
  const [label, setLabel] = useState(ALL);
  const [kind, setKind] = useState<MistakeKind | undefined>(undefined);
  const [shown, setShown] = useState(SHOWN);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const query = {
    ...of,
    ...(label === ALL ? {} : { label }),
    ...(kind === undefined ? {} : { kind }),
  };
  const { data } = useStudio('evaluations.mistakes', { ...query, offset: 0, count: shown });
  if (data === undefined) return null;
  const { counts, total, items } = data;
  if (counts.every((one) => countOfKind(one, undefined) === 0)) return null;
  const choose = (change: () => void) => {
    change();
    setShown(SHOWN);
  };
  return (
    <Section title="Most confident mistakes">
      <Text c="dimmed" size="sm">
        Missed labels (false negatives) are those that an image has and that were not predicted;
        false labels (false positives) were predicted, and the image does not have them.
      </Text>
      <Group align="flex-end">
        <Select
          label="Label"
          data={labelChoices(counts, kind, ALL)}
          value={label}
          onChange={(chosen) => choose(() => setLabel(chosen ?? ALL))}
          allowDeselect={false}
          searchable
          limit={200}
          nothingFoundMessage="No label of that name"
          w={280}
          maw="100%"
        />
        <SegmentedControl
          aria-label="Kind of mistake"
          data={[
            { value: ALL, label: 'All' },
            { value: 'missed', label: 'Missed' },
            { value: 'false', label: 'False' },
          ]}
          value={kind ?? ALL}
          onChange={(chosen) =>
            choose(() => setKind(chosen === ALL ? undefined : (chosen as MistakeKind)))
          }
        />
      </Group>
      {total === 0 ? (
        <Text role="status">There are no such mistakes.</Text>
      ) : (
        <MistakeGallery mistakes={items.map(mistakeOf)} onOpen={setOpened} />
      )}
      {items.length < Math.min(total, MOST_SHOWN) ? (
        <Group>
          <Button variant="default" onClick={() => setShown(Math.min(MOST_SHOWN, shown * 4))}>
            Show more of {countText(total)}
          </Button>
        </Group>
      ) : null}
      {opened === undefined ? null : (
        <Opened query={query} at={opened} onMove={setOpened} onClose={() => setOpened(undefined)} />
      )}
    </Section>
  );
}

function Opened(props: {
  readonly query: Omit<InputOf<'evaluations.mistakes'>, 'offset' | 'count'>;
  readonly at: number;
  readonly onMove: (at: number) => void;
  readonly onClose: () => void;
}) {
  const { query, at, ...moves } = props;
  const offset = Math.floor(at / PAGE) * PAGE;
  const page = useStudio('evaluations.mistakes', { ...query, offset, count: PAGE });
  const item = page.isPlaceholderData ? undefined : page.data?.items[at - offset];
  return (
    <Lightbox
      count={Math.max(1, page.data?.total ?? 1)}
      at={at}
      picture={
        item && {
          path: item.path,
          caption: `${mistakeCaption(mistakeOf(item))}; actual ${namesText(item.actual)}, predicted ${namesText(item.predicted)}`,
        }
      }
      {...moves}
    />
  );
}

function mistakeOf({ path, label, kind, probability, missing }: LabelMistake): Mistake {
  return {
    path,
    missing,
    lines: [[kind === 'missed' ? 'Missed' : 'False', label]],
    sure: ['probability', probability],
  };
}

function namesText(names: readonly string[]): string {
  return names.join(', ') || 'none';
}
