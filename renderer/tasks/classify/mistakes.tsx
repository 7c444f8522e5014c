/** The mistakes of a classifier with the highest confidence, as images. */
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';
import { termOf } from '../../../engine/contract/terms.ts';
import { countText } from '../../ui/format.ts';
import { Lightbox } from '../../ui/lightbox/lightbox.tsx';
import { Section } from '../../ui/section.tsx';
import { type Mistake, MistakeGallery, mistakeCaption } from '../mistake-gallery.tsx';

const SHOWN = 24;

export function Mistakes({ evaluation }: { readonly evaluation: ClassifierEvaluation }) {
  const [shown, setShown] = useState(SHOWN);
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const mistakes = mistakesOf(evaluation);
  if (mistakes.length === 0) return null;
  const enlarged = opened === undefined ? undefined : mistakes[opened];
  return (
    <Section title="Most confident mistakes">
      <Text c="dimmed" size="sm">
        Often unusual images or wrong labels.
      </Text>
      <MistakeGallery mistakes={mistakes.slice(0, shown)} onOpen={setOpened} />
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
        picture={enlarged && { path: enlarged.path, caption: mistakeCaption(enlarged) }}
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}

function mistakesOf({ mistakes, classes }: ClassifierEvaluation): Mistake[] {
  const name = (at: number) => classes[at] ?? String(at);
  return mistakes.flatMap(({ path, label, predicted, confidence }) =>
    path === undefined
      ? []
      : [
          {
            path,
            lines: [
              [termOf('actual'), name(label)],
              [termOf('predicted'), name(predicted)],
            ],
            sure: ['confidence', confidence],
          },
        ],
  );
}
