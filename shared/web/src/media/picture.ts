// What does the drawn picture look like? A calm figure, the time, and what it is.

import { drawPattern, type Pattern } from './pattern.ts';

export interface PictureWords {
  /** «Piirretty kuva – ei kameraa» */
  label: string;
  /** Who is meant to be seen: «Virkailija», «Asiakas». */
  who: string;
}

type Canvas2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export const WIDTH = 960;
export const HEIGHT = 540;
export const FRAMES_PER_SECOND = 15;

const TINTS = {
  1: ['#dce9f8', '#2a6ebb', '#00347a'],
  2: ['#e3f3ee', '#12826a', '#0a4f41'],
} as const;

export function drawFrame(
  context: Canvas2d,
  { label, who }: PictureWords,
  pattern: Pattern,
  now: Date,
): void {
  const [ground, body, ink] = TINTS[pattern.source === 2 ? 2 : 1];
  const breath = Math.sin(pattern.count / 14);
  const middle = WIDTH / 2 + 14 * Math.sin(pattern.count / 37);
  context.fillStyle = ground;
  context.fillRect(0, 0, WIDTH, HEIGHT);

  context.fillStyle = body;
  context.beginPath();
  context.ellipse(middle, 500 - 4 * breath, 190, 160 + 4 * breath, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#f2d3bd';
  context.beginPath();
  context.ellipse(middle, 235 - 3 * breath, 82, 102, 0, 0, 2 * Math.PI);
  context.fill();
  drawFace(context, middle, 235 - 3 * breath, pattern.count);

  context.fillStyle = ink;
  context.textBaseline = 'top';
  context.textAlign = 'left';
  context.font = '600 30px "Source Sans 3", sans-serif';
  context.fillText(who, 28, 24);
  context.font = '400 24px "Source Sans 3", sans-serif';
  context.fillText(label, 28, 62);
  context.textAlign = 'right';
  context.font = '600 30px "Source Sans 3", sans-serif';
  context.fillText(now.toTimeString().slice(0, 8), WIDTH - 28, 24);
  drawPattern(context, WIDTH, HEIGHT, pattern);
}

function drawFace(context: Canvas2d, x: number, y: number, count: number): void {
  const blink = count % 60 < 3;
  context.fillStyle = '#3a2a20';
  for (const side of [-1, 1]) {
    context.beginPath();
    context.ellipse(x + side * 30, y - 12, 7, blink ? 1.5 : 8, 0, 0, 2 * Math.PI);
    context.fill();
  }
  context.strokeStyle = '#3a2a20';
  context.lineWidth = 4;
  context.beginPath();
  context.arc(x, y + 20, 32, 0.2 * Math.PI, 0.8 * Math.PI);
  context.stroke();
  context.beginPath();
  context.ellipse(x, y - 52, 90, 66, 0, Math.PI, 2 * Math.PI);
  context.fill();
}
