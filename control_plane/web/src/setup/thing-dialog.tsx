// One thing in a form, to be added or changed; when somebody else changed it meanwhile, both versions.

import { useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce, Button, Dialog, Notice } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import {
  type Content,
  codeFrom,
  differing,
  FIELDS,
  type Kind,
  type Thing,
} from '../state/setup.ts';
import { useParts } from './context.ts';
import { FieldInput } from './field-input.tsx';
import { refusedWords, valueWords } from './words.ts';

export type Editable = Exclude<Kind, 'switches'>;

export interface Editing {
  kind: Editable;
  /** What stands before the code in the key, such as a booth's point. */
  within: readonly string[];
  /** What is changed; null: it is added, beginning with `content`. */
  thing: Thing | null;
  content: Content;
}

export function ThingDialog({ editing, close }: { editing: Editing; close: () => void }) {
  const { kind, within, thing } = editing;
  const { app, view } = useParts();
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const refusal = useStore(app.refusal);
  const [draft, setDraft] = useState(editing.content);
  const [typed, setTyped] = useState<string | null>(null);
  const [known, setKnown] = useState(thing?.known ?? '');
  const [tries, setTries] = useState(0);
  const name = (draft['name'] as { fi?: string } | undefined)?.fi ?? '';
  const prefix =
    kind === 'service' ? `${String(draft['agency'])}-` : within.map((at) => `${at}-`).join('');
  const code = typed ?? (kind === 'device' ? 'd-' : name ? `${prefix}${codeFrom(name)}` : '');
  const key = thing ? thing.key : [...within, code];
  const conflict = refusal?.code === 'changed_meanwhile';
  const theirs = conflict ? app.theirs({ kind, key }) : null;
  const save = async (saw: string) => {
    if (await app.put({ kind, key, known: saw }, draft)) {
      announce(t('setup.saved'));
      close();
    }
  };
  const leave = () => {
    app.refusal.set(null);
    close();
  };
  return (
    <Dialog
      title={t(`setup.${thing ? 'change' : 'add'}.${kind}`)}
      onClose={leave}
      class="setup-dialog"
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void save(known);
        }}
      >
        {FIELDS[kind].map((field, nth) => (
          <FieldInput
            // Theirs are other values in the same fields: drawn anew.
            key={`${tries}/${field.name}`}
            field={field}
            value={draft[field.name]}
            draft={draft}
            disabled={field.owners === true && !view.may.everything}
            autoFocus={nth === 0}
            onChange={(value) => setDraft((was) => ({ ...was, [field.name]: value }))}
          />
        ))}
        {thing ? null : (
          <label class="field">
            {t(kind === 'device' ? 'setup.code.device' : 'setup.code')}
            <input
              type="text"
              required
              maxLength={64}
              pattern={
                kind === 'device'
                  ? 'd-[a-z0-9]{1,24}(-[a-z0-9]{1,12}){0,3}'
                  : '[a-z0-9]{1,32}(-[a-z0-9]{1,32}){0,5}'
              }
              value={code}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
            <small>{t(kind === 'device' ? 'setup.code.device_about' : 'setup.code.about')}</small>
          </label>
        )}
        {refusal && !conflict ? (
          <Notice tone="warning" live="alert">
            {refusedWords(t, refusal)}
          </Notice>
        ) : null}
        {conflict ? (
          <Notice tone="warning" live="alert">
            <p>{t(theirs ? 'setup.conflict' : 'setup.conflict.gone')}</p>
            {theirs ? (
              <ul>
                {differing(draft, theirs.content)
                  .filter((each) => FIELDS[kind].some((field) => field.name === each))
                  .map((each) => (
                    <li key={each}>
                      {t(`setup.field.${each}` as 'setup.field.name')}:{' '}
                      {valueWords(theirs.content[each], t, lang)}
                    </li>
                  ))}
              </ul>
            ) : null}
            <div class="dialog-actions">
              {theirs ? (
                <Button
                  onPress={() => {
                    setDraft(theirs.content);
                    setKnown(theirs.known);
                    setTries(tries + 1);
                    app.refusal.set(null);
                  }}
                >
                  {t('setup.conflict.theirs')}
                </Button>
              ) : null}
              <Button busy={busy} onPress={() => void save(theirs?.known ?? '')}>
                {t('setup.conflict.mine')}
              </Button>
            </div>
          </Notice>
        ) : null}
        <div class="dialog-actions">
          <Button
            kind="primary"
            type="submit"
            busy={busy}
            disabled={conflict}
            onPress={() => undefined}
          >
            {t('setup.save')}
          </Button>
          <Button onPress={leave}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Sure? It can be undone, as long as nothing newer stands on it. */
export function RemoveDialog({
  thing,
  name,
  close,
}: {
  thing: Thing;
  name: string;
  close: () => void;
}) {
  const { app } = useParts();
  const t = useT();
  const busy = useStore(app.busy);
  const refusal = useStore(app.refusal);
  const leave = () => {
    app.refusal.set(null);
    close();
  };
  return (
    <Dialog title={t('setup.remove.title', { name })} onClose={leave}>
      <p>{t('setup.remove.lead')}</p>
      {refusal ? (
        <Notice tone="warning" live="alert">
          {refusedWords(t, refusal)}
        </Notice>
      ) : null}
      <div class="dialog-actions">
        <Button
          kind="danger"
          busy={busy}
          autoFocus
          onPress={() => {
            void app.put(thing, null).then((done) => {
              if (!done) return;
              announce(t('setup.saved'));
              close();
            });
          }}
        >
          {t('setup.remove')}
        </Button>
        <Button onPress={leave}>{t('app.cancel')}</Button>
      </div>
    </Dialog>
  );
}
