// People from a sheet: first what each line would do, then all of it, then the links.

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog, Icon, type IconName, Notice } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import { linkAddress, sheetText } from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';
import type { BroughtIn, SheetLine } from '../state/types.ts';
import { CopyField } from './copy-field.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

interface SheetDialogProps {
  app: PeopleApp;
  close: () => void;
}

export function SheetDialog({ app, close }: SheetDialogProps) {
  const t = useT();
  const busy = useStore(app.busy);
  const [text, setText] = useState('');
  const [unreadable, setUnreadable] = useState(false);
  const [lines, setLines] = useState<readonly SheetLine[] | null>(null);
  const [done, setDone] = useState<BroughtIn | null>(null);
  const choose = async (file: File | undefined) => {
    setLines(null);
    app.refusal.set(null);
    const read = file ? sheetText(await file.arrayBuffer()) : '';
    setUnreadable(read === null);
    if (!read) return;
    setText(read);
    setLines(await app.preview(read));
  };
  const bring = async () => {
    const brought = await app.bring(text);
    if (brought) setDone(brought);
    // What was there at the look has changed meanwhile: look again.
    else if (app.refusal.get()?.code === 'sheet_wrong') setLines(await app.preview(text));
  };
  if (done) return <Done done={done} close={close} />;
  const wrong = lines?.filter(({ outcome }) => outcome === 'wrong').length ?? 0;
  const changing = lines?.some(({ outcome }) => outcome === 'new' || outcome === 'changed');
  return (
    <Dialog title={t('people.sheet_title')} onClose={close} class="sheet-dialog">
      <p>{t('people.sheet_about')}</p>
      <label class="field">
        {t('people.sheet_file')}
        <input
          type="file"
          accept=".csv,text/csv"
          data-autofocus
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </label>
      {unreadable ? (
        <Notice tone="warning" live="alert">
          {t('sheet.not_utf8')}
        </Notice>
      ) : null}
      <RefusalNotice app={app} />
      {lines ? (
        <>
          <Notice tone={wrong > 0 ? 'warning' : 'info'} live="status">
            {wrong > 0
              ? t('people.sheet_wrong', { count: wrong })
              : t(changing ? 'people.sheet_ready' : 'people.sheet_same', counted(lines))}
          </Notice>
          <Lines lines={lines} />
        </>
      ) : null}
      <div class="dialog-actions">
        <Button
          kind="primary"
          busy={busy}
          disabled={!changing || wrong > 0}
          onPress={() => void bring()}
        >
          {t('people.sheet_bring')}
        </Button>
        <Button onPress={close}>{t('app.cancel')}</Button>
      </div>
    </Dialog>
  );
}

function counted(lines: readonly SheetLine[]): Record<string, number> {
  const of = (outcome: string) => lines.filter((line) => line.outcome === outcome).length;
  return { new: of('new'), changed: of('changed'), same: of('same') };
}

const SIGNS: Record<SheetLine['outcome'], IconName> = {
  new: 'plus',
  changed: 'pen',
  same: 'minus',
  wrong: 'warning',
};

function Lines({ lines }: { lines: readonly SheetLine[] }) {
  const t = useT();
  // What is wrong comes first: it is what one has to look at.
  const sorted = [...lines].sort(
    (one, other) => Number(other.outcome === 'wrong') - Number(one.outcome === 'wrong'),
  );
  return (
    <section class="sheet-lines scrolls" tabIndex={0} aria-label={t('people.sheet_lines')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('people.sheet_line')}</th>
            <th scope="col">{t('people.username')}</th>
            <th scope="col">{t('people.sheet_outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((line) => (
            <tr key={line.line} class={`line-${line.outcome}`}>
              <td>{line.line}</td>
              <td>{line.username}</td>
              <td>
                <Icon name={SIGNS[line.outcome]} /> {outcomeWords(t, line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function outcomeWords(t: T, { outcome, why, column, changes }: SheetLine): string {
  if (outcome === 'wrong') {
    const words = wordsFor(t, 'sheet_line', why, 'sheet_line.unknown', { column });
    return column ? `${words} (${column})` : words;
  }
  const told = t(`people.outcome.${outcome}`);
  return changes.length > 0 ? `${told}: ${changes.join(', ')}` : told;
}

function Done({ done, close }: { done: BroughtIn; close: () => void }) {
  const t = useT();
  const lang = useLanguage();
  const { links, expires_at } = done;
  return (
    <Dialog title={t('people.sheet_title')} class="sheet-dialog">
      <Notice tone="good" live="status">
        {t('people.sheet_done', counted(done.lines))}
      </Notice>
      {links.length > 0 ? (
        <>
          <p>
            {t('people.links_once', {
              when: new Date(expires_at).toLocaleString(localeOf(lang), {
                dateStyle: 'short',
                timeStyle: 'short',
              }),
            })}
          </p>
          <div class="sheet-links">
            {links.map(({ id, display_name, username, token }) => (
              <CopyField
                key={id}
                label={`${display_name} (${username})`}
                value={linkAddress(token)}
              />
            ))}
          </div>
        </>
      ) : null}
      <div class="dialog-actions">
        <Button kind="primary" autoFocus={links.length === 0} onPress={close}>
          {t(links.length > 0 ? 'people.links_done' : 'app.close')}
        </Button>
      </div>
    </Dialog>
  );
}
