// The screen is about to go back to the start: said in time, and stopped by one touch.
import { Button, Dialog } from '@etapiste/web/ui';
import type { WaitingAreaMessages } from '../messages/waiting_area.ts';

interface TimeWarningProps {
  words: WaitingAreaMessages;
  seconds_left: number;
  onMore: () => void;
  onDone: () => void;
}

export function TimeWarning({ words, seconds_left, onMore, onDone }: TimeWarningProps) {
  return (
    <Dialog title={words.time_title} alert onClose={onMore} class="time-warning">
      <p>{words.time_text}</p>
      <p class="countdown" aria-hidden="true">
        {words.seconds(seconds_left)}
      </p>
      <div class="dialog-choices">
        <Button kind="primary" size="kiosk" onPress={onMore} autoFocus>
          {words.more_time}
        </Button>
        <Button size="kiosk" onPress={onDone}>
          {words.to_start}
        </Button>
      </div>
    </Dialog>
  );
}
