// Shall an account end for good? It cannot be undone, so it is asked.

import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import type { PeopleApp } from '../state/people-app.ts';
import type { Person } from '../state/types.ts';
import { RefusalNotice } from './refusal-notice.tsx';

interface EndDialogProps {
  app: PeopleApp;
  person: Person;
  close: () => void;
}

export function EndDialog({ app, person, close }: EndDialogProps) {
  const t = useT();
  const busy = useStore(app.busy);
  const end = async () => {
    if (await app.end(person.id)) close();
  };
  return (
    <Dialog
      title={t('people.end_title', { name: person.display_name })}
      onClose={close}
      class="person-dialog"
      alert
    >
      <RefusalNotice app={app} />
      <p>{t('people.end_about', { username: person.username })}</p>
      <div class="dialog-actions">
        <Button kind="danger" busy={busy} onPress={() => void end()}>
          {t('people.end_sure')}
        </Button>
        <Button autoFocus onPress={close}>
          {t('app.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
