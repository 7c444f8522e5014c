/** The mistakes of a classifier with the highest confidence, as images. */
import { Button, Group, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { baseName } from '../../ui/base-name.ts';
import { countText, percentText } from '../../ui/format.ts';
import { Lightbox } from '../../ui/lightbox/lightbox.tsx';
import type { Picture } from '../../ui/lightbox/picture.ts';
import { Section } from '../../ui/section.tsx';
import { Thumbnail } from '../../ui/thumbnail.tsx';
import classes from './classify.module.css';

const SHOWN = 24;
const SIDE = 256;

export function Mistakes({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const [shown, setShown] = useState(SHOWN);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const mistakes = evaluation.mistakes.filter(({ path }) => path !== undefined);
  if (mistakes.length === 0) return null;
  const name = (at: number) => evaluation.classes[at] ?? String(at);
  const enlarged = opened === undefined ? undefined : mistakes[opened];
  return (
    <Section title="Most confident mistakes">
      <Text c="dimmed" size="sm">
        Often unusual images or wrong labels.
      </Text>
      <SimpleGrid cols={{ base: 3, sm: 4, md: 5, lg: 6, xl: 8 }}>
        {mistakes.slice(0, shown).map(({ image, path, label, predicted, confidence }, i) => (
          <figure key={image} className={classes['mistake']!}>
            <UnstyledButton w="100%" onClick={() => setOpened(i)}>
              <Thumbnail
                path={path!}
                side={SIDE}
                alt={`Actual ${name(label)}, predicted ${name(predicted)}`}
              />
            </UnstyledButton>
            <figcaption>
              <Text size="sm" lineClamp={2} title={name(label)}>
                {termOf('actual')} <b>{name(label)}</b>
              </Text>
              <Text size="sm" lineClamp={3} title={name(predicted)}>
                {termOf('predicted')} <b>{name(predicted)}</b>, confidence{' '}
                {percentText(confidence, 0)}
              </Text>
              <Text size="xs" c="dimmed" truncate title={path}>
                {baseName(path ?? '')}
              </Text>
            </figcaption>
          </figure>
        ))}
      </SimpleGrid>
      {shown < mistakes.length ? (
        <Group>
          <Button variant="default" onClick={() => setShown(mistakes.length)}>
            Show all {countText(mistakes.length)}
          </Button>
        </Group>
      ) : null}
      <Lightbox
        count={mistakes.length}
        at={opened}
        picture={enlarged && pictureOf(enlarged, name)}
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}

function pictureOf(
  { path, label, predicted, confidence }: ClassifierEvaluation['mistakes'][number],
  name: (at: number) => string,
): Picture {
  const caption = `${termOf('actual')} ${name(label)}, ${termOf('predicted').toLowerCase()} ${name(predicted)}, confidence ${percentText(confidence, 0)}`;
  return { path: path!, caption };
}
