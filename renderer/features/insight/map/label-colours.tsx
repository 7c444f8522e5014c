/** Colours of the points by the labels of a labelled data set, and what they mean. */
import { ColorSwatch, Group, Text } from '@mantine/core';
import { mapColour } from '../../../../engine/contract/map-colours.ts';
import type { Dataset, MapClasses } from '../../../../engine/contract/studio/index.ts';
import { useLive } from '../../../state/live.ts';
import { countOf, countText } from '../../../ui/format.ts';

const SHOWN = 24;
const PREFIX = 'labels:';

/** The choices beside the columns of the map. */
export function useLabelChoices(): { readonly value: string; readonly label: string }[] {
  const datasets = useLive((state) => state.datasets);
  const has = ({ kind, report }: Dataset) => kind === 'labelled' && report !== undefined;
  return datasets
    .filter(has)
    .map(({ id, name }) => ({ value: `${PREFIX}${id}`, label: `Labels of ${name}` }));
}

/** The data set of such a choice. */
export function labelledBy(choice: string): string | undefined {
  return choice.startsWith(PREFIX) ? choice.slice(PREFIX.length) : undefined;
}

export function LabelLegend({ found }: { readonly found: MapClasses }) {
  const { classes, labelled } = found;
  if (labelled === 0)
    return <Text size="sm">No image of the map is in this labelled data set.</Text>;
  return (
    <Group gap="sm" role="list" aria-label="Classes">
      {classes.slice(0, SHOWN).map((name, i) => (
        <Group key={name} gap={4} role="listitem" wrap="nowrap">
          <ColorSwatch size={12} color={`rgb(${mapColour(i).join(' ')})`} aria-hidden />
          <Text size="sm">{name}</Text>
        </Group>
      ))}
      {classes.length > SHOWN ? (
        <Text size="sm">and {countText(classes.length - SHOWN)} more</Text>
      ) : null}
      <Text size="sm" c="dimmed">
        {countOf(labelled, 'image has', 'images have')} a label; others are grey.
      </Text>
    </Group>
  );
}
