// The own picture that stands in a booth: where, whether it is seen there, until when.

import { timeOfDay, useLanguage } from '@etapiste/web/i18n';
import type { PairView } from '@etapiste/web/room';
import { type Readable, Store, useStore } from '@etapiste/web/state';
import { Button } from '@etapiste/web/ui';
import { type Key, useT } from '../messages/index.ts';
import type { BoothView, Desk, Link, PointView } from '../state/types.ts';
import { useParts } from './context.ts';
import { Picture } from './picture.tsx';

const NO_PAIR: Readable<PairView | null> = new Store<PairView | null>(null);

export function OwnLink({ link }: { link: Link }) {
  const { app, media } = useParts();
  const t = useT();
  const lang = useLanguage();
  const room = useStore(app.link);
  const pair = useStore<PairView | null>(room?.screen ?? NO_PAIR);
  const doing = useStore(app.doing);
  const { video, videoTrouble } = useStore(media.view);
  return (
    <section aria-labelledby="link-title" class="own-link">
      <h2 id="link-title">{t('link.title')}</h2>
      <p>
        <strong>
          {t('link.where', { booth: link.booth.name[lang], point: link.point.name[lang] })}
        </strong>
      </p>
      <Picture video={video} label={t('link.own')} mirrored={!videoTrouble} />
      <p role="status">{t(stateOf(pair))}</p>
      <p class="quiet">
        {t('link.calls')} {t('link.until', { time: timeOfDay(link.ends_at, lang) })}
      </p>
      <Button busy={doing === 'link'} onPress={() => void app.closeLink(link.id)}>
        {t('link.close')}
      </Button>
    </section>
  );
}

function stateOf(pair: PairView | null): Key {
  switch (pair?.phase) {
    case 'connected':
      return pair.unstable ? 'link.lost' : 'link.stands';
    case 'lost':
      return 'link.lost';
    case 'refused':
      return 'link.refused';
    default:
      return 'link.coming';
  }
}

/** The way into a booth that is free: nothing for one that is not, or has the picture already. */
export function OpenLink({
  desk,
  point,
  booth,
}: {
  desk: Desk;
  point: PointView;
  booth: BoothView;
}) {
  const { app } = useParts();
  const t = useT();
  const lang = useLanguage();
  const doing = useStore(app.doing);
  const there = desk.link?.point.code === point.code && desk.link.booth.code === booth.code;
  const free = booth.state === 'free' && booth.ready;
  if (desk.me.state !== 'available' || !free || there) return null;
  return (
    <Button
      kind="quiet"
      disabled={doing !== null}
      label={t('link.open_in', { booth: booth.name[lang], point: point.name[lang] })}
      onPress={() => void app.openLink(point.code, booth.code)}
    >
      {t('link.open')}
    </Button>
  );
}
