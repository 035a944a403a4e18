// The paper under the camera, live, and sharp pictures of it that vanish with the visit.

import { useStore } from '@etapiste/web/state';
import { announce, Button, Icon, Notice } from '@etapiste/web/ui';
import type { PeripheralStatus } from '@etapiste/web/wire';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import type { Still } from '../state/booth.ts';
import { KEYS } from '../state/keys.ts';
import { statusOf, usable } from '../state/rules.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { Picture, useMovingState } from './picture.tsx';
import { StillViewer } from './still-viewer.tsx';

interface DocumentCameraProps {
  room: VisitRoom;
  peripherals: readonly PeripheralStatus[];
}

export function DocumentCamera({ room, peripherals }: DocumentCameraProps) {
  const t = useT();
  const agent = useStore(room.agent);
  const stills = useStore(room.booth.stills);
  const [moving, setMoving] = useMovingState();
  const [openId, setOpenId] = useState<string | null>(null);
  const status = statusOf(peripherals, 'document_camera');
  const connected = agent.phase === 'connected';
  const asking = stills.some(({ state }) => state === 'asked' || state === 'coming');
  const open = stills.findIndex(({ id }) => id === openId);
  const opened = stills[open];
  const newest = stills[0];
  useEffect(() => {
    if (newest?.state === 'here') announce(t('camera.taken'));
    if (newest?.state === 'failed') announce(stillReason(t, newest.reason), { assertive: true });
  }, [newest?.state, newest?.reason, t]);
  return (
    <>
      <div class="document">
        <Picture
          id="document-camera"
          video={agent.video}
          label={t('camera.live')}
          onMoving={setMoving}
        />
        {moving ? null : (
          <p class="faces-none">{t(connected ? 'camera.waiting' : 'camera.none')}</p>
        )}
      </div>
      {status && !usable(status) ? (
        <Notice tone="warning">
          {t('notice.camera_trouble', {
            what: wordsFor(t, 'condition', status.condition, 'condition.unknown'),
          })}
        </Notice>
      ) : null}
      <div class="actions">
        <Button
          kind="primary"
          icon="camera"
          busy={asking}
          disabled={!connected || (status !== undefined && !usable(status))}
          hint={`${t('camera.take')} (${KEYS.still})`}
          shortcut={KEYS.still}
          onPress={() => room.booth.takeStill()}
        >
          {t('camera.take')}
        </Button>
        <p class="quiet vanish">{t('camera.stills_vanish')}</p>
      </div>
      {stills.length > 0 ? (
        <ul class="plain stills" aria-label={t('camera.stills')}>
          {stills.map((still, at) => (
            <StillItem
              key={still.id}
              still={still}
              index={stills.length - at}
              open={() => setOpenId(still.id)}
              remove={() => room.booth.forgetStill(still.id)}
            />
          ))}
        </ul>
      ) : null}
      {opened?.blob ? (
        <StillViewer
          blob={opened.blob}
          width={opened.width}
          height={opened.height}
          index={stills.length - open}
          close={() => setOpenId(null)}
        />
      ) : null}
    </>
  );
}

interface StillItemProps {
  still: Still;
  index: number;
  open: () => void;
  remove: () => void;
}

function StillItem({ still, index, open, remove }: StillItemProps) {
  const t = useT();
  const url = useBlobUrl(still.blob);
  return (
    <li class="still">
      {url ? (
        <button
          type="button"
          class="still-open"
          aria-label={t('camera.open', { index })}
          onClick={open}
        >
          <img src={url} alt="" />
        </button>
      ) : (
        <p class={still.state === 'failed' ? 'still-wait row-why' : 'still-wait'}>
          {still.state === 'failed' ? (
            stillReason(t, still.reason)
          ) : (
            <>
              <span class="spinner-mark" aria-hidden="true" />
              {still.state === 'asked'
                ? t('camera.asked')
                : t('camera.coming', { percent: Math.round(still.progress * 100) })}
            </>
          )}
        </p>
      )}
      <p class="still-foot">
        {t('camera.still', { index })}
        <button
          type="button"
          class="still-remove"
          aria-label={t('camera.remove', { index })}
          onClick={remove}
        >
          <Icon name="close" />
        </button>
      </p>
    </li>
  );
}

/** The blob's address for as long as it is shown; then the browser forgets it too. */
export function useBlobUrl(blob: Blob | null): string | null {
  const url = useMemo(() => (blob ? URL.createObjectURL(blob) : null), [blob]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return url;
}

function stillReason(t: T, reason: string): string {
  return wordsFor(t, 'still.reason', reason, 'still.reason.other');
}
