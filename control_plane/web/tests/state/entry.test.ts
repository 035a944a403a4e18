import { describe, expect, test } from 'vitest';
import { officeOf, pageOf } from '../../src/state/entry.ts';
import type { Role } from '../../src/state/types.ts';

const who = (...roles: Role[]) => ({ roles });

describe('the first page', () => {
  test('is the desk for a clerk, also one who leads others', () => {
    expect(pageOf(who('clerk'))).toBe('desk.html');
    expect(pageOf(who('clerk', 'supervisor'))).toBe('desk.html');
  });

  test('is the queues for those who lead or run things', () => {
    for (const role of ['supervisor', 'agency_admin', 'owner', 'admin'] as const)
      expect(pageOf(who(role))).toBe('supervisor.html');
  });
});

describe('the pages of those who run the service', () => {
  test('are all open to owners and main users', () => {
    for (const role of ['agency_admin', 'owner', 'admin'] as const)
      expect(officeOf(who(role))).toEqual(['board', 'people', 'setup', 'reports']);
  });

  test('are queues and reports for a supervisor, and none for a clerk or a stranger', () => {
    expect(officeOf(who('supervisor'))).toEqual(['board', 'reports']);
    expect(officeOf(who('clerk'))).toEqual([]);
    expect(officeOf(null)).toEqual([]);
  });
});
