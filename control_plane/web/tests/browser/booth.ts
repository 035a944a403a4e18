// A booth, screen and agent in one page, for the desk's tests: it joins, shows and prints.

import { drawPicture, makeTone, readPattern } from '@etapiste/web/media';
import {
  announce,
  DocumentReceiver,
  DocumentSender,
  IssuerChecker,
  makeSessionKey,
  publicJwk,
  Room,
  type SessionKey,
  SessionKeyProver,
} from '@etapiste/web/room';
import type { FromBooth, FromClerk, PeripheralStatus, Signal } from '@etapiste/web/wire';

const clerk = document.querySelector('video') as HTMLVideoElement;
const keys = new Map<'booth-screen' | 'booth-agent', SessionKey>();
const rooms: Room[] = [];
const printed: { size: number; copies: number }[] = [];
const heard: FromClerk[] = [];
let tell: (message: FromBooth) => void = () => undefined;
let comeAgent: () => Room;
let peripherals: PeripheralStatus[] = [];
let page: Uint8Array<ArrayBuffer>;

async function drawPage(): Promise<{ track: MediaStreamTrack; still: Uint8Array<ArrayBuffer> }> {
  const canvas = document.createElement('canvas');
  canvas.width = 1600;
  canvas.height = 2263;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const draw = () => {
    context.fillStyle = '#fdfdfb';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = '#222';
    context.font = '600 72px sans-serif';
    context.fillText('Hakemus asumistuesta', 140, 260);
    context.font = '400 44px sans-serif';
    for (let line = 0; line < 24; line++) {
      context.fillText(`Rivi ${line + 1}: vuokra, tulot ja asunnon tiedot`, 140, 400 + line * 70);
    }
  };
  draw();
  setInterval(draw, 100);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
  const still = new Uint8Array(await (blob as Blob).arrayBuffer());
  const [track] = canvas.captureStream(10).getVideoTracks();
  return { track: track as MediaStreamTrack, still };
}

function agentSide(me: SessionKeyProver, checker: IssuerChecker, roomId: string, send: Send): Room {
  const sender = new DocumentSender();
  const receiver = new DocumentReceiver((message) => tell(message));
  const state = (): FromBooth => ({
    kind: 'booth.state',
    peripherals,
    volume: 70,
    cameras: [{ id: 'cam-1', label: 'Logitech BRIO' }],
    microphones: [{ id: 'mic-1', label: 'Jabra Speak' }],
    camera: 'cam-1',
    microphone: 'mic-1',
    on_hold: false,
    screen_here: true,
  });
  const hear = async (message: FromClerk) => {
    heard.push(message);
    if (message.kind === 'transfer.received') sender.received(message);
    if (message.kind === 'still.take') {
      const document = await announce(page, 'image/jpeg');
      tell({
        kind: 'still.taken',
        still_id: message.still_id,
        document,
        width: 1600,
        height: 2263,
      });
      await sender.send(document, page);
    }
    if (message.kind === 'print.offer') {
      const { job_id, copies } = message;
      const bytes = await receiver.expect(message.document);
      printed.push({ size: bytes.byteLength, copies: copies ?? 1 });
      tell({ kind: 'print.progress', job_id, state: 'checked', pages: 2 });
      tell({ kind: 'print.progress', job_id, state: 'printing', pages: 2 });
      tell({ kind: 'print.progress', job_id, state: 'out', pages: 2, sheets: 2 });
    }
  };
  const room = joined('booth-agent', me, checker, roomId, send, {
    hear: (message) => void hear(message as FromClerk),
    controlOpen: () => tell(state()),
    documents: (channel) => {
      channel.addEventListener('message', ({ data }) => receiver.hear(data));
      sender.attach(channel);
    },
  });
  tell = (message) => void room.pair('clerk').send(message);
  return room;
}

type Send = (signal: Signal) => void;
type Heard = NonNullable<NonNullable<ConstructorParameters<typeof Room>[0]['heard']>['clerk']>;

function joined(
  me: 'booth-screen' | 'booth-agent',
  prover: SessionKeyProver,
  checker: IssuerChecker,
  roomId: string,
  send: Send,
  heardOfClerk: Heard = {},
): Room {
  const room = new Room({
    roomId,
    me,
    others: ['clerk'],
    iceServers: [],
    relayOnly: false,
    prover,
    checker,
    send,
    elapsedS: () => 0,
    heard: { clerk: heardOfClerk },
  });
  return room;
}

const booth = {
  async makeKey(who: 'booth-screen' | 'booth-agent'): Promise<JsonWebKey> {
    const key = await makeSessionKey(who);
    keys.set(who, key);
    return publicJwk(key);
  },

  setPeripherals(conditions: Record<string, PeripheralStatus['condition']>): void {
    peripherals = Object.entries(conditions).map(([port, condition]) => ({
      port: port as PeripheralStatus['port'],
      condition,
      since: new Date().toISOString(),
    }));
  },

  async join(roomId: string, statement: string, issuers: JsonWebKey[]): Promise<void> {
    const { track, still } = await drawPage();
    page = still;
    const socket = new WebSocket(`ws://${location.host}/booth-line`);
    await new Promise((open) => socket.addEventListener('open', open));
    const send: Send = (signal) => socket.send(JSON.stringify(signal));
    const checker = () => new IssuerChecker(issuers, Date.now);
    const prover = (who: 'booth-screen' | 'booth-agent') =>
      new SessionKeyProver(who, (keys.get(who) as SessionKey).pair.privateKey, statement, Date.now);
    const screen = joined('booth-screen', prover('booth-screen'), checker(), roomId, send);
    rooms[0] = screen;
    keys.set('booth-agent', keys.get('booth-screen') as SessionKey);
    comeAgent = () => {
      const agent = agentSide(prover('booth-agent'), checker(), roomId, send);
      agent.setTracks({ audio: null, video: track });
      rooms[1] = agent;
      return agent;
    };
    comeAgent();
    screen.pair('clerk').view.subscribe(({ video }) => {
      const before = clerk.srcObject as MediaStream | null;
      if (video && before?.getVideoTracks()[0] !== video)
        clerk.srcObject = new MediaStream([video]);
    });
    socket.addEventListener('message', ({ data }) => {
      for (const room of rooms) room.receive(JSON.parse(data) as Signal);
    });
    for (const room of rooms) room.start();
  },

  open(): void {
    const words = { label: 'Piirretty kuva – ei kameraa', who: 'Asiakas' };
    const video = drawPicture('booth', words).track;
    rooms[0]?.setTracks({ audio: makeTone(330).track, video });
  },

  hold: () => rooms[0]?.setTracks({ audio: null, video: null }),
  phases: () => rooms.map((room) => room.pair('clerk').view.get().phase),
  printed: () => printed,
  heard: () => heard.map(({ kind }) => kind),
  leaveAgent: () => rooms[1]?.close(),
  comeAgentBack: () => comeAgent().start(),

  seesClerk() {
    if (!clerk.videoWidth) return null;
    const canvas = new OffscreenCanvas(clerk.videoWidth, clerk.videoHeight);
    const context = canvas.getContext('2d');
    context?.drawImage(clerk, 0, 0);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height);
    return pixels ? readPattern(pixels) : null;
  },
};

declare global {
  interface Window {
    booth: typeof booth;
  }
}
window.booth = booth;
