/** The choice of one class, with the number of images that have it. */
import { Select } from '@mantine/core';
import { countText } from '../../ui/format.ts';

/** No class has this name, since names are not empty. */
const ALL = '';

export function ClassFilter(props: {
  readonly page: {
    readonly all: number;
    readonly classes: readonly { readonly name: string }[];
    readonly counts: readonly number[];
  };
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
}) {
  const { page, chosen, onChoose } = props;
  return (
    <Select
      label="Predicted class"
      data={[
        { value: ALL, label: `All classes (${countText(page.all)})` },
        ...page.classes.map(({ name }, i) => ({
          value: name,
          label: `${name} (${countText(page.counts[i] ?? 0)})`,
        })),
      ]}
      value={chosen ?? ALL}
      onChange={(name) => onChoose(name === null || name === ALL ? undefined : name)}
      allowDeselect={false}
      searchable
      limit={200}
      nothingFoundMessage="No class of that name"
      w={240}
      maw="100%"
    />
  );
}
