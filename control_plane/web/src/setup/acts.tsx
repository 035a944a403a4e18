// What can be done to a thing of a list: change it, or take it away; and the dialogs that ask.

import { Button } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import type { Thing } from '../state/setup.ts';
import { type Editable, type Editing, RemoveDialog, ThingDialog } from './thing-dialog.tsx';

export type Asked = { editing: Editing } | { removing: Thing; name: string };

interface ActsProps {
  thing: Thing | null;
  name: string;
  ask: (asked: Asked) => void;
  removes: boolean;
}

export function Acts({ thing, name, ask, removes }: ActsProps) {
  const t = useT();
  if (!thing) return null;
  const change = () => {
    const kind = thing.kind as Editable;
    ask({ editing: { kind, within: thing.key.slice(0, -1), thing, content: thing.content } });
  };
  return (
    <span class="setup-acts">
      <Button icon="pen" onPress={change}>
        {t('setup.change')}
        <span class="unseen"> {name}</span>
      </Button>
      {removes ? (
        <Button kind="quiet" onPress={() => ask({ removing: thing, name })}>
          {t('setup.remove')}
          <span class="unseen"> {name}</span>
        </Button>
      ) : null}
    </span>
  );
}

export function Asking({ asked, close }: { asked: Asked; close: () => void }) {
  if ('editing' in asked) return <ThingDialog editing={asked.editing} close={close} />;
  return <RemoveDialog thing={asked.removing} name={asked.name} close={close} />;
}
