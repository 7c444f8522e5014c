/** The choice of one class, with the number of images that have it. */
import { Select } from '@mantine/core';
import { ALL, type CountedClasses, classOptions } from './class-options.ts';

export function ClassFilter(props: {
  readonly page: CountedClasses;
  /** The counts are of another choice than what is shown, until the next answer. */
  readonly isCounting?: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
}) {
  const { page, isCounting = false, chosen, onChoose } = props;
  return (
    <Select
      label="Predicted class"
      data={classOptions(page, isCounting)}
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
