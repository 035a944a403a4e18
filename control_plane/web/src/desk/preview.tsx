// What will come out of the printer, as far as a browser can tell. PDF.js comes only when needed.

import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useT } from '../messages/index.ts';
import type { Chosen, FileRefusal } from '../state/files.ts';
import { useBlobUrl } from './document-camera.tsx';

/** Pages that are drawn; a longer document still prints whole. */
const DRAWN_PAGES = 12;
const WIDTH = 520;

interface PreviewProps {
  chosen: Chosen;
  onPages: (pages: number) => void;
  onRefused: (why: FileRefusal) => void;
}

export function Preview({ chosen, onPages, onRefused }: PreviewProps) {
  return chosen.type === 'application/pdf' ? (
    <PdfPreview chosen={chosen} onPages={onPages} onRefused={onRefused} />
  ) : (
    <PicturePreview chosen={chosen} onPages={onPages} onRefused={onRefused} />
  );
}

function PicturePreview({ chosen, onPages, onRefused }: PreviewProps) {
  const t = useT();
  const [blob] = useState(() => new Blob([chosen.bytes], { type: chosen.type }));
  const url = useBlobUrl(blob);
  return (
    <div class="preview">
      {url ? (
        <img
          src={url}
          alt={t('print.preview')}
          onLoad={() => onPages(1)}
          onError={() => onRefused('damaged')}
        />
      ) : null}
    </div>
  );
}

function PdfPreview({ chosen, onPages, onRefused }: PreviewProps) {
  const t = useT();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the file alone decides what is opened
  useEffect(() => {
    let gone = false;
    let opened: PDFDocumentProxy | null = null;
    void openPdf(chosen.bytes).then((found) => {
      if (typeof found === 'string') {
        if (!gone) onRefused(found);
        return;
      }
      opened = found;
      if (gone) {
        void found.loadingTask.destroy();
        return;
      }
      setPdf(found);
      onPages(found.numPages);
    });
    return () => {
      gone = true;
      void opened?.loadingTask.destroy();
    };
  }, [chosen]);
  const drawn = Math.min(pdf?.numPages ?? 0, DRAWN_PAGES);
  return (
    <div class="preview" tabIndex={0} role="region" aria-label={t('print.preview')}>
      {pdf
        ? Array.from({ length: drawn }, (_, at) => at + 1).map((number) => (
            <Page key={number} pdf={pdf} number={number} />
          ))
        : null}
    </div>
  );
}

function Page({ pdf, number }: { pdf: PDFDocumentProxy; number: number }) {
  const t = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    void (async () => {
      const page = await pdf.getPage(number);
      if (gone || !canvas.current) return;
      const viewport = page.getViewport({ scale: WIDTH / page.getViewport({ scale: 1 }).width });
      canvas.current.width = viewport.width;
      canvas.current.height = viewport.height;
      await page.render({ canvas: canvas.current, viewport }).promise;
    })().catch(() => {
      // A page that cannot be drawn here may still print: the booth's own check decides.
    });
    return () => {
      gone = true;
    };
  }, [pdf, number]);
  return <canvas ref={canvas} role="img" aria-label={t('print.preview_page', { page: number })} />;
}

async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<PDFDocumentProxy | FileRefusal> {
  const [pdfjs, worker] = await Promise.all([
    import('pdfjs-dist'),
    import('pdfjs-dist/build/pdf.worker.min.mjs?url'),
  ]);
  pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
  try {
    // PDF.js takes the buffer away; the original is what is sent. No forms, no scripts.
    return await pdfjs.getDocument({ data: bytes.slice(), enableXfa: false }).promise;
  } catch (error) {
    return error instanceof Error && error.name === 'PasswordException' ? 'encrypted' : 'damaged';
  }
}
