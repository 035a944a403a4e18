// As much of an RTCPeerConnection as a pair's state needs; the real one is in the browser tests.

export const PRINT = Array.from({ length: 32 }, () => 'AB').join(':');

interface FakeSender {
  track: unknown;
  /** Every scale that the sender was set to, in order. */
  scales: (number | undefined)[];
  getParameters(): { encodings: RTCRtpEncodingParameters[] };
  setParameters(wanted: { encodings: RTCRtpEncodingParameters[] }): Promise<void>;
  replaceTrack(track: unknown): Promise<void>;
}

interface FakeTransceiver {
  kind: string;
  direction: string;
  sender: FakeSender;
  receiver: { track: { kind: string } };
}

const SDP = `v=0\r\na=fingerprint:sha-256 ${PRINT}\r\n`;

export class FakeConnection extends EventTarget {
  readonly configuration: RTCConfiguration;
  readonly transceivers: FakeTransceiver[] = [];
  readonly channels: string[] = [];
  connectionState = 'new';
  signalingState = 'stable';
  iceGatheringState = 'complete';
  localDescription: { sdp: string } | null = null;
  remote: string | null = null;
  remoteFingerprint = PRINT;
  sctp = null;

  constructor(configuration: RTCConfiguration) {
    super();
    this.configuration = configuration;
  }

  addTransceiver(kind: string, { direction }: { direction: string }): FakeTransceiver {
    const sender: FakeSender = {
      track: null,
      scales: [],
      getParameters: () => ({ encodings: [{}] }),
      setParameters: async ({ encodings }) => {
        sender.scales.push(encodings[0]?.scaleResolutionDownBy);
      },
      replaceTrack: async (track: unknown) => {
        sender.track = track;
      },
    };
    const transceiver = { kind, direction, sender, receiver: { track: { kind } } };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  createDataChannel(label: string): EventTarget & { label: string; readyState: string } {
    this.channels.push(label);
    return Object.assign(new EventTarget(), { label, readyState: 'connecting' });
  }

  createOffer = async () => ({ type: 'offer', sdp: SDP });
  createAnswer = async () => ({ type: 'answer', sdp: SDP });
  addIceCandidate = async () => undefined;

  async setLocalDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.localDescription = { sdp };
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.remote = sdp;
    this.signalingState = 'stable';
    if (type !== 'offer') return;
    this.addTransceiver('audio', { direction: 'recvonly' });
    this.addTransceiver('video', { direction: 'recvonly' });
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map<string, object>([
      ['transport', { type: 'transport', remoteCertificateId: 'certificate' }],
      [
        'certificate',
        { fingerprintAlgorithm: 'sha-256', fingerprint: this.remoteFingerprint.toLowerCase() },
      ],
    ]);
  }

  sending(kind: string): unknown {
    return this.transceivers.find((one) => one.kind === kind)?.sender.track ?? null;
  }

  scales(kind: string): (number | undefined)[] {
    return this.transceivers.find((one) => one.kind === kind)?.sender.scales ?? [];
  }

  /** One more candidate was gathered. */
  found(candidate: string): void {
    const sdp = `${this.localDescription?.sdp ?? ''}a=${candidate}\r\n`;
    this.localDescription = { sdp };
    const init = { candidate: { candidate, sdpMid: '0' } };
    this.dispatchEvent(Object.assign(new Event('icecandidate'), init));
  }

  gathered(): void {
    this.iceGatheringState = 'complete';
    this.dispatchEvent(new Event('icegatheringstatechange'));
  }

  become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  close(): void {
    this.connectionState = 'closed';
  }
}
