/** The worst images of an evaluation: what was labelled beside what was found. */
import { Group, SegmentedControl, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { imageAddress, type ObjectsEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { baseName } from '../../ui/base-name.ts';
import { percentText } from '../../ui/format.ts';
import { labelsOfObjects, objectsText } from '../../ui/label-overlay/drawn-objects.ts';
import { FIRST_VIEW, LabelOverlay } from '../../ui/label-overlay/label-overlay.tsx';
import { Lightbox } from '../../ui/lightbox/lightbox.tsx';
import { ScoreSlider } from '../../ui/score-slider.tsx';
import { Section } from '../../ui/section.tsx';
import { type Mistake, objectsOf, type Side, sideOf } from './drawn-objects.ts';
import classes from './objects.module.css';

const SIDE = 320;
const SIDES: readonly { readonly value: Side; readonly label: string }[] = [
  { value: 'truths', label: termOf('actual') },
  { value: 'found', label: termOf('predicted') },
];

export function WorstImages({ evaluation }: { readonly evaluation: ObjectsEvaluation }) {
  const { mistakes } = evaluation;
  const [threshold, setThreshold] = useState(evaluation.threshold);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const [side, setSide] = useState<Side>('found');
  if (mistakes.length === 0) return null;
  const enlarged = opened === undefined ? undefined : mistakes[opened];
  const drawn = (mistake: Mistake, of: Side, hasNames: boolean) => (
    <LabelOverlay
      labels={labelsOfObjects(mistake, objectsOf(mistake, of, threshold), evaluation)}
      view={FIRST_VIEW}
      hasNames={hasNames}
    />
  );
  return (
    <Section
      title="Worst images"
      actions={<ScoreSlider value={threshold} onChange={setThreshold} />}
    >
      <Text c="dimmed" size="sm">
        The lowest average precision first. Unusual images, or labels that are missing.
      </Text>
      <ul className={classes['worst']!}>
        {mistakes.map((mistake, i) => (
          <li key={mistake.path}>
            <Stack gap={4}>
              <Group gap="xs" wrap="nowrap" grow align="flex-start">
                {SIDES.map(({ value, label }) => (
                  <figure key={value} className={classes['pair']!}>
                    <UnstyledButton
                      className={classes['picture']!}
                      aria-label={`${label} in ${baseName(mistake.path)}`}
                      onClick={() => {
                        setSide(value);
                        setOpened(i);
                      }}
                    >
                      <img src={imageAddress(mistake.path, SIDE)} alt="" loading="lazy" />
                      {drawn(mistake, value, false)}
                    </UnstyledButton>
                    <Text component="figcaption" size="xs">
                      {label}: {objectsText(objectsOf(mistake, value, threshold), evaluation)}
                    </Text>
                  </figure>
                ))}
              </Group>
              <Text size="xs" c="dimmed" truncate title={mistake.path}>
                {mistake.AP === null ? 'no object' : `AP ${percentText(mistake.AP)}`},{' '}
                {mistake.missed} missed, {mistake.wrong} wrong · {baseName(mistake.path)}
              </Text>
            </Stack>
          </li>
        ))}
      </ul>
      <Lightbox
        count={mistakes.length}
        at={opened}
        picture={
          enlarged && {
            path: enlarged.path,
            width: enlarged.width,
            height: enlarged.height,
            caption: objectsText(objectsOf(enlarged, side, threshold), evaluation),
          }
        }
        overlay={enlarged && drawn(enlarged, side, true)}
        controls={
          <SegmentedControl
            aria-label="What is drawn"
            data={[...SIDES]}
            value={side}
            onChange={(chosen) => setSide(sideOf(chosen))}
          />
        }
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}
