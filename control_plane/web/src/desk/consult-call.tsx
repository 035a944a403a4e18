// A colleague asks for help in a visit: come, or not now? Over any page, until time is up.

import { LANGUAGE_NAMES, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { secondsLeft } from '../state/rules.ts';
import type { ConsultCall } from '../state/types.ts';
import { AnswerTime, useCallingTitle, useSecondsLeft } from './answer-time.tsx';
import { useParts } from './context.ts';

export function ConsultCallDialog({ call }: { call: ConsultCall }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const left = useSecondsLeft(call);
  const title = t('consult.call.title', { name: call.asked_by });
  useCallingTitle(title);
  return (
    <Dialog title={title} alert class="offer-dialog">
      <p class="lead">{call.service.name[lang]}</p>
      <p class="facts">
        <span>{call.agency.name[lang]}</span>
        <span>{t('consult.call.language', { language: LANGUAGE_NAMES[call.language] })}</span>
      </p>
      <p>{t('consult.call.about')}</p>
      <AnswerTime left={left} of={secondsLeft(call, Date.parse(call.asked_at))} />
      <div class="dialog-actions">
        <Button
          kind="primary"
          class="big"
          autoFocus
          busy={doing === 'accept_consult'}
          disabled={left === 0}
          onPress={() => void app.acceptConsult(call.id)}
        >
          {t('consult.call.accept')}
        </Button>
        <Button
          busy={doing === 'refuse_consult'}
          disabled={left === 0}
          onPress={() => void app.refuseConsult(call.id)}
        >
          {t('consult.call.refuse')}
        </Button>
      </div>
    </Dialog>
  );
}
