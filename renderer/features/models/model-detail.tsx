/** The page of a network: properties, model card and export. */
import { SimpleGrid, Text } from '@mantine/core';
import { useState } from 'react';
import { useStudio } from '../../client/use-studio.ts';
import { baseName } from '../../ui/base-name.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkButton, MainLinkButton } from '../../ui/link-button.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import { referenceAddress } from '../../ui/reference-param.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { Section } from '../../ui/section.tsx';
import { type Which, WhichNetwork } from '../../ui/which-network.tsx';
import { ExportHistory } from './export-history.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ModelFacts } from './model-facts.tsx';

const CARD_HEIGHT = 560;

export function ModelDetailPage({ reference }: { readonly reference: string }) {
  const models = useStudio('models.list', {});
  const [which, setWhich] = useState<Which>({});
  /** The export whose outcome the form shows. */
  const [shown, setShown] = useState<string | undefined>(undefined);
  const model = models.data?.find((found) => found.reference === reference);
  const described = useStudio('models.describe', { reference, ...which });
  return (
    <Page
      title={model?.name ?? baseName(reference)}
      about={described.data?.origin}
      actions={
        <>
          {described.data === undefined ? null : (
            <MainLinkButton href={referenceAddress('finetune', reference)}>
              {model?.kind === 'classifier' ? 'Evaluate…' : 'Fine-tune…'}
            </MainLinkButton>
          )}
          {model?.kind === 'classifier' ? (
            <LinkButton href={referenceAddress('predict/with', reference)}>
              Predict on new images…
            </LinkButton>
          ) : null}
          {described.data === undefined ? null : (
            <LinkButton href={referenceAddress('insight/attention', reference)}>
              Attention…
            </LinkButton>
          )}
          {model?.source === 'run' ? (
            <LinkButton href={referenceAddress('runs', reference)}>Its run</LinkButton>
          ) : null}
          <LinkButton href="/models">All models</LinkButton>
        </>
      }
    >
      {model?.source === 'run' ? (
        <WhichNetwork
          model={model}
          which={which}
          onChange={(chosen) => {
            setWhich(chosen);
            setShown(undefined);
          }}
        />
      ) : null}
      <ErrorNotice error={described.error} onRetry={() => void described.refetch()} />
      {described.data === undefined ? (
        described.error === null ? (
          <Text role="status">Reading the network…</Text>
        ) : null
      ) : (
        <>
          <ExportPanel
            key={JSON.stringify(which)}
            reference={reference}
            model={model}
            which={which}
            detail={described.data}
            shown={shown}
            onShow={setShown}
          />
          <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
            <ModelFacts detail={described.data} />
            <Section title="Model card">
              <ScrollRegion label="Text of the card" height={CARD_HEIGHT}>
                <Markdown text={described.data.card} />
              </ScrollRegion>
            </Section>
          </SimpleGrid>
        </>
      )}
      <ExportHistory of={reference} without={shown} />
    </Page>
  );
}
