// Always in reach: help, and during a visit the way out of it.
import { Button, Dialog } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import type { SceneProps } from './app.tsx';

export function Always({ state, words, link }: SceneProps) {
  const [asking, ask] = useState(false);
  const [told, tell] = useState(false);
  const inVisit = state.phase === 'visit';
  useEffect(() => {
    if (inVisit) return;
    ask(false);
    tell(false);
  }, [inVisit]);
  return (
    <footer class="always">
      <Button kind="primary" size="kiosk" icon="help" onPress={() => link.say({ type: 'help' })}>
        {words.need_help}
      </Button>
      <p class="told" role="status">
        {told ? words.finish_told : state.help === 'called' ? words.help_called : ''}
      </p>
      {inVisit ? (
        <Button size="kiosk" icon="end" onPress={() => ask(true)}>
          {words.finish}
        </Button>
      ) : null}
      {asking ? (
        <Dialog title={words.finish_sure} onClose={() => ask(false)}>
          <p>{words.finish_more}</p>
          <div class="dialog-choices">
            <Button kind="primary" size="kiosk" autoFocus onPress={() => ask(false)}>
              {words.finish_no}
            </Button>
            <Button
              kind="danger"
              size="kiosk"
              onPress={() => {
                ask(false);
                tell(link.say({ type: 'finish' }));
              }}
            >
              {words.finish_yes}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </footer>
  );
}
