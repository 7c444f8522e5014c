/** Fields for the network and for its checkpoint. */
import { Stack, Text } from '@mantine/core';
import type { ModelSummary } from '../../../engine/contract/studio/index.ts';
import { DEFAULT_TASK } from '../../../engine/contract/tasks.ts';
import { useStudio } from '../../client/use-studio.ts';
import { ModelSelect } from '../../ui/model-select.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { WhichNetwork } from '../../ui/which-network.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';

export function useNetwork(): ModelSummary | undefined {
  const from = useFinetuneDraft((draft) => draft.from);
  return useStudio('models.list', {}).data?.find(({ reference }) => reference === from);
}

/** The task of a training; undefined where the head of a network that is not listed decides it. */
export function useLearnedTask(): string | undefined {
  const { from, task } = useFinetuneDraft();
  const network = useNetwork();
  const isKnown = network !== undefined || from === 'scratch';
  return task ?? network?.task ?? (isKnown ? DEFAULT_TASK : undefined);
}

export function NetworkChoice(props: {
  readonly label: string;
  readonly scratch?: boolean;
  readonly kind?: ModelSummary['kind'];
}) {
  const { label, scratch, kind } = props;
  const from = useFinetuneDraft((draft) => draft.from);
  const which = useFinetuneDraft((draft) => draft.which);
  const network = useNetwork();
  const models = useStudio('models.list', {});
  return (
    <Stack gap="sm">
      {models.data?.length === 0 ? (
        <Text size="sm">
          There is no network yet. <TextLink href="/pretrain">Pre-train one</TextLink> on your own
          images, or <TextLink href="/models">import weights</TextLink> that others have published.
        </Text>
      ) : null}
      <ModelSelect
        label={label}
        value={from}
        onChange={(chosen) => changeFinetuneDraft({ from: chosen, which: {} })}
        {...(kind === undefined ? {} : { kind })}
        {...(scratch ? { extra: [{ value: 'scratch', label: 'From scratch' }] } : {})}
      />
      {network?.source === 'run' ? (
        <WhichNetwork
          model={network}
          which={which}
          onChange={(chosen) => changeFinetuneDraft({ which: chosen })}
        />
      ) : null}
    </Stack>
  );
}
