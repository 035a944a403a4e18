// The link by which somebody sets a password: made when it is asked for, shown once.

import { localeOf, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog, Notice } from '@etapiste/web/ui';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { linkAddress } from '../state/people.ts';
import type { PeopleApp } from '../state/people-app.ts';
import type { PasswordLink, Person } from '../state/types.ts';
import { CopyField } from './copy-field.tsx';
import { RefusalNotice } from './refusal-notice.tsx';

interface LinkDialogProps {
  app: PeopleApp;
  person: Person;
  close: () => void;
}

export function LinkDialog({ app, person, close }: LinkDialogProps) {
  const t = useT();
  const lang = useLanguage();
  const busy = useStore(app.busy);
  const [link, setLink] = useState<PasswordLink | null>(null);
  const make = async () => setLink(await app.makeLink(person.id));
  return (
    <Dialog
      title={t('people.link_title', { name: person.display_name })}
      // A click beside it must not lose what is shown once.
      onClose={link ? undefined : close}
      class="person-dialog"
    >
      <RefusalNotice app={app} />
      {link ? (
        <>
          <CopyField
            label={t('people.link')}
            value={linkAddress(link.token)}
            about={t('people.link_once', {
              when: new Date(link.expires_at).toLocaleString(localeOf(lang), {
                dateStyle: 'short',
                timeStyle: 'short',
              }),
            })}
          />
          <div class="dialog-actions">
            <Button kind="primary" onPress={close}>
              {t('people.link_done')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{t('people.link_about', { name: person.display_name, username: person.username })}</p>
          {person.link_until ? <Notice tone="info">{t('people.link_replaces')}</Notice> : null}
          {person.disabled ? <Notice tone="info">{t('people.link_suspended')}</Notice> : null}
          <div class="dialog-actions">
            <Button kind="primary" busy={busy} autoFocus onPress={() => void make()}>
              {t('people.link_make')}
            </Button>
            <Button onPress={close}>{t('app.cancel')}</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
