/** What networks have learnt: one page a view. */
import { Redirect, Route, Switch } from 'wouter';
import { readReference } from '../../ui/reference-param.ts';
import { AttentionPage } from './attention/attention-page.tsx';
import { LookupPage } from './lookup/lookup-page.tsx';
import { MapPage } from './map/map-page.tsx';

export function InsightPage() {
  return (
    <Switch>
      <Route path="/insight/lookup/:reference">
        {({ reference }) => {
          const named = readReference(reference);
          return <LookupPage key={named} run={named} />;
        }}
      </Route>
      <Route path="/insight/map/:reference">
        {({ reference }) => {
          const named = readReference(reference);
          return <MapPage key={named} run={named} />;
        }}
      </Route>
      <Route path="/insight/attention/:reference">
        {({ reference }) => {
          const named = readReference(reference);
          return <AttentionPage key={named} reference={named} />;
        }}
      </Route>
      <Route>
        <Redirect to="/models" replace />
      </Route>
    </Switch>
  );
}
