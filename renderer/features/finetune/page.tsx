/** Everything that labels are for: teaching classes, judging, comparing. */
import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useRoute } from 'wouter';
import { Page } from '../../ui/page.tsx';
import { CompareForm } from './compare-form.tsx';
import { EvaluateForm } from './evaluate-form.tsx';
import { FinetuneForm } from './finetune-form.tsx';
import { KnnForm } from './knn-form.tsx';
import { ResultList } from './result-list.tsx';
import { ResultPage } from './result-page.tsx';

const TABS = [
  ['finetune', 'Fine-tune'],
  ['evaluate', 'Evaluate'],
  ['knn', 'Nearest neighbours'],
  ['compare', 'Did pre-training help?'],
] as const;

export function FinetunePage() {
  const [, result] = useRoute('/finetune/results/:job');
  const [, start] = useRoute('/finetune/:model');
  if (result !== null) return <ResultPage id={result.job} />;
  const model = start === null ? '' : decodeURIComponent(start.model);
  return <Forms key={model} model={model} />;
}

function Forms({ model }: { readonly model: string }) {
  const [tab, setTab] = useState<string | null>('finetune');
  return (
    <Page
      title="Fine-tune and evaluate"
      about="With labelled images, a pre-trained network becomes a classifier, and you learn how good it is. A folder with a folder for each class will do, or a CSV with the columns path and label."
    >
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="finetune">
          <FinetuneForm model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="evaluate">
          <EvaluateForm model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="knn">
          <KnnForm model={model} />
        </Tabs.Panel>
        <Tabs.Panel value="compare">
          <CompareForm model={model} />
        </Tabs.Panel>
      </Tabs>
      <ResultList />
    </Page>
  );
}
