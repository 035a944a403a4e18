// After the visit: some time to write, with nothing of the visitor left on this page.

import { stopwatch } from '@etapiste/web/i18n';
import { useNow, useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import type { Me } from '../state/types.ts';
import { useParts } from './context.ts';

export function WrapUp({ me }: { me: Me }) {
  const { app, clock } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  useNow(500);
  // The agency lets its clerks end it themselves.
  const byHand = me.wrap_up_until === null;
  const left = me.wrap_up_until ? Math.ceil(clock.until(me.wrap_up_until)) : 0;
  return (
    <section class="wrap-up" aria-labelledby="wrap-up-title">
      <div>
        <h1 id="wrap-up-title">{t('wrap_up.title')}</h1>
        <p>{t('wrap_up.lead')}</p>
        <p class="quiet">{t(byHand ? 'wrap_up.by_hand' : 'wrap_up.then')}</p>
      </div>
      <p class="wrap-up-left" role="timer">
        {byHand ? stopwatch(clock.since(me.since)) : t('wrap_up.left', { time: stopwatch(left) })}
      </p>
      <div class="actions">
        {byHand ? null : (
          <Button icon="plus" busy={doing === 'wrap_up'} onPress={() => void app.wrapUp('extend')}>
            {t('wrap_up.extend')}
          </Button>
        )}
        <Button
          kind="primary"
          icon="check"
          busy={doing === 'wrap_up'}
          onPress={() => void app.wrapUp('done')}
        >
          {t('wrap_up.done')}
        </Button>
      </div>
    </section>
  );
}
