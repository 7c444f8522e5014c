/** The labelled set that corrections are written to. */
import { Group, Text, TextInput } from '@mantine/core';
import type { Dataset } from '../../../../engine/contract/studio/index.ts';
import { useStudio } from '../../../client/use-studio.ts';
import { useLive } from '../../../state/live.ts';
import { countOf } from '../../../ui/format.ts';
import { TextLink } from '../../../ui/text-link.tsx';

export function LabelSet(props: {
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const { value, onChange } = props;
  const found = useSet(value);
  return (
    <Group align="flex-end" gap="md">
      <TextInput
        label="Labelled set for corrections"
        description="Labels that you choose are written to this list in the workspace. Your image folders stay as they are."
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={value.trim() === '' ? 'Give it a name.' : undefined}
        maxLength={100}
        flex="1 1 280px"
        maw={520}
      />
      {found === undefined ? null : (
        <Text size="sm" role="status">
          <TextLink href={`/datasets/${found.id}`}>{found.name}</TextLink>
          {found.report === undefined ? '' : `: ${countOf(found.report.images, 'image')}`}. Choose
          it on <TextLink href="/finetune">Fine-tune</TextLink> to train or evaluate with it.
        </Text>
      )}
    </Group>
  );
}

/** The data set of this name among those that are kept in the workspace. */
function useSet(name: string): Dataset | undefined {
  const { data } = useStudio('app.info', {});
  const datasets = useLive((state) => state.datasets);
  if (data === undefined) return undefined;
  const isOwn = ({ folders: [folder = ''] }: Dataset) =>
    folder.startsWith(data.workspace) &&
    /^[\\/]labels[\\/]/.test(folder.slice(data.workspace.length));
  return datasets.find((one) => one.name === name.trim() && isOwn(one));
}
