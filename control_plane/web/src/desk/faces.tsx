// The visitor's picture, large, with the clerk's own and whoever else is there over it.

import type { PairView } from '@etapiste/web/room';
import { type Readable, useStore } from '@etapiste/web/state';
import type { ComponentChildren } from 'preact';
import { useT } from '../messages/index.ts';
import { Mirror } from './own-controls.tsx';
import { Picture, useMovingState } from './picture.tsx';

interface FacesProps {
  screen: Readable<PairView>;
  onHold: boolean;
  children: ComponentChildren;
}

export function Faces({ screen, onHold, children }: FacesProps) {
  const t = useT();
  const { phase, video, audio } = useStore(screen);
  const [moving, setMoving] = useMovingState();
  const waiting = phase === 'connected' || phase === 'connecting';
  return (
    <div class="faces">
      <Picture
        id="visitor"
        video={video}
        audio={audio}
        label={t('visit.visitor')}
        onMoving={setMoving}
      />
      {moving ? null : (
        <p class="faces-none">
          {onHold ? t('notice.on_hold') : t(waiting ? 'visit.waiting_picture' : 'visit.no_picture')}
        </p>
      )}
      {children}
      <Mirror />
    </div>
  );
}

/** The other clerk of a consult. */
export function OtherClerk({ name, pair }: { name: string; pair: PairView }) {
  const t = useT();
  return (
    <figure class="companion">
      <Picture
        id="colleague"
        video={pair.video}
        audio={pair.audio}
        label={t('consult.picture', { name })}
      />
      <figcaption>{name}</figcaption>
    </figure>
  );
}
