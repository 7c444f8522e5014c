/** Writes the classes of a map into a labelled set of the workspace, on which fine-tuning can start. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { NAME_LENGTH } from '../../../../engine/contract/studio/index.ts';
import { useStudioAction } from '../../../client/use-studio.ts';
import { notifyError } from '../../../ui/error-notice.tsx';
import { finetuneAddress } from '../../../ui/finetune-address.ts';
import { countOf } from '../../../ui/format.ts';
import { TextLink } from '../../../ui/text-link.tsx';
import type { Which } from '../../../ui/which-network.tsx';
import { classRows, type Naming } from './selection.ts';

export function AddToSet(props: {
  readonly id: string;
  readonly name: string;
  /** The network whose features the map has. */
  readonly network: Which['network'] | undefined;
  readonly naming: Naming;
}) {
  const { id, name, network, naming } = props;
  const [set, setSet] = useState('Classes of a map');
  const add = useStudioAction('insight.nameOnMap', ['insight.mapClasses']);
  const classes = classRows(naming);
  const done = add.data;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (set.trim() === '' || classes.length === 0) return;
        add.mutate({ id, name, set: set.trim(), classes }, { onError: notifyError });
      }}
    >
      <Group gap="md" align="flex-end">
        <TextInput
          label="Labelled set"
          maxLength={NAME_LENGTH}
          value={set}
          onChange={(event) => setSet(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          disabled={set.trim() === '' || classes.length === 0 || add.unavailable}
          loading={add.isPending}
        >
          Add to the labelled set
        </Button>
        {done === undefined ? null : (
          <Text size="sm" role="status">
            {countOf(naming.labels.size, 'image')} in{' '}
            <TextLink href={`/datasets/${done.id}`}>{done.name}</TextLink>.{' '}
            <TextLink href={finetuneAddress(done.id, { from: id, network })}>
              Fine-tune on it
            </TextLink>
          </Text>
        )}
      </Group>
    </form>
  );
}
