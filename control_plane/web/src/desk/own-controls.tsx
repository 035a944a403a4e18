// The clerk's own microphone and camera, in the own visit and in a colleague's.

import { useStore } from '@etapiste/web/state';
import { Button, Icon } from '@etapiste/web/ui';
import { useT } from '../messages/index.ts';
import { KEYS } from '../state/keys.ts';
import { useParts } from './context.ts';
import { Picture } from './picture.tsx';

export function OwnControls() {
  const { media } = useParts();
  const t = useT();
  const own = useStore(media.view);
  return (
    <>
      <Button
        icon={own.muted ? 'microphone-off' : 'microphone'}
        pressed={own.muted}
        hint={`${t(own.muted ? 'visit.unmute' : 'visit.mute')} (${KEYS.mute})`}
        shortcut={KEYS.mute}
        onPress={() => media.setMuted(!own.muted)}
      >
        {t(own.muted ? 'visit.unmute' : 'visit.mute')}
      </Button>
      <Button
        icon={own.cameraOff ? 'video-off' : 'video'}
        pressed={own.cameraOff}
        onPress={() => media.setCameraOff(!own.cameraOff)}
      >
        {t(own.cameraOff ? 'visit.camera_on' : 'visit.camera_off')}
      </Button>
    </>
  );
}

/** What the others see of the clerk. */
export function Mirror() {
  const { media } = useParts();
  const t = useT();
  const own = useStore(media.view);
  return (
    <div class={own.cameraOff ? 'mirror mirror-off' : 'mirror'}>
      <Picture
        video={own.cameraOff ? null : own.video}
        label={t('visit.own_picture')}
        mirrored={!own.videoTrouble}
      />
      {own.cameraOff ? <Icon name="video-off" /> : null}
    </div>
  );
}
