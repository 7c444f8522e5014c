/** Validation images as the evaluations of a run saw them: image, truth and prediction. */
import { Group, SimpleGrid, Slider, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { defined } from '../../../../engine/contract/defined.ts';
import { type EvaluationPictures, imageAddress } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { baseName } from '../../../ui/base-name.ts';
import { countText } from '../../../ui/format.ts';
import { Lightbox } from '../../../ui/lightbox/lightbox.tsx';
import { Section } from '../../../ui/section.tsx';
import classes from './run-pictures.module.css';

/** Pixels that are requested; the pictures have no more. */
const SIDE = 256;

export function RunPictures({ id }: { readonly id: string }) {
  const { data } = useStudio('runs.pictures', { id });
  /** The step that was chosen; undefined to follow the newest. */
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const evaluations = data?.evaluations ?? [];
  const newest = evaluations.length - 1;
  if (newest < 0) return null;
  const found = evaluations.findIndex(({ step }) => step === chosen);
  const at = found < 0 ? newest : found;
  const shown = evaluations[at]!;
  return (
    <Section title="Predictions">
      <Stack gap="sm">
        <Group gap="md">
          <Text size="sm" role="status">
            After step {countText(shown.step)}
          </Text>
          {newest > 0 ? (
            <Slider
              className={classes['slider']!}
              thumbLabel="Evaluation"
              label={null}
              min={0}
              max={newest}
              value={at}
              onChange={(to) => setChosen(to === newest ? undefined : evaluations[to]!.step)}
            />
          ) : null}
        </Group>
        <Pictures key={shown.step} shown={shown} />
        <Legend legend={shown.legend} />
      </Stack>
    </Section>
  );
}

function Pictures({ shown }: { readonly shown: EvaluationPictures }) {
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const all = shown.images.flatMap(({ path, views }) =>
    views.map(({ title, note, file }) => ({ path, title, note, file })),
  );
  const picture = opened === undefined ? undefined : all[opened];
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {shown.images.map(({ path, views }, i) => (
          <figure key={path} className={classes['image']!}>
            <div className={classes['views']!}>
              {views.map(({ title, note, file }, j) => (
                <UnstyledButton
                  key={title}
                  className={classes['view']!}
                  onClick={() => setOpened(i * views.length + j)}
                >
                  <img
                    src={imageAddress(file, SIDE)}
                    alt={`${title} of ${baseName(path)}`}
                    decoding="async"
                  />
                  <span>{title}</span>
                  {note === undefined ? null : <span>{note}</span>}
                </UnstyledButton>
              ))}
            </div>
            <Text component="figcaption" size="xs" c="dimmed" truncate title={path}>
              {baseName(path)}
            </Text>
          </figure>
        ))}
      </SimpleGrid>
      <Lightbox
        count={all.length}
        at={opened}
        picture={
          picture === undefined
            ? undefined
            : {
                path: picture.file,
                caption: `${picture.title} of ${baseName(picture.path)}`,
                ...defined({ details: picture.note }),
              }
        }
        onMove={setOpened}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}

const MOST_CLASSES = 30;

function Legend({ legend }: Pick<EvaluationPictures, 'legend'>) {
  const more = legend.length - MOST_CLASSES;
  return (
    <ul className={`plain-list ${classes['legend']}`} aria-label="Colours of the classes">
      {legend.slice(0, MOST_CLASSES).map(({ name, colour }) => (
        <li key={name}>
          <span className={classes['swatch']!} style={{ background: colour }} aria-hidden />
          {name}
        </li>
      ))}
      {more > 0 ? <li>and {countText(more)} more</li> : null}
    </ul>
  );
}
