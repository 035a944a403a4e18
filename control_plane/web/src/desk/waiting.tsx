// Before the visitor is there: what is being checked, and then the call.

import { stopwatch, useLanguage } from '@etapiste/web/i18n';
import type { PairView } from '@etapiste/web/room';
import { useNow, useStore } from '@etapiste/web/state';
import { Button, Icon } from '@etapiste/web/ui';
import { useT, wordsFor } from '../messages/index.ts';
import { noShowIn, recallIn, statusOf, usable } from '../state/rules.ts';
import type { Visit } from '../state/types.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { useParts } from './context.ts';
import { Picture } from './picture.tsx';
import { VisitFacts } from './visit-facts.tsx';

type Check = 'waiting' | 'done' | 'stand_in' | 'failed';

export function Preparing({ visit, room }: { visit: Visit; room: VisitRoom }) {
  const { app, media } = useParts();
  const t = useT();
  const lang = useLanguage();
  const own = useStore(media.view);
  const screen = useStore(room.screen);
  const agent = useStore(room.agent);
  const doing = useStore(app.doing);
  const ready = visit.state === 'ready';
  return (
    <section class="before" aria-labelledby="before-title">
      <div class="before-words">
        <h1 id="before-title">{ready ? t('prepare.calling') : t('prepare.title')}</h1>
        <p class="lead">
          {t('prepare.for', { number: visit.number, point: visit.point.name[lang] })}
        </p>
        <VisitFacts visit={visit} />
        <ul class="plain checks">
          <CheckRow
            name={t('prepare.own_camera')}
            check={ofOwn(own.video !== null, own.videoTrouble !== null)}
          />
          <CheckRow
            name={t('prepare.own_microphone')}
            check={ofOwn(own.audio !== null, own.audioTrouble !== null)}
          />
          <CheckRow name={t('prepare.screen')} check={ofPair(screen)} />
          <CheckRow name={t('prepare.agent')} check={ofPair(agent)} />
          <CheckRow name={t('prepare.booth')} check={ready ? 'done' : 'waiting'} />
          {(['document_printer', 'document_camera'] as const).map((port) => {
            const status = statusOf(visit.peripherals, port);
            if (!status) return null;
            return (
              <CheckRow
                key={port}
                name={t(port === 'document_printer' ? 'prepare.printer' : 'prepare.camera')}
                check={usable(status) ? 'done' : 'failed'}
                words={wordsFor(t, 'condition', status.condition, 'condition.unknown')}
              />
            );
          })}
        </ul>
        <div class="actions">
          <Button busy={doing === 'withdraw'} onPress={() => void app.withdraw()}>
            {t('prepare.withdraw')}
          </Button>
          <span class="quiet">{t('prepare.withdraw.about')}</span>
        </div>
      </div>
      <OwnPicture about={t('prepare.lead')} />
    </section>
  );
}

function OwnPicture({ about }: { about: string }) {
  const { media } = useParts();
  const t = useT();
  const own = useStore(media.view);
  return (
    <figure class="own-large">
      <Picture video={own.video} label={t('visit.own_picture')} mirrored={!own.videoTrouble} />
      <figcaption>
        {t('visit.own_picture')} · {about}
      </figcaption>
    </figure>
  );
}

function CheckRow({ name, check, words }: { name: string; check: Check; words?: string }) {
  const t = useT();
  return (
    <li class={`check check-${check}`}>
      {check === 'waiting' ? (
        <span class="spinner-mark" aria-hidden="true" />
      ) : (
        <Icon name={check === 'failed' ? 'warning' : 'check'} />
      )}
      <span>{name}</span>
      <span class="check-words">{words ?? t(`check.${check}`)}</span>
    </li>
  );
}

function ofOwn(there: boolean, standIn: boolean): Check {
  if (!there) return 'waiting';
  return standIn ? 'stand_in' : 'done';
}

function ofPair({ phase }: PairView): Check {
  if (phase === 'connected') return 'done';
  return phase === 'refused' ? 'failed' : 'waiting';
}

export function Called({ visit }: { visit: Visit }) {
  const { app, clock } = useParts();
  const t = useT();
  const doing = useStore(app.doing);
  const now = useNow(500, clock.now);
  const recall = recallIn(visit, now);
  const noShow = noShowIn(visit, now);
  return (
    <section class="before" aria-labelledby="before-title">
      <div class="before-words">
        <h1 id="before-title">{t('called.title')}</h1>
        <p class="called-number">{visit.number}</p>
        <p class="lead">
          {t('called.count', { attempt: visit.attempts, attempts: visit.max_attempts })}
          {visit.called_at ? (
            <> · {t('called.waited', { time: stopwatch(clock.since(visit.called_at)) })}</>
          ) : null}
        </p>
        <VisitFacts visit={visit} />
        <div class="actions">
          <Button
            kind="primary"
            class="big"
            icon="person"
            busy={doing === 'arrived'}
            onPress={() => void app.arrived()}
          >
            {t('called.here')}
          </Button>
          <Button
            icon="sound"
            busy={doing === 'recall'}
            disabled={recall === null || recall > 0}
            onPress={() => void app.recall()}
          >
            {recall === null
              ? t('called.recall_none')
              : recall > 0
                ? t('called.recall_in', { seconds: recall })
                : t('called.recall')}
          </Button>
          <Button
            busy={doing === 'no_show'}
            disabled={noShow > 0}
            onPress={() => void app.noShow()}
          >
            {noShow > 0 ? t('called.no_show_in', { seconds: noShow }) : t('called.no_show')}
          </Button>
          <Button
            busy={doing === 'let_pass'}
            disabled={visit.passes_left <= 0}
            hint={t(visit.passes_left > 0 ? 'called.let_pass.about' : 'called.let_pass.none')}
            onPress={() => void app.letPass()}
          >
            {t(visit.passes_left > 0 ? 'called.let_pass' : 'called.let_pass.none')}
          </Button>
          <Button kind="quiet" busy={doing === 'withdraw'} onPress={() => void app.withdraw()}>
            {t('prepare.withdraw')}
          </Button>
        </div>
      </div>
      <OwnPicture about={t('called.lead')} />
    </section>
  );
}
