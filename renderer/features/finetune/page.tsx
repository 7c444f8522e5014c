/** The Fine-tune page: fine-tuning, evaluation, nearest neighbours and comparison. */
import { Tabs } from '@mantine/core';
import { useEffect } from 'react';
import { useLocation, useRoute } from 'wouter';
import { useStudio } from '../../client/use-studio.ts';
import { useAddressQuery } from '../../state/address.ts';
import { useLive } from '../../state/live.ts';
import { readStartNetwork } from '../../ui/finetune-address.ts';
import { Page } from '../../ui/page.tsx';
import { readReference } from '../../ui/reference-param.ts';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';
import { TABS } from './jobs/register.ts';
import { ResultList } from './result-list.tsx';
import { ResultPage } from './result-page.tsx';
import { fieldsForSet } from './task-advice.ts';

export function FinetunePage() {
  const [, result] = useRoute('/finetune/results/:job');
  const [, start] = useRoute('/finetune/:model');
  const [, on] = useRoute('/finetune/on/:set');
  if (result !== null) return <ResultPage key={result.job} id={result.job} />;
  return (
    <>
      {start === null ? null : <TakeModel reference={readReference(start.model)} />}
      {on === null ? null : <TakeSet id={on.set} />}
      <Forms />
    </>
  );
}

/** Put the network of the route into the forms when its kind is known. */
function TakeModel({ reference }: { readonly reference: string }) {
  const [, navigate] = useLocation();
  const { data } = useStudio('models.list', {});
  useEffect(() => {
    if (data === undefined) return;
    const kind = data.find((model) => model.reference === reference)?.kind;
    changeFinetuneDraft({
      from: reference,
      which: {},
      ...(kind === 'classifier'
        ? { tab: 'evaluate', classifier: reference, classifierStep: undefined }
        : {}),
    });
    navigate('/finetune', { replace: true });
  }, [data, reference, navigate]);
  return null;
}

/** Put the data set of the route into the form, and the network if one is named, as if chosen there. */
function TakeSet({ id }: { readonly id: string }) {
  const [, navigate] = useLocation();
  const set = useLive(({ datasets }) => datasets.find((dataset) => dataset.id === id));
  const ready = useLive((state) => state.ready);
  const query = useAddressQuery();
  const draftFrom = useFinetuneDraft(({ from }) => from);
  const { data: models, isPending } = useStudio('models.list', {});
  const { from = draftFrom } = readStartNetwork(query) ?? {};
  const head = models?.find(({ reference }) => reference === from)?.task;
  useEffect(() => {
    if (!ready || isPending) return;
    const start = readStartNetwork(query);
    const which = start?.network === undefined ? {} : { network: start.network };
    const { task } = useFinetuneDraft.getState();
    if (set !== undefined)
      changeFinetuneDraft({
        tab: 'finetune',
        ...(start === undefined ? {} : { from: start.from, which }),
        train: set.folders[0]!,
        trainSet: id,
        ...fieldsForSet(set, { task, head }),
        settings: {},
      });
    navigate('/finetune', { replace: true });
  }, [set, ready, isPending, query, id, head, navigate]);
  return null;
}

function Forms() {
  const tab = useFinetuneDraft((draft) => draft.tab);
  return (
    <Page
      title="Fine-tune and evaluate"
      about="Train and evaluate networks on labelled images: classes of images, masks, or boxes."
      help={tab === 'finetune' ? undefined : 'evaluate'}
    >
      <Tabs
        value={tab}
        onChange={(chosen) =>
          changeFinetuneDraft({ tab: TABS.find(([kind]) => kind === chosen)?.[0] ?? tab })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map(([kind, { label }]) => (
            <Tabs.Tab key={kind} value={kind}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(([kind, { Form }]) => (
          <Tabs.Panel key={kind} value={kind}>
            <Form />
          </Tabs.Panel>
        ))}
      </Tabs>
      <ResultList />
    </Page>
  );
}
