// The booth's screen: starts the page.
import { render } from 'preact';
import { soundOnWithFirstTouch } from '../sound/output.ts';
import { player } from '../sound/player.ts';
import type { BoothScreenState } from '../state/wire.ts';
import { agentLink } from '../ui/agent.ts';
import { steadily } from '../ui/steadily.ts';
import { App } from './app.tsx';
import { askForDevices } from './permission.ts';
import { takeSeat } from './seat.ts';
import './booth.css';
import './faces.css';

// The agent calls this screen gone when it has been silent for some of these.
const ALIVE_MS = 5_000;

soundOnWithFirstTouch(() => void askForDevices());
const link = agentLink<BoothScreenState>('booth');
const seat = takeSeat(link);
const speech = player();
steadily(ALIVE_MS, () => link.say({ type: 'alive' }));
link.onMessage((message) => {
  if (message.type === 'play') {
    void speech.say([message.url], { volume: (link.state?.settings.volume ?? 100) / 100 });
  }
  if (message.type === 'reload') {
    seat.leave();
    speech.stop();
    location.reload();
  }
});
const page = document.getElementById('page');
if (page) render(<App link={link} seat={seat.view} speech={speech} />, page);
