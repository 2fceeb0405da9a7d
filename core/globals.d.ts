// The only names core may use beyond the language itself: no console, process, fetch or timers.
// The web standard says what they do: https://encoding.spec.whatwg.org/#interface-textencoder

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
