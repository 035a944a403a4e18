// May this page use the camera and microphone? Asked with the first touch, not amid a visit.

const NAMES = ['camera', 'microphone'] as const;

async function states(): Promise<PermissionStatus[]> {
  try {
    return await Promise.all(
      NAMES.map((name) => navigator.permissions.query({ name: name as PermissionName })),
    );
  } catch {
    return []; // this browser does not tell
  }
}

let asked = false;

/** Has the browser ask its question now, if it has one; the devices are let go of at once. */
export async function askForDevices(): Promise<void> {
  if (asked) return;
  asked = true;
  for (const status of await states()) {
    if (status.state !== 'prompt') continue;
    const kind = status.name === ('camera' as string) ? 'video' : 'audio';
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });
      for (const track of stream.getTracks()) track.stop();
    } catch {
      // None there, or not allowed: the test before a visit says so in its report.
    }
  }
}

/** Hears when somebody has answered the browser's question. */
export function onPermission(changed: () => void): () => void {
  let gone = false;
  let watched: PermissionStatus[] = [];
  void states().then((found) => {
    if (gone) return;
    watched = found;
    for (const status of watched) status.addEventListener('change', changed);
  });
  return () => {
    gone = true;
    for (const status of watched) status.removeEventListener('change', changed);
  };
}
