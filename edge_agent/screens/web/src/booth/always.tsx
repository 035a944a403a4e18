// Always in reach: help, and for whoever sits here the way out of the visit or of the wait.
import { Button, Dialog } from '@etapiste/web/ui';
import { useEffect, useState } from 'preact/hooks';
import type { SceneProps } from './app.tsx';

export function Always({ state, words, link }: SceneProps) {
  const { phase, way_out } = state;
  // Asked about what, and told in which phase: both are over when that is.
  const [asking, ask] = useState<typeof way_out>(null);
  const [told, tell] = useState<typeof phase | null>(null);
  useEffect(() => {
    if (asking !== way_out) ask(null);
    if (told !== phase) tell(null);
  }, [asking, way_out, told, phase]);
  const waits = way_out === 'number';
  return (
    <footer class="always">
      <Button kind="primary" size="kiosk" icon="help" onPress={() => link.say({ type: 'help' })}>
        {words.need_help}
      </Button>
      <p class="told" role="status">
        {told === phase ? words.finish_told : state.help === 'called' ? words.help_called : ''}
      </p>
      {way_out ? (
        <Button size="kiosk" icon="end" onPress={() => ask(way_out)}>
          {words.finish}
        </Button>
      ) : null}
      {asking && asking === way_out ? (
        <Dialog title={words.finish_sure} onClose={() => ask(null)}>
          <p>{waits ? words.finish_waiting : words.finish_more}</p>
          <div class="dialog-choices">
            <Button kind="primary" size="kiosk" autoFocus onPress={() => ask(null)}>
              {waits ? words.finish_wait_on : words.finish_no}
            </Button>
            <Button
              kind="danger"
              size="kiosk"
              onPress={() => {
                ask(null);
                tell(link.say({ type: 'finish' }) ? phase : null);
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
