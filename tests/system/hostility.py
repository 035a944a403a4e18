"""How does a test do what our own pages never would? It gets between a page and the wire."""

import base64
import hashlib
from uuid import UUID

from playwright.sync_api import Page

from shared.documents import Announced, PrintOffer, frame
from shared.identifiers import JobId, TransferId, new_uuid

# Keeps the channels that a page opens where a test can speak on them.
REMEMBER_CHANNELS = """
  window.channelsOfTest = {};
  const open = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (label, ...rest) {
    const channel = open.call(this, label, ...rest);
    this.channelsOfTest = { ...this.channelsOfTest, [label]: channel };
    // The documents channel is opened towards the booth's agent alone.
    if (label === 'documents') window.channelsOfTest = this.channelsOfTest;
    return channel;
  };
"""

# Somebody between the page and the control plane who changes one digit of each fingerprint that
# goes to the booth's screen (out) or comes from it (in), as a broker could.
TAMPER = """
  const changed = (text) => {
    if (!text.startsWith('{"signal"')) return text;
    const message = JSON.parse(text);
    const other = 'WAY' === 'out' ? message.signal.receiver : message.signal.sender;
    if (other !== 'booth-screen' || !message.signal.sdp) return text;
    message.signal.sdp = message.signal.sdp.replace(
      /(a=fingerprint:sha-256 )(..)/g, (_, name, byte) => name + (byte === 'AA' ? 'AB' : 'AA'));
    return JSON.stringify(message);
  };
  window.WebSocket = class extends WebSocket {
    send(text) { super.send('WAY' === 'out' ? changed(text) : text); }
    set onmessage(heard) {
      super.onmessage = ({ data }) => heard({ data: 'WAY' === 'in' ? changed(data) : data });
    }
  };
"""

_SEND = """
async ([offer, frames]) => {
  const { control, documents } = window.channelsOfTest;
  control.send(offer);
  await new Promise((done) => setTimeout(done, 300));
  for (const one of frames) {
    documents.send(Uint8Array.from(atob(one), (letter) => letter.charCodeAt(0)));
  }
}
"""


def send_past_the_desk(desk: Page, job: UUID, document: bytes) -> None:
    """On the room's own channels, as a PDF, without the checks that the desk makes before."""
    transfer = TransferId(new_uuid())
    announced = Announced(
        transfer_id=transfer,
        size=len(document),
        sha256=hashlib.sha256(document).hexdigest(),
        media_type="application/pdf",
    )
    offer = PrintOffer(job_id=JobId(job), document=announced).model_dump_json()
    frames = [base64.b64encode(frame(transfer, 0, document)).decode()]
    desk.evaluate(_SEND, [offer, frames])
