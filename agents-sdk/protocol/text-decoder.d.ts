/** The part of TextDecoder that the codec uses: every engine has it, but `sim` and `scenarios` compile without DOM and Node types. */
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
