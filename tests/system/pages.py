"""What can a test read from pages and pictures that a person would see there?"""

import subprocess
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Locator, Page

# Two pictures of a moving thing differ; two of a frozen one do not, but for rounding.
SAMPLE = """
async (video, [left, top, width, height]) => {
  const canvas = new OffscreenCanvas(64, 36);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const look = () => {
    const [across, down] = [video.videoWidth, video.videoHeight];
    context.drawImage(
      video, left * across, top * down, width * across, height * down, 0, 0, 64, 36);
    return [...context.getImageData(0, 0, 64, 36).data];
  };
  if (!video.videoWidth) return -1;
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 700));
  const after = look();
  return before.reduce((sum, value, at) => sum + Math.abs(value - after[at]), 0);
}
"""
MOVES = 2_000
Part = tuple[float, float, float, float]
WHOLE: Part = (0, 0, 1, 1)
# Where the simulated document camera draws its clock; a sheet of paper does not move.
CAMERA_CLOCK: Part = (21 / 1920, 21 / 1080, 420 / 1920, 64 / 1080)

# Keeps every connection that a page makes where a test can ask it for its statistics.
REMEMBER_CONNECTIONS = """
  window.connectionsOfTest = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); window.connectionsOfTest.push(this); }
  };
"""
RECEIVED = """
async () => {
  let bytes = 0;
  for (const connection of window.connectionsOfTest) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'inbound-rtp') bytes += report.bytesReceived;
    }
  }
  return bytes;
}
"""

COLOUR = """
(video) => {
  const canvas = new OffscreenCanvas(32, 18);
  const context = canvas.getContext('2d');
  // The middle: what is drawn around a picture that does not fill its place is left out.
  const [across, down] = [video.videoWidth, video.videoHeight];
  context.drawImage(video, across / 4, down / 4, across / 2, down / 2, 0, 0, 32, 18);
  const seen = context.getImageData(0, 0, 32, 18).data;
  return [0, 1, 2].map((part) => {
    let sum = 0;
    for (let at = part; at < seen.length; at += 4) sum += seen[at];
    return sum / (seen.length / 4);
  });
}
"""
HEARD = """
async () => {
  let connections = 0;
  for (const connection of window.connectionsOfTest) {
    if (connection.connectionState !== 'connected') continue;
    const reports = [...(await connection.getStats()).values()];
    if (reports.some((report) => report.type === 'inbound-rtp' && report.kind === 'audio'
        && report.totalAudioEnergy > 0)) connections += 1;
  }
  return connections;
}
"""

PATHS = """
async () => {
  const paths = [];
  for (const connection of window.connectionsOfTest) {
    const reports = await connection.getStats();
    for (const report of reports.values()) {
      if (report.type === 'transport' && report.selectedCandidatePairId) {
        const pair = reports.get(report.selectedCandidatePairId);
        paths.push([pair.localCandidateId, pair.remoteCandidateId].map(
          (id) => reports.get(id).candidateType).join(' to '));
      }
    }
  }
  return paths;
}
"""


def media_paths(page: Page) -> list[str]:
    """By which kinds of addresses are this page's connections going: «relay to relay»?"""
    return list(page.evaluate(PATHS))


def media_received(page: Page) -> int:
    """How many bytes of sound and picture has this page ever received?"""
    return int(page.evaluate(RECEIVED))


def colour(video: Locator) -> tuple[float, float, float]:
    """The mean red, green and blue of a picture's middle, 0 to 255 each."""
    red, green, blue = video.evaluate(COLOUR)
    return float(red), float(green), float(blue)


def heard_from(page: Page, *, within_s: float = 15) -> int:
    """Over how many of this page's connections does somebody's sound come? Two at most."""
    ends = time.monotonic() + within_s
    while (found := int(page.evaluate(HEARD))) < 2 and time.monotonic() < ends:
        page.wait_for_timeout(300)
    return found


def moves(video: Locator, *, part: Part = WHOLE, within_s: float = 15) -> bool:
    """Does the picture, or this part of it, move, as decoded by this browser?"""
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        # A page that is just loading again has no picture yet.
        if video.count() and int(video.evaluate(SAMPLE, part)) > MOVES:
            return True
        video.page.wait_for_timeout(300)
    return False


def read_text(picture: bytes) -> str:
    """Read a photographed page with an independent reader (Tesseract, Finnish)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.jpg"
        path.write_bytes(picture)
        done = subprocess.run(
            ["tesseract", str(path), "-", "-l", "fin", "--psm", "6"],
            check=True,
            capture_output=True,
            text=True,
        )
    return done.stdout


def axe_violations(page: Page, axe: str) -> list[str]:
    """WCAG 2.1 A and AA as axe-core sees them: ``rule: selector`` for each violation."""
    page.evaluate(axe)
    result = page.evaluate(
        """() => axe.run(document, {
             runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
             iframes: false })"""
    )
    return [
        f"{violation['id']}: {node['target']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
