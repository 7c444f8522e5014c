/** A select field for a data set, or another folder or list. */
import { Box, Group, Select, Stack, Text } from '@mantine/core';
import { useLive } from '../state/live.ts';
import { DatasetPictures } from './dataset-pictures.tsx';
import { FieldLabel } from './field-label.tsx';
import { countOf } from './format.ts';
import { PathField } from './path-field.tsx';

const OTHER = 'other:';
const LISTS = { title: 'Labelled images', extensions: ['csv', 'txt'] } as const;

function otherLabel(any: boolean, dense: boolean): string {
  if (any) return 'Folder of images, or list';
  return dense
    ? 'Folder with class folders or masks, or CSV list'
    : 'Folder with class folders, or CSV list';
}

export function LabelledSelect(props: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** Text of the option for no choice. */
  readonly none?: string;
  /** Unlabelled images are accepted too. */
  readonly any?: boolean;
  /** Images with masks or boxes are offered as well. */
  readonly dense?: boolean;
}) {
  const { label, description, value, onChange, none, any = false, dense = false } = props;
  const all = useLive((state) => state.datasets);
  const offered = all.filter(
    ({ kind }) => any || kind === 'labelled' || (dense && kind === 'dense'),
  );
  // A folder may be two data sets, with labels and without.
  const datasets = offered.filter(
    ({ folders }, i) => !offered.slice(0, i).some((other) => other.folders[0] === folders[0]),
  );
  const datasetAt = (folder: string) => datasets.find(({ folders }) => folders[0] === folder);
  const listed = value === '' || datasets.some(({ folders }) => folders[0] === value);
  return (
    <Stack gap="xs">
      <Select
        label={<FieldLabel label={label} />}
        description={description}
        placeholder={none ?? 'Choose'}
        data={[
          ...datasets.map(({ name, folders, report }) => ({
            value: folders[0]!,
            label:
              report === undefined
                ? name
                : `${name} – ${countOf(report.images, 'image')}${report.classes === undefined ? '' : `, ${countOf(report.classes.length, 'class', 'classes')}`}`,
          })),
          { value: OTHER, label: 'Another folder or list…' },
        ]}
        value={listed ? (value === '' ? null : value) : OTHER}
        onChange={(chosen) => onChange(chosen === OTHER ? ' ' : (chosen ?? ''))}
        clearable={none !== undefined}
        allowDeselect={false}
        searchable
        renderOption={({ option }) => {
          const dataset = datasetAt(option.value);
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
      {listed ? null : (
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
