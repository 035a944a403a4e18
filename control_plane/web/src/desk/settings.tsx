// The booth's volume, camera and microphone, and this workstation's own.

import { useStore } from '@etapiste/web/state';
import { Button, Dialog } from '@etapiste/web/ui';
import type { MediaDevice } from '@etapiste/web/wire';
import { useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { useParts } from './context.ts';

export function Settings({ room, close }: { room: VisitRoom; close: () => void }) {
  const { media } = useParts();
  const t = useT();
  const own = useStore(media.view);
  return (
    <Dialog title={t('settings.title')} onClose={close}>
      <fieldset class="form">
        <legend>{t('settings.booth')}</legend>
        <BoothSettings room={room} />
      </fieldset>
      <fieldset class="form">
        <legend>{t('settings.own')}</legend>
        <Choice
          label={t('settings.camera')}
          devices={own.devices.cameras}
          chosen={own.camera}
          choose={(camera) => void media.choose({ camera })}
        />
        <Choice
          label={t('settings.microphone')}
          devices={own.devices.microphones}
          chosen={own.microphone}
          choose={(microphone) => void media.choose({ microphone })}
        />
      </fieldset>
      <div class="dialog-actions">
        <Button kind="primary" autoFocus onPress={close}>
          {t('app.close')}
        </Button>
      </div>
    </Dialog>
  );
}

function BoothSettings({ room }: { room: VisitRoom }) {
  const t = useT();
  const booth = useStore(room.booth.state);
  const [volume, setVolume] = useState<number | null>(null);
  if (!booth) return <p class="quiet">{t('settings.no_booth')}</p>;
  const shown = volume ?? booth.volume;
  return (
    <>
      <label class="field">
        {t('settings.volume')}
        <span class="range">
          <input
            type="range"
            min={0}
            max={100}
            step={5}
            value={shown}
            onInput={(event) => setVolume(event.currentTarget.valueAsNumber)}
            onChange={(event) => room.booth.set({ volume: event.currentTarget.valueAsNumber })}
          />
          <output>{t('settings.volume_value', { value: shown })}</output>
        </span>
      </label>
      <Choice
        label={t('settings.camera')}
        devices={booth.cameras}
        chosen={booth.camera}
        choose={(camera) => room.booth.set({ camera })}
      />
      <Choice
        label={t('settings.microphone')}
        devices={booth.microphones}
        chosen={booth.microphone}
        choose={(microphone) => room.booth.set({ microphone })}
      />
    </>
  );
}

interface ChoiceProps {
  label: string;
  devices: readonly MediaDevice[];
  chosen: string;
  choose: (id: string) => void;
}

function Choice({ label, devices, chosen, choose }: ChoiceProps) {
  const t = useT();
  return (
    <label class="field">
      {label}
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {devices.some(({ id }) => id === chosen) ? null : (
          <option value={chosen}>{t('settings.default')}</option>
        )}
        {devices.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label || t('settings.default')}
          </option>
        ))}
      </select>
    </label>
  );
}
