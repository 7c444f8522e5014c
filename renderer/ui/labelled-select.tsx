/** A select field for a data set, or another folder or list. */
import { Box, Group, Select, Stack, Text } from '@mantine/core';
import { CONTAINER_EXTENSIONS } from '../../engine/contract/container-names.ts';
import { DENSE_FORMAT_TITLES } from '../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../engine/contract/studio/index.ts';
import { useLive } from '../state/live.ts';
import { DatasetPictures } from './dataset-pictures.tsx';
import { FieldLabel } from './field-label.tsx';
import { countOf } from './format.ts';
import { PathField } from './path-field.tsx';
import { denseFormatOf } from './set-at.ts';

const OTHER = 'other:';
const LISTS = {
  title: 'Labelled images',
  extensions: ['csv', 'txt', ...CONTAINER_EXTENSIONS],
} as const;

function otherLabel(any: boolean, dense: boolean): string {
  if (any) return 'Folder of images, or list';
  return dense
    ? 'Folder with class folders or masks, or CSV list'
    : 'Folder with class folders, or CSV list';
}

/** The name with what tells it from other sets of the folder. */
function setText(set: Dataset): string {
  const { name, report } = set;
  const format = denseFormatOf(set);
  const facts = [
    report && countOf(report.images, 'image'),
    report?.classes && countOf(report.classes.length, 'class', 'classes'),
    format && DENSE_FORMAT_TITLES[format],
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? name : `${name} – ${facts.join(', ')}`;
}

export function LabelledSelect(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  /** The data set at that path; by default the first. */
  readonly set?: Dataset | undefined;
  readonly onChange: (path: string, set?: Dataset) => void;
  /** Text of the option for no choice. */
  readonly none?: string;
  /** Unlabelled images are accepted too. */
  readonly any?: boolean;
  /** Images with masks or boxes are offered as well. */
  readonly dense?: boolean;
}) {
  const { label, description, value, set, onChange, none, any = false, dense = false } = props;
  const all = useLive((state) => state.datasets);
  const offered = all.filter(
    ({ kind }) => any || kind === 'labelled' || (dense && kind === 'dense'),
  );
  // Where labels do not matter, the data sets of one folder are the same.
  const datasets = offered.filter(
    ({ folders }, i) =>
      !any || !offered.slice(0, i).some((other) => other.folders[0] === folders[0]),
  );
  const shown =
    datasets.find(({ id }) => id === set?.id) ??
    datasets.find(({ folders }) => folders[0] === value);
  return (
    <Stack gap="xs">
      <Select
        label={<FieldLabel label={label} />}
        description={description}
        placeholder={none ?? 'Choose'}
        data={[
          ...datasets.map((dataset) => ({ value: dataset.id, label: setText(dataset) })),
          { value: OTHER, label: 'Another folder or list…' },
        ]}
        value={value === '' ? null : (shown?.id ?? OTHER)}
        onChange={(chosen) => {
          const dataset = datasets.find(({ id }) => id === chosen);
          if (dataset === undefined) onChange(chosen === OTHER ? ' ' : '');
          else onChange(dataset.folders[0]!, dataset);
        }}
        clearable={none !== undefined}
        allowDeselect={false}
        searchable
        renderOption={({ option }) => {
          const dataset = datasets.find(({ id }) => id === option.value);
          return (
            <Group justify="space-between" gap="xs" flex={1}>
              <Text size="sm" flex="1 1 10rem">
                {option.label}
              </Text>
              {dataset === undefined ? null : (
                <Box w={150}>
                  <DatasetPictures dataset={dataset} count={4} />
                </Box>
              )}
            </Group>
          );
        }}
      />
      {value === '' || shown !== undefined ? null : (
        <PathField
          label={otherLabel(any, dense)}
          value={value.trim()}
          onChange={(path) => onChange(path === '' ? ' ' : path)}
          file={LISTS}
        />
      )}
    </Stack>
  );
}
