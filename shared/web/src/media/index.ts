// Cameras and microphones, or honest stand-ins where there are none.

export {
  type Devices,
  listDevices,
  type MediaKind,
  type Opened,
  openMedia,
  type Trouble,
} from './devices.ts';
export { type DrawnPicture, drawPicture } from './drawn.ts';
export { CELLS, drawPattern, type Pattern, readPattern, SOURCES, type Source } from './pattern.ts';
export type { PictureWords } from './picture.ts';
export { audioContext, audioReady, makeTone, playing, startAudio } from './sound.ts';
