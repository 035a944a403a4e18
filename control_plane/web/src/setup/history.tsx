// What was changed, by whom, from what to what; the last change of a thing can be undone.

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce, Button } from '@etapiste/web/ui';
import { type T, useT, wordsFor } from '../messages/index.ts';
import type { SetupChange } from '../state/types.ts';
import { useParts } from './context.ts';
import { thingName, valueWords } from './words.ts';

export function History() {
  const { app, view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const changes = useStore(app.changes);
  const at = (time: string) =>
    new Date(time).toLocaleString(localeOf(lang), { dateStyle: 'short', timeStyle: 'short' });
  const undo = async (change: SetupChange) => {
    if (await app.undo(change)) announce(t('setup.undone'));
  };
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{t('setup.part.history')}</h2>
      {changes.length === 0 ? (
        <p role="status">{t('setup.no_changes')}</p>
      ) : (
        <div class="scrolls" tabIndex={0} role="group" aria-labelledby="history-title">
          <table class="setup-table">
            <thead>
              <tr>
                <th scope="col">{t('setup.history.when')}</th>
                <th scope="col">{t('setup.history.who')}</th>
                <th scope="col">{t('setup.history.what')}</th>
                <th scope="col">{t('setup.history.now')}</th>
                <th scope="col">
                  <span class="unseen">{t('setup.history.undo')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => {
                const name = `${wordsFor(t, 'setup.kind', change.kind, 'setup.no_choice')}: ${thingName(change.kind, change.key, view, lang)}`;
                return (
                  <tr key={change.id}>
                    <td>{at(change.at)}</td>
                    <td>{change.who ?? t('setup.history.somebody')}</td>
                    <th scope="row">
                      {name}
                      {change.undoes ? <small> ({t('setup.history.undid')})</small> : null}
                    </th>
                    <td>
                      <What change={change} t={t} />
                    </td>
                    <td>
                      {change.undoable ? (
                        <Button disabled={busy} onPress={() => void undo(change)}>
                          {t('setup.history.undo')}
                          <span class="unseen"> {name}</span>
                        </Button>
                      ) : null}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function What({ change, t }: { change: SetupChange; t: T }) {
  const lang = useLanguage();
  const { before, after } = change;
  if (!before) return <>{t('setup.history.added')}</>;
  if (!after) return <>{t('setup.history.removed')}</>;
  return (
    <ul class="setup-rows">
      {change.what.map((field) => (
        <li key={field}>
          {wordsFor(t, 'setup.field', field, 'setup.no_choice')}:{' '}
          {valueWords(before[field], t, lang)} → {valueWords(after[field], t, lang)}
        </li>
      ))}
    </ul>
  );
}
