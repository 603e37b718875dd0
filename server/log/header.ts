import { checker, GauntletError, LOG_FORMAT, LogHeader } from '@gauntlet/agents-sdk/protocol';

/** Names of the metadata records: the header of every log, and the note that `recover` leaves in what it saved. */
export const HEADER_METADATA = 'gauntlet';
export const RECOVERED_METADATA = 'gauntlet-recovered';

/** The MCAP header's profile: tells a log from any other MCAP file. */
export const PROFILE = 'gauntlet';

const checkHeader = checker(LogHeader);

/** Fields that are text in the header, and so stand as they are. The others stand as JSON, as MCAP's metadata is text to text. */
const TEXT: ReadonlySet<string> = new Set([
  'format',
  'match',
  'build',
  'scenario',
  'seed',
  'clock',
  'rapier',
  'node',
  'startedAt',
]);

/** The header as MCAP's metadata holds it. */
export function encodeHeader(header: LogHeader): Map<string, string> {
  return new Map(
    Object.entries(header).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/**
 * The header that a metadata record holds.
 * @param file names the log in errors.
 * @throws GauntletError `invalid-log`; a log of another format is told before any of its fields.
 */
export function decodeHeader(metadata: ReadonlyMap<string, string>, file: string): LogHeader {
  const what = `${file}: metadata record ${HEADER_METADATA}`;
  const format = metadata.get('format');
  if (format !== LOG_FORMAT) {
    throw new GauntletError(
      'invalid-log',
      `${what}: this build reads logs of format ${LOG_FORMAT}, this one is of format ${format ?? '(none)'}; use the build that wrote it`,
      { path: '/format', expected: LOG_FORMAT, actual: format ?? 'nothing' },
    );
  }
  const header: Record<string, unknown> = {};
  for (const [key, text] of metadata) {
    if (TEXT.has(key)) {
      header[key] = text;
      continue;
    }
    try {
      header[key] = JSON.parse(text);
    } catch {
      throw new GauntletError('invalid-log', `${what} at /${key}: expected JSON, got ${text.slice(0, 80)}`, {
        path: `/${key}`,
        expected: 'JSON',
        actual: text.slice(0, 80),
      });
    }
  }
  return checkHeader(header, 'invalid-log', what);
}

/** What `recover` says of the log that it wrote. */
export interface RecoveredNote {
  /** Name of the file that was cut short. */
  readonly from: string;
  /** What ended it. */
  readonly damage: string;
}
