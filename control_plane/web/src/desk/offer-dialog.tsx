// A visitor is offered: take them, or leave them to somebody else? Over any page, until time is up.

import { LANGUAGE_NAMES, minutes, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { secondsLeft } from '../state/rules.ts';
import type { Offer, RejectReason } from '../state/types.ts';
import { AnswerTime, useCallingTitle, useSecondsLeft } from './answer-time.tsx';
import { useParts } from './context.ts';

const REASONS: readonly RejectReason[] = ['busy', 'skill', 'conflict', 'technical', 'break'];

export function OfferDialog({ offer }: { offer: Offer }) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const [leaving, setLeaving] = useState(false);
  const reasons = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (leaving) reasons.current?.querySelector('button')?.focus();
  }, [leaving]);
  const left = useSecondsLeft(offer);
  const title = t('offer.title', { number: offer.number });
  useCallingTitle(title);
  return (
    <Dialog title={title} alert class="offer-dialog">
      <p class="lead">
        {offer.service.name[lang]} <small>~ {minutes(offer.service.minutes * 60, lang)}</small>
      </p>
      <p class="facts">
        <span>
          {offer.point.name[lang]}, {offer.booth.name[lang]}
        </span>
        <span>{t('offer.language', { language: LANGUAGE_NAMES[offer.language] })}</span>
        <span>{t('offer.waited', { wait: minutes(offer.wait_s, lang) })}</span>
      </p>
      <AnswerTime left={left} of={secondsLeft(offer, Date.parse(offer.offered_at))} />
      <div class="dialog-actions">
        <Button
          kind="primary"
          class="big"
          autoFocus
          busy={doing === 'accept'}
          disabled={left === 0}
          onPress={() => void app.accept(offer.id)}
        >
          {t('offer.accept')}
        </Button>
        {leaving ? null : (
          <Button disabled={left === 0} onPress={() => setLeaving(true)}>
            {t('offer.reject')}
          </Button>
        )}
      </div>
      {/* Below, so that nothing comes under a hand that has just pressed. */}
      {leaving ? (
        <fieldset class="choices offer-reasons" ref={reasons}>
          <legend>{t('offer.reason.lead')}</legend>
          {REASONS.map((reason) => (
            <Button
              key={reason}
              busy={doing === 'reject'}
              onPress={() => void app.reject(offer.id, reason)}
            >
              {t(`offer.reason.${reason}`)}
            </Button>
          ))}
        </fieldset>
      ) : null}
    </Dialog>
  );
}
