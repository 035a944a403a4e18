// A page from the clerk to the booth's printer, and the printer's truth about it.

import { fileSize, useLanguage } from '@etapiste/web/i18n';
import { useStore } from '@etapiste/web/state';
import { announce, Button, Icon, Notice, Spinner } from '@etapiste/web/ui';
import type { PeripheralStatus } from '@etapiste/web/wire';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type T, useT, wordsFor } from '../messages/index.ts';
import { type Chosen, choose, type FileRefusal } from '../state/files.ts';
import { isFinal, type PrintJob } from '../state/prints.ts';
import { printing, statusOf, usable } from '../state/rules.ts';
import type { VisitRoom } from '../state/visit-room.ts';
import { Preview } from './preview.tsx';

const MOST_COPIES = 5;

interface PrintingProps {
  room: VisitRoom;
  peripherals: readonly PeripheralStatus[];
}

export function Printing({ room, peripherals }: PrintingProps) {
  const t = useT();
  const lang = useLanguage();
  const jobs = useStore(room.booth.prints);
  const { phase } = useStore(room.agent);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [refused, setRefused] = useState<FileRefusal | null>(null);
  const [opening, setOpening] = useState(false);
  const [pages, setPages] = useState<number | null>(null);
  const [copies, setCopies] = useState(1);
  const status = statusOf(peripherals, 'document_printer');
  const ready = phase === 'connected' && printing(status) !== 'no';

  const refuse = (why: FileRefusal) => {
    setChosen(null);
    setRefused(why);
    announce(reasonWords(t, why), { assertive: true });
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    setRefused(null);
    setChosen(null);
    setPages(null);
    setCopies(1);
    setOpening(true);
    const found = await choose(file);
    setOpening(false);
    if (typeof found === 'string') refuse(found);
    else setChosen(found);
  };

  return (
    <>
      <PrinterTruth status={status} connected={phase === 'connected'} />
      {refused ? <Notice tone="bad">{reasonWords(t, refused)}</Notice> : null}
      {opening ? <Spinner label={t('print.opening')} /> : null}
      {chosen ? (
        <div class="print-chosen">
          <Preview chosen={chosen} onPages={setPages} onRefused={refuse} />
          <div class="print-order">
            <p>
              {pages === null ? t('print.opening') : t('print.pages', { count: pages })}
              <small> · {fileSize(chosen.bytes.byteLength, lang)}</small>
            </p>
            <label class="field">
              {t('print.copies')}
              <input
                type="number"
                min={1}
                max={MOST_COPIES}
                value={copies}
                onInput={(event) =>
                  setCopies(
                    Math.min(MOST_COPIES, Math.max(1, event.currentTarget.valueAsNumber || 1)),
                  )
                }
              />
            </label>
            <Button
              kind="primary"
              icon="printer"
              disabled={!ready || pages === null}
              onPress={() => {
                void room.booth.print(chosen, copies);
                setChosen(null);
              }}
            >
              {t('print.send')}
            </Button>
            <Button onPress={() => setChosen(null)}>{t('print.other_file')}</Button>
          </div>
        </div>
      ) : (
        <DropPlace take={(file) => void take(file)} />
      )}
      <Jobs jobs={jobs} cancel={(id) => room.booth.cancelPrint(id)} />
    </>
  );
}

function PrinterTruth({
  status,
  connected,
}: {
  status: PeripheralStatus | undefined;
  connected: boolean;
}) {
  const t = useT();
  if (!status || !connected) return <Notice tone="waiting">{t('print.unknown')}</Notice>;
  const condition = wordsFor(t, 'condition', status.condition, 'condition.unknown');
  if (!usable(status)) {
    return (
      <Notice tone="warning" live="status">
        {t(printing(status) === 'waits' ? 'print.waits' : 'print.not_ready', { condition })}
      </Notice>
    );
  }
  const calm = status.condition === 'ready' || status.condition === 'busy';
  return (
    <Notice tone={calm ? 'good' : 'info'}>
      {t('print.ready')} {calm ? null : `(${condition})`}
    </Notice>
  );
}

function DropPlace({ take }: { take: (file: File | undefined) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  // A file that misses the place must not open in the browser in the middle of a visit.
  useEffect(() => {
    const stop = (event: DragEvent) => event.preventDefault();
    window.addEventListener('dragover', stop);
    window.addEventListener('drop', stop);
    return () => {
      window.removeEventListener('dragover', stop);
      window.removeEventListener('drop', stop);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the button that does the same
    <div
      class={over ? 'drop drop-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="document" />
      <p>
        {t('print.drop')} <span class="quiet">{t('print.or')}</span>
      </p>
      <Button icon="plus" onPress={() => input.current?.click()}>
        {t('print.choose')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('print.choose')}
        accept="application/pdf,image/jpeg,image/png"
        onChange={(event) => {
          take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <p class="quiet">{t('print.kinds')}</p>
    </div>
  );
}

function Jobs({ jobs, cancel }: { jobs: readonly PrintJob[]; cancel: (id: string) => void }) {
  const t = useT();
  return (
    <section class="jobs" aria-labelledby="jobs-title">
      <h2 id="jobs-title">{t('print.jobs')}</h2>
      {jobs.length === 0 ? <p class="quiet">{t('print.jobs_empty')}</p> : null}
      <ol class="plain" aria-live="polite">
        {jobs.map((job, at) => (
          <li key={job.id} class={`job job-${job.state}`} data-state={job.state}>
            <JobMark job={job} />
            <span>
              <strong>{jobs.length - at}.</strong> {stateWords(t, job)}
              {job.reason && job.state !== 'out' && job.state !== 'doubtful' ? (
                <> {reasonWords(t, job.reason)}</>
              ) : null}
              <small>
                {job.pages > 0 ? t('print.pages', { count: job.pages }) : null}
                {job.sheets !== null ? (
                  <> · {t('print.job_sheets', { sheets: job.sheets })}</>
                ) : null}
              </small>
            </span>
            {isFinal(job.state) || job.state === 'printing' ? null : (
              <Button kind="quiet" icon="close" onPress={() => cancel(job.id)}>
                {t('print.cancel')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function JobMark({ job }: { job: PrintJob }) {
  if (!isFinal(job.state)) return <span class="spinner-mark" aria-hidden="true" />;
  if (job.state === 'out') return <Icon name="check" />;
  return <Icon name={job.state === 'purged' ? 'close' : 'warning'} />;
}

function stateWords(t: T, job: PrintJob): string {
  const percent = job.size > 0 ? Math.round((100 * job.received) / job.size) : 0;
  return job.state === 'sending'
    ? t('print.state.sending', { percent })
    : t(`print.state.${job.state}`);
}

function reasonWords(t: T, reason: string): string {
  return wordsFor(t, 'print.reason', reason, 'print.reason.other');
}
