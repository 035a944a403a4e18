import { expect, test } from 'vitest';
import { advance, type PrintJob, withKnown } from '../../src/state/prints.ts';

const job: PrintJob = {
  id: 'a',
  state: 'sending',
  reason: '',
  pages: 0,
  sheets: null,
  copies: 1,
  size: 10,
  received: 0,
};
const news = { reason: '', pages: 2, sheets: null };

test('a job advances by the booth’s word', () => {
  expect(advance(job, { ...news, state: 'printing' })).toMatchObject({
    state: 'printing',
    pages: 2,
  });
});

test('a word that comes late changes nothing', () => {
  const printing = advance(job, { ...news, state: 'printing' });
  expect(advance(printing, { ...news, state: 'checked' })).toBe(printing);
});

test('the end is the end', () => {
  const out = advance(job, { ...news, state: 'out', sheets: 2 });
  expect(advance(out, { ...news, state: 'failed' })).toBe(out);
});

test('a page that was loaded again learns of its jobs from the control plane', () => {
  const known = [{ job_id: 'b', state: 'out' as const, reason: '', pages: 1, sheets: 1 }];
  expect(withKnown([], known)).toMatchObject([{ id: 'b', state: 'out', sheets: 1 }]);
});

test('what the control plane repeats makes no new job and no new drawing', () => {
  const jobs = [advance(job, { ...news, state: 'out', sheets: 2 })];
  const known = [{ job_id: 'a', state: 'out' as const, reason: '', pages: 2, sheets: 2 }];
  expect(withKnown(jobs, known)).toBe(jobs);
});
