// Five faces, drawn so that the mouth alone tells them apart.

const MOUTHS: Record<1 | 2 | 3 | 4 | 5, string> = {
  1: 'M30 76 Q50 48 70 76',
  2: 'M32 72 Q50 58 68 72',
  3: 'M32 67 L68 67',
  4: 'M32 62 Q50 78 68 62',
  5: 'M28 58 Q50 92 72 58 Z',
};

export function Face({ mood }: { mood: 1 | 2 | 3 | 4 | 5 }) {
  return (
    <svg class="face" viewBox="0 0 100 100" aria-hidden="true" focusable="false">
      <circle cx="50" cy="50" r="45" />
      <circle class="face-eye" cx="35" cy="40" r="6" />
      <circle class="face-eye" cx="65" cy="40" r="6" />
      <path d={MOUTHS[mood]} />
    </svg>
  );
}
