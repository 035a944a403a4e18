// A sharp picture at its full size: look closer, turn it, save it into the agency's own system.

import { Button, Dialog } from '@etapiste/web/ui';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import { fitScale, type Turn, turned, zoomed } from '../state/viewing.ts';
import { useBlobUrl } from './document-camera.tsx';

interface StillViewerProps {
  blob: Blob;
  width: number;
  height: number;
  index: number;
  close: () => void;
}

export function StillViewer({ blob, width, height, index, close }: StillViewerProps) {
  const t = useT();
  const url = useBlobUrl(blob);
  const frame = useRef<HTMLDivElement>(null);
  const [turn, setTurn] = useState<Turn>(0);
  const [scale, setScale] = useState<number | null>(null);
  const [fit, setFit] = useState(1);
  const size = turned({ width, height }, turn);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () =>
      setFit(
        fitScale(turned({ width, height }, turn), {
          width: element.clientWidth,
          height: element.clientHeight,
        }),
      );
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [width, height, turn]);
  const shown = scale ?? fit;
  const box = { width: size.width * shown, height: size.height * shown };
  return (
    <Dialog title={t('viewer.title', { index })} onClose={close} class="viewer">
      <div class="actions viewer-tools">
        <Button
          icon="plus"
          label={t('viewer.zoom_in')}
          autoFocus
          onPress={() => setScale(zoomed(shown, 1))}
        />
        <Button
          icon="minus"
          label={t('viewer.zoom_out')}
          onPress={() => setScale(zoomed(shown, -1))}
        />
        <Button pressed={scale === null} onPress={() => setScale(null)}>
          {t('viewer.fit')}
        </Button>
        <Button pressed={scale === 1} onPress={() => setScale(1)}>
          {t('viewer.actual')}
        </Button>
        <Button icon="rotate" onPress={() => setTurn(((turn + 90) % 360) as Turn)}>
          {t('viewer.rotate')}
        </Button>
        <Button
          kind="primary"
          icon="save"
          onPress={() => void save(blob, turn, `etapiste-${index}`)}
        >
          {t('viewer.save')}
        </Button>
        <span class="quiet">{t('viewer.size', { width, height })}</span>
        <span class="spacer" />
        <Button icon="close" onPress={close}>
          {t('app.close')}
        </Button>
      </div>
      <p class="quiet">{t('camera.stills_vanish')}</p>
      <div
        class="viewer-frame"
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label={t('viewer.canvas')}
      >
        <div class="viewer-sheet" style={{ width: `${box.width}px`, height: `${box.height}px` }}>
          {url ? (
            <img
              src={url}
              alt={t('viewer.title', { index })}
              style={{
                width: `${width * shown}px`,
                height: `${height * shown}px`,
                transform: `translate(-50%, -50%) rotate(${turn}deg)`,
              }}
            />
          ) : null}
        </div>
      </div>
    </Dialog>
  );
}

async function save(blob: Blob, turn: Turn, name: string): Promise<void> {
  const upright = turn === 0 ? blob : await rotate(blob, turn);
  const url = URL.createObjectURL(upright);
  const link = document.createElement('a');
  link.href = url;
  // A neutral name: what is on the paper must not stand in a file name.
  link.download = `${name}.${upright.type === 'image/png' ? 'png' : 'jpg'}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function rotate(blob: Blob, turn: Turn): Promise<Blob> {
  const picture = await createImageBitmap(blob);
  const { width, height } = turned(picture, turn);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) return blob;
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.drawImage(picture, -picture.width / 2, -picture.height / 2);
  return canvas.convertToBlob({ type: blob.type, quality: 0.95 });
}
