// What has been sent to the booth's printer in this visit, and what became of it?

import type { PrintState } from '@etapiste/web/wire';
import type { PrintView } from './types.ts';

/** Before the booth has answered, the job is on its way. */
export type JobState = PrintState | 'sending';

export interface PrintJob {
  id: string;
  state: JobState;
  reason: string;
  pages: number;
  sheets: number | null;
  copies: number;
  /** Of the document, in bytes: how much there is and how much the booth has. */
  size: number;
  received: number;
}

const RANK: Record<JobState, number> = {
  sending: 0,
  offered: 1,
  checked: 2,
  printing: 3,
  refused: 4,
  out: 4,
  doubtful: 4,
  failed: 4,
  purged: 4,
};

export function isFinal(state: JobState): boolean {
  return RANK[state] === 4;
}

/** States only advance; a message that comes late or twice changes nothing. */
export function advance(job: PrintJob, news: Omit<PrintView, 'job_id'>): PrintJob {
  const { state, reason, pages, sheets } = news;
  if (isFinal(job.state) || RANK[state] < RANK[job.state]) return job;
  return {
    ...job,
    state,
    reason,
    pages: pages || job.pages,
    sheets: sheets ?? job.sheets,
  };
}

/** What the control plane knows of this visit's jobs, for a page that was loaded again. */
export function withKnown(jobs: readonly PrintJob[], known: readonly PrintView[]): PrintJob[] {
  const found = new Map(known.map((view) => [view.job_id, view]));
  const updated = jobs.map((job) => {
    const view = found.get(job.id);
    found.delete(job.id);
    return view ? advance(job, view) : job;
  });
  const others = [...found.values()].map(
    ({ job_id, state, reason, pages, sheets }): PrintJob => ({
      id: job_id,
      state,
      reason,
      pages,
      sheets,
      copies: 1,
      size: 0,
      received: 0,
    }),
  );
  return others.length > 0 || updated.some((job, at) => job !== jobs[at])
    ? [...others, ...updated]
    : (jobs as PrintJob[]);
}
