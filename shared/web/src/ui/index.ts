// The few parts that every page is made of.

export { Announcer, announce } from './announcer.tsx';
export { Button, type ButtonProps } from './button.tsx';
export { contrast, setContrast, useContrast } from './contrast.ts';
export { Dialog } from './dialog.tsx';
export { Icon, type IconName } from './icon.tsx';
export { LanguageRow } from './language-row.tsx';
export { Notice, type Tone } from './notice.tsx';
export { Spinner } from './spinner.tsx';
