// The clerk's own camera and microphone: open only while a visit needs them.

import {
  type Devices,
  listDevices,
  type Opened,
  openMedia,
  type PictureWords,
  type Trouble,
} from '@etapiste/web/media';
import { Store } from '@etapiste/web/state';

export interface OwnView {
  muted: boolean;
  cameraOff: boolean;
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  /** Why a drawn picture or a tone stands in; null when there is a real device. */
  videoTrouble: Trouble | null;
  audioTrouble: Trouble | null;
  devices: Devices;
  camera: string;
  microphone: string;
}

const CLOSED: OwnView = {
  muted: false,
  cameraOff: false,
  video: null,
  audio: null,
  videoTrouble: null,
  audioTrouble: null,
  devices: { cameras: [], microphones: [] },
  camera: '',
  microphone: '',
};

export type OpenMedia = typeof openMedia;

export class OwnMedia {
  readonly view = new Store<OwnView>(CLOSED);
  readonly #open: OpenMedia;
  #words: PictureWords;
  #video: Opened | null = null;
  #audio: Opened | null = null;
  #turn = 0;

  constructor(words: PictureWords, open: OpenMedia = openMedia) {
    this.#words = words;
    this.#open = open;
  }

  /** For a visit: both devices, unmuted. The picture comes first, since it is awaited first. */
  async open(): Promise<void> {
    this.close();
    await this.#openVideo();
    await this.#openAudio();
    this.#show({ devices: await listDevices() });
  }

  /** For a link: the picture alone, and no microphone that stays open all day. */
  async openPicture(): Promise<void> {
    this.close();
    await this.#openVideo();
    this.#show({ devices: await listDevices() });
  }

  /** A visitor comes through the link: the picture stays as it is, the sound is opened. */
  async openSound(): Promise<void> {
    await this.#openAudio();
    this.#show({ devices: await listDevices() });
  }

  async choose(change: { camera?: string; microphone?: string }): Promise<void> {
    this.#show(change);
    if (change.camera !== undefined && this.#video) await this.#openVideo();
    if (change.microphone !== undefined && this.#audio) await this.#openAudio();
  }

  setWords(words: PictureWords): void {
    this.#words = words;
    this.#video?.setWords(words);
  }

  setMuted(muted: boolean): void {
    this.#show({ muted });
  }

  setCameraOff(cameraOff: boolean): void {
    this.#show({ cameraOff });
  }

  close(): void {
    this.#turn += 1;
    this.#video?.stop();
    this.#audio?.stop();
    this.#video = null;
    this.#audio = null;
    const { camera, microphone } = this.view.get();
    this.view.set({ ...CLOSED, camera, microphone });
  }

  async #openVideo(): Promise<void> {
    const opened = await this.#openOne('video', this.view.get().camera);
    if (!opened) return;
    this.#video?.stop();
    this.#video = opened;
    this.#show({ video: opened.track, videoTrouble: opened.trouble });
    // Unplugged while in use: the stand-in says so to the visitor too.
    opened.track.addEventListener('ended', () => {
      if (this.#video === opened) void this.#openVideo();
    });
  }

  async #openAudio(): Promise<void> {
    const opened = await this.#openOne('audio', this.view.get().microphone);
    if (!opened) return;
    this.#audio?.stop();
    this.#audio = opened;
    this.#show({ audio: opened.track, audioTrouble: opened.trouble });
    opened.track.addEventListener('ended', () => {
      if (this.#audio === opened) void this.#openAudio();
    });
  }

  // The visit may have ended while the browser asked for permission.
  async #openOne(kind: 'audio' | 'video', id: string): Promise<Opened | null> {
    const turn = this.#turn;
    const opened = await this.#open(kind, 'clerk', this.#words, id);
    if (turn === this.#turn) return opened;
    opened.stop();
    return null;
  }

  #show(change: Partial<OwnView>): void {
    this.view.update((view) => ({ ...view, ...change }));
  }
}
